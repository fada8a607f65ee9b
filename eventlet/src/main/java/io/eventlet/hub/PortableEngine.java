// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.poll.JdkNetwork;
import io.eventlet.poll.Network;
import io.eventlet.wait.Clock;
import io.eventlet.wait.Interrupter;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Green threads on the scheduler of the JDK, with its sockets.
final class PortableEngine implements Engine {
    /// Fires timers where no loop does: see [SystemTimers].
    static final ScheduledThreadPoolExecutor TIMERS = timers("eventlet-timers");

    /// Ends the waits inside the JDK on hubs whose clock is not the system's.
    static final ScheduledThreadPoolExecutor SYSTEM_WAITS = timers("eventlet-system-waits");

    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Network network = new JdkNetwork(Waits.PARKING);
    private final Set<HubStrand> live = ConcurrentHashMap.newKeySet();
    private final AtomicInteger started = new AtomicInteger(); // and not ended
    private final CountDownLatch idle = new CountDownLatch(1);
    private volatile boolean closing;

    /// With a thread as long as there are timers, and a little longer.
    private static ScheduledThreadPoolExecutor timers(String name) {
        var factory = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name(name);
        var timers = new ScheduledThreadPoolExecutor(1, factory.factory());
        timers.setRemoveOnCancelPolicy(true);
        timers.setKeepAliveTime(1, TimeUnit.SECONDS);
        timers.allowCoreThreadTimeOut(true);
        return timers;
    }

    @Override
    public Mode mode() {
        return Mode.PORTABLE;
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public Clock clock() {
        return Clock.system();
    }

    @Override
    public Thread create(@Nullable String name, Runnable body) {
        var builder = Thread.ofVirtual();
        return (name == null ? builder : builder.name(name))
                .unstarted(() -> {
                    try {
                        body.run();
                    } finally {
                        countEnd();
                    }
                });
    }

    /// One that has been started counts from here on: when it begins is the scheduler's choice.
    @Override
    public void start(Thread unstarted) {
        started.incrementAndGet();
        boolean done = false;
        try {
            unstarted.start();
            done = true;
        } finally {
            if (!done) {
                countEnd();
            }
        }
    }

    @Override
    public void noteStarted() {
        started.incrementAndGet();
    }

    @Override
    public Interrupter interrupter() {
        return Interrupter.OF_OTHERS;
    }

    private void countEnd() {
        started.decrementAndGet();
        tellIfIdle();
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long nanos) {
        return SystemTimers.schedule(task, nanos);
    }

    @Override
    public void enter(HubStrand strand) {
        live.add(strand);
    }

    @Override
    public void leave(HubStrand strand) {
        live.remove(strand);
    }

    @Override
    public void tellLive(Consumer<HubStrand> tell) {
        live.forEach(tell);
    }

    @Override
    public boolean awaitIdle(long deadline) {
        closing = true;
        tellIfIdle();
        return Waits.await(idle, deadline) && started.get() == 0;
    }

    private void tellIfIdle() {
        if (closing && started.get() == 0) {
            idle.countDown();
        }
    }

    @Override
    public void stop() {
        idle.countDown();
    }

    /// Waits a little for those that begin or end just now. Timers are of no hub.
    @Override
    public List<Object> holdings(long nanos) {
        long begin = System.nanoTime();
        long most = Math.min(nanos, SETTLE_NANOS);
        while (started.get() != live.size() && System.nanoTime() - begin < most) {
            Thread.yield();
        }
        var all = new ArrayList<Object>();
        live.forEach(strand -> all.add(strand.thread()));
        return all;
    }

    @Override
    public List<StackTraceElement> stack() {
        return List.of();
    }

    @Override
    public HubSnapshot snapshot(String name, long nanos) {
        var now = List.copyOf(live);
        return new HubSnapshot(
                statistics(name),
                now,
                List.of(),
                List.of(),
                Math.max(0, started.get() - now.size()),
                -1,
                0,
                null,
                null);
    }

    @Override
    public HubStatistics statistics(String name) {
        return new HubStatistics(name, mode(), network.name(), live.size(), -1, -1, -1, 0);
    }
}
