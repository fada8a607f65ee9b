// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import io.eventlet.Eventlet;
import io.eventlet.TaskFailed;
import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Mode;

import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// The hubs of an executor's JVM: one for each task that runs at a time, used again by the next.
///
/// They end with the JVM, since their threads are daemons; where tasks run in the driver's JVM,
/// with the application.
final class HubsOfExecutor {
    private static final Duration LIMIT = Duration.ofSeconds(5); // to close one in, or look at it
    private static final int LOOKS = 100;

    private static final ReentrantLock LOCK = new ReentrantLock();
    // under LOCK:
    private static final ArrayDeque<Taken> IDLE = new ArrayDeque<>();
    private static final Set<Thread> CLOSING = new HashSet<>(); // by which some are being closed
    private static int started;
    private static int application; // which one of those that this JVM has run
    private static boolean told;
    private static WeakReference<@Nullable SparkContext> watched = new WeakReference<>(null);

    private HubsOfExecutor() {}

    /// A hub that a task uses.
    record Taken(Hub hub, int application) {}

    static Taken take() {
        int number;
        int ofApplication;
        LOCK.lock();
        try {
            var idle = IDLE.poll();
            if (idle != null) {
                return idle;
            }
            number = ++started;
            ofApplication = application;
        } finally {
            LOCK.unlock();
        }
        var hub = Hub.start("spark-" + number);
        tellMode(hub.mode());
        return new Taken(hub, ofApplication);
    }

    /// When the calls of the task have ended: for the next task, or to be closed if the functions
    /// have left something on it.
    static void giveBack(Taken taken) {
        if (!isEmpty(taken.hub)) {
            abandon(taken);
            return;
        }
        LOCK.lock();
        try {
            if (taken.application == application) {
                IDLE.push(taken);
                return;
            }
        } finally {
            LOCK.unlock();
        }
        boolean ignored = taken.hub.close(LIMIT);
    }

    /// False too if it cannot be found out: the hub does not turn, or who asks is interrupted.
    private static boolean isEmpty(Hub hub) {
        boolean interrupted = Thread.interrupted(); // before: the task was killed
        try {
            // On the hub, it comes after what was spawned there before.
            var look = Eventlet.spawnOn(hub, () -> isAlone(hub));
            return look.join(LIMIT) && look.await();
        } catch (Cancelled e) { // an interrupt
            interrupted = true;
            return false;
        } catch (IllegalStateException | TaskFailed e) { // a function has closed it
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Whether the caller is the only green thread of its hub. Who has just ended may still be
    /// leaving it.
    private static boolean isAlone(Hub hub) {
        for (int look = 0; look < LOOKS && hub.statistics().live() > 1; look++) {
            Eventlet.yield();
        }
        return hub.statistics().live() == 1;
    }

    /// In place of [#giveBack] when something is left on it: that is told to end.
    static void abandon(Taken taken) {
        var closing = new Thread(() -> closeAbandoned(taken.hub), "closes " + taken.hub);
        closing.setDaemon(true);
        LOCK.lock();
        try {
            CLOSING.add(closing);
        } finally {
            LOCK.unlock();
        }
        closing.start();
    }

    private static void closeAbandoned(Hub hub) {
        boolean ignored = hub.close(LIMIT);
        LOCK.lock();
        try {
            CLOSING.remove(Thread.currentThread());
        } finally {
            LOCK.unlock();
        }
    }

    /// What a JVM is told by the System.Logger does not reach the log of Spark.
    private static void tellMode(Mode mode) {
        LOCK.lock();
        try {
            if (told) {
                return;
            }
            told = true;
        } finally {
            LOCK.unlock();
        }
        var logger = LoggerFactory.getLogger("io.eventlet");
        if (mode == Mode.HUB) {
            logger.info("hub mode: green threads and sockets on hubs, one for each running task");
            return;
        }
        var problem = Hub.modeProblem();
        if (problem == null) {
            logger.info("portable mode, as asked for: green threads on the JDK's scheduler");
        } else {
            logger.warn("portable mode: green threads on the JDK's scheduler, because {}", problem);
        }
    }

    /// Where tasks run in this JVM, which may go on after the application: closes the hubs with it.
    static void closeWith(SparkContext context) {
        if (!context.isLocal()) {
            return;
        }
        LOCK.lock();
        try {
            if (watched.get() == context) {
                return;
            }
            watched = new WeakReference<>(context);
        } finally {
            LOCK.unlock();
        }
        context.addSparkListener(new EndOfApplication());
    }

    private static final class EndOfApplication extends SparkListener {
        @Override
        public void onApplicationEnd(SparkListenerApplicationEnd end) {
            closeAll();
        }
    }

    /// Those of tasks that have not ended are closed when they have.
    private static void closeAll() {
        List<Taken> idle;
        List<Thread> closing;
        LOCK.lock();
        try {
            idle = new ArrayList<>(IDLE);
            IDLE.clear();
            closing = new ArrayList<>(CLOSING);
            application++;
        } finally {
            LOCK.unlock();
        }
        for (var taken : idle) {
            boolean ignored = taken.hub.close(LIMIT);
        }
        try {
            for (var one : closing) {
                boolean ignored = one.join(LIMIT);
            }
        } catch (InterruptedException e) { // they go on by themselves
            Thread.currentThread().interrupt();
        }
    }
}
