// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.lang.Log;
import io.eventlet.os.VirtualThreads;
import io.eventlet.wait.Clock;

import org.jspecify.annotations.Nullable;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Tries, before the first hub, whether this JDK uses a scheduler of ours as hubs need it.
///
/// A look-up that succeeds proves nothing: a JDK that hands its tasks over in a way that we do not
/// know would run green threads beside their hub, without an error. So one virtual thread begins,
/// yields and waits for a time, on a small loop that stands for a hub's.
final class HubProbe extends HubScheduler {
    /*
     * The loop has a thread of its own, because a virtual thread would clear the interrupt of
     * whoever carried it. Where all is well the next task is there before the one before has
     * ended, and nothing waits: so a busy machine does not fail the trial. The timed wait is
     * ended as soon as it has come to the loop.
     */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Queue<Runnable> ready = new ConcurrentLinkedQueue<>();
    private final Timers timers = new Timers(Clock.system());
    private final Loop loop = new Loop();

    // written by the loop and the thread that is tried
    private volatile @Nullable Thread stranger; // a carrier that is not the loop
    private volatile @Nullable Throwable failure;
    private volatile boolean waitCame;
    private volatile boolean ended;
    private volatile boolean known; // which thread is behind a task

    private HubProbe() {}

    /// What was not as hubs need it, in words for the log; null if all was. Blocks for a moment,
    /// and for some seconds at most.
    static @Nullable String problem() {
        var probe = new HubProbe();
        try {
            probe.loop.start();
            probe.awaitLoop();
        } finally {
            probe.shutdown(); // a JDK that goes its own way has started its workers
        }
        return probe.found();
    }

    private void awaitLoop() {
        long begin = System.nanoTime();
        boolean interrupted = false;
        while (loop.isAlive()) {
            long left = begin + 2 * PATIENCE_NANOS - System.nanoTime();
            if (left <= 0) {
                break;
            }
            try {
                loop.join(TimeUnit.NANOSECONDS.toMillis(left) + 1);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable String found() {
        var thrown = failure;
        if (thrown instanceof VirtualMachineError e) { // such as no memory: says nothing of the JDK
            throw e;
        }
        if (thrown != null) {
            return jdk() + " does not run a virtual thread on a scheduler of ours: " + thrown;
        }
        var elsewhere = stranger;
        if (elsewhere != null) {
            return "%s runs a virtual thread on %s and not on the scheduler that it was given"
                    .formatted(jdk(), elsewhere.getName());
        }
        if (!ended) {
            return jdk() + " does not bring a virtual thread on a scheduler of ours to its end";
        }
        if (!waitCame) {
            return jdk() + " does not bring the timed wait of a virtual thread to its scheduler";
        }
        if (!known) {
            Log.logger()
                    .log(
                            System.Logger.Level.WARNING,
                            "{0} hides which virtual thread is behind a task: nobody takes over a"
                                + " hub that is pinned, and reports and dumps leave threads out",
                            jdk());
        }
        return null;
    }

    private static String jdk() {
        return "JDK " + Runtime.version();
    }

    // ---- the loop, and the thread that is tried: no lambdas, which would cost each start more

    private final class Loop extends Thread {
        Loop() {
            super(null, null, "eventlet-probe", 0, false);
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                turn();
            } catch (Throwable e) {
                failure = e;
            }
        }
    }

    private void turn() {
        var tried = VirtualThreads.create(this, "eventlet-probe", new Tried());
        tried.start();
        long begin = System.nanoTime();
        boolean first = true; // and so the one that begins it
        while (!ended) {
            var task = ready.poll();
            if (task != null) {
                if (first) {
                    known = VirtualThreads.behind(task) == tried;
                    first = false;
                }
                task.run();
                continue;
            }
            long left = begin + PATIENCE_NANOS - System.nanoTime();
            if (left <= 0) {
                return;
            }
            LockSupport.parkNanos(left);
        }
    }

    @Override
    void makeReady(Runnable task) {
        ready.add(task);
        LockSupport.unpark(loop);
    }

    /// The wait is over at once: that it came is enough.
    @Override
    ScheduledFuture<?> scheduleWait(Runnable task, long nanos) {
        waitCame = true;
        makeReady(task);
        return new Timer(timers, task, nanos, true);
    }

    private final class Tried implements Runnable {
        @Override
        public void run() {
            noteCarrier();
            Thread.yield();
            noteCarrier();
            LockSupport.parkNanos(WAIT_NANOS);
            noteCarrier();
            ended = true;
            LockSupport.unpark(loop);
        }
    }

    private void noteCarrier() {
        var carrier = VirtualThreads.currentCarrier();
        if (carrier != loop) {
            stranger = carrier;
        }
    }
}
