// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.hub.Hub;
import io.eventlet.queue.GreenQueue;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/// A program on three hubs that runs out of memory again and again, at any moment and for a moment,
/// and looks each time whether everybody goes on once there is memory: who is woken from another
/// hub, who sleeps, who has a timeout, who takes from a queue. Its arguments: a seed, and how many
/// times.
final class MemoryPressure {
    private static final int EACH = 40;
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final int PIECES = 1000; // between two yields
    private static final int FILLED_MILLIS = 1000; // by then
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final Random random;
    private final List<Hub> hubs = List.of(Hub.start("a"), Hub.start("b"), Hub.start("c"));
    private final List<Walker> walkers = new ArrayList<>();
    private volatile boolean filling;
    private volatile @Nullable Object hog;

    private MemoryPressure(long seed) {
        random = new Random(seed);
    }

    /// Who does the same again and again, and counts.
    private abstract static class Walker {
        volatile long steps; // written by its own thread

        abstract void step() throws Exception;

        @SuppressWarnings("NonAtomicVolatileUpdate") // by its own thread alone
        final void walk() {
            while (true) {
                try {
                    step();
                    steps++;
                } catch (OutOfMemoryError e) { // again
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    /// One of two on different hubs who wake each other; nothing of that needs memory.
    private static final class Partner extends Walker {
        private final boolean second;
        private final Baton baton;

        private static final class Baton {
            volatile boolean second;
            volatile @Nullable Thread[] partners = new Thread[2];
        }

        Partner(Baton baton, boolean second) {
            this.baton = baton;
            this.second = second;
        }

        @Override
        void step() {
            baton.partners[second ? 1 : 0] = Thread.currentThread();
            while (baton.second != second) {
                LockSupport.park(baton);
            }
            baton.second = !second;
            LockSupport.unpark(baton.partners[second ? 0 : 1]);
        }
    }

    private static final class Sleeper extends Walker {
        @Override
        void step() {
            Eventlet.sleep(MOMENT);
        }
    }

    private static final class Limited extends Walker {
        private final ThrowingRunnable<RuntimeException> waiting =
                () -> Eventlet.sleep(Duration.ofHours(1));

        @Override
        void step() throws Exception {
            boolean ignored = Timeout.silent(MOMENT, waiting);
        }
    }

    private static final class Spawner extends Walker {
        private final Task nothing = () -> {};

        @Override
        void step() {
            GreenThread.spawn(nothing).await();
        }
    }

    private static final class Producer extends Walker {
        private final GreenQueue<Object> queue;

        Producer(GreenQueue<Object> queue) {
            this.queue = queue;
        }

        @Override
        void step() {
            queue.put(this);
            Eventlet.yield();
        }
    }

    private static final class Consumer extends Walker {
        private final GreenQueue<Object> queue;

        Consumer(GreenQueue<Object> queue) {
            this.queue = queue;
        }

        @Override
        void step() {
            Objects.requireNonNull(queue.get());
        }
    }

    private void begin(int hub, Walker walker) {
        walkers.add(walker);
        var ignored = Eventlet.spawnOn(hubs.get(hub % hubs.size()), walker::walk);
    }

    private void beginAll() {
        for (int i = 0; i < EACH; i++) {
            var baton = new Partner.Baton();
            begin(i, new Partner(baton, false));
            begin(i + 1, new Partner(baton, true));
            begin(i, new Sleeper());
            begin(i, new Limited());
            begin(i, new Spawner());
            var queue = GreenQueue.<Object>bounded(1);
            begin(i, new Producer(queue));
            begin(i + 1, new Consumer(queue));
        }
    }

    /// Takes all memory there is for a moment, in pieces of a size, from all hubs at once: what is
    /// left is too little for anything that the hubs themselves need.
    private void fill(int size, int millis) throws InterruptedException {
        filling = true;
        try {
            for (var hub : hubs) {
                var ignored = Eventlet.spawnOn(hub, () -> fillWith(size));
            }
            LockSupport.parkNanos((FILLED_MILLIS + millis) * 1_000_000L); // spuriously less
        } finally {
            filling = false;
            hog = null;
        }
    }

    private void fillWith(int size) {
        while (filling) {
            try {
                for (int i = 0; i < PIECES; i++) {
                    var piece = new Object[size];
                    piece[0] = hog;
                    hog = piece;
                }
                Eventlet.yield();
            } catch (OutOfMemoryError e) { // as meant
            }
        }
        hog = null;
    }

    private boolean allGoOn() throws InterruptedException {
        var before = new long[walkers.size()];
        for (int i = 0; i < before.length; i++) {
            before[i] = walkers.get(i).steps;
        }
        long end = System.nanoTime() + PATIENCE_NANOS;
        for (int i = 0; i < before.length; i++) {
            while (walkers.get(i).steps < before[i] + 2) {
                if (System.nanoTime() - end > 0) {
                    System.out.println(walkers.get(i) + " does not go on");
                    return false;
                }
                LockSupport.parkNanos(1_000_000);
            }
        }
        return hasThread("eventlet-watchdog");
    }

    private static boolean hasThread(String name) {
        boolean there =
                Thread.getAllStackTraces().keySet().stream()
                        .anyMatch(thread -> thread.getName().equals(name));
        if (!there) {
            System.out.println("no thread " + name);
        }
        return there;
    }

    private boolean endure(int times) throws InterruptedException {
        beginAll();
        if (!allGoOn()) {
            return false;
        }
        for (int i = 0; i < times; i++) {
            int size = 2 + random.nextInt(50);
            try {
                fill(size, random.nextInt(1500));
            } catch (OutOfMemoryError e) { // here
            }
            hog = null;
            System.gc();
            if (!allGoOn()) {
                System.out.println("after " + i + " times, pieces of " + size);
                System.out.println(Eventlet.dump());
                return false;
            }
        }
        return true;
    }

    public static void main(String[] arguments) throws InterruptedException {
        Eventlet.onUncaughtError((_, error) -> {
            if (!(error instanceof OutOfMemoryError)) {
                error.printStackTrace(System.out);
            }
        });
        var program = new MemoryPressure(Long.parseLong(arguments[0]));
        boolean right = program.endure(Integer.parseInt(arguments[1]));
        System.exit(right ? 0 : 1);
    }
}
