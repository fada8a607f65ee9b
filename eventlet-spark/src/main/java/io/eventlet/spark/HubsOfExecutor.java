// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

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
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// The hubs of an executor's JVM: one for each task that runs at a time, used again by the next.
///
/// They end with the JVM, since their threads are daemons; where tasks run in the driver's JVM,
/// with the application.
final class HubsOfExecutor {
    private static final Duration LIMIT = Duration.ofSeconds(5); // to close one in

    private static final ReentrantLock LOCK = new ReentrantLock();
    // under LOCK:
    private static final ArrayDeque<Taken> IDLE = new ArrayDeque<>();
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

    /// When nothing of the task is left on it.
    static void giveBack(Taken taken) {
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

    /// In place of [#giveBack] when something is left on it: that is told once more.
    static void abandon(Taken taken) {
        var closing = new Thread(() -> taken.hub.close(LIMIT), "closes " + taken.hub);
        closing.setDaemon(true);
        closing.start();
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
        } else if ("portable".equalsIgnoreCase(System.getProperty(Mode.PROPERTY))) {
            logger.info("portable mode, as asked for: green threads on the JDK's scheduler");
        } else {
            logger.warn(
                    "portable mode: green threads on the JDK's scheduler. For hub mode, start this"
                            + " JVM with --add-opens java.base/java.lang=ALL-UNNAMED"
                            + " --enable-native-access=ALL-UNNAMED");
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
        LOCK.lock();
        try {
            idle = new ArrayList<>(IDLE);
            IDLE.clear();
            application++;
        } finally {
            LOCK.unlock();
        }
        for (var taken : idle) {
            boolean ignored = taken.hub.close(LIMIT);
        }
    }
}
