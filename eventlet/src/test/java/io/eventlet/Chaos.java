// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.hub.Hub;

import org.junit.jupiter.api.TestReporter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/// Workers on several hubs of which some are killed again and again, at any moment, until each has
/// done what it has to do; or of which none is, so that a wake-up that gets lost is noticed.
///
/// The system property `stress.items` says how many operations each test is to do, or items it is
/// to move; else it is the usual number. `stress.seed` gives the random numbers of a run that has
/// failed; how its threads interleaved is not replayed by that. At the end of each test it is
/// printed what there was so far.
final class Chaos implements AutoCloseable {
    /// One step of a worker, which may be killed anywhere; false when there is nothing more to do.
    @FunctionalInterface
    interface Step {
        boolean run(Random random);
    }

    static final int HUBS = 3;

    private static final LongAdder OPERATIONS = new LongAdder(); // that were done
    private static final LongAdder KILLS = new LongAdder();
    private static final LongAdder TIMEOUTS = new LongAdder();

    private final long seed;
    private final Random seeds;
    private final List<Hub> hubs = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();
    private final BlockingQueue<Worker> ended = new LinkedBlockingQueue<>();

    Chaos(long seed) {
        this.seed = seed;
        seeds = new Random(seed);
        for (int i = 0; i < HUBS; i++) {
            hubs.add(Hub.start());
        }
    }

    /// A seed of its own for each run, which the report names, or the one that is asked for.
    static long seed(TestReporter reporter) {
        long seed = Long.getLong("stress.seed", System.nanoTime());
        reporter.publishEntry("seed", String.valueOf(seed));
        return seed;
    }

    /// How many operations a test is to do.
    static int items(int usual) {
        return Integer.getInteger("stress.items", usual);
    }

    /// A time that is about as long as the waits.
    static Duration aWhile(Random random) {
        return Duration.ofNanos(random.nextInt(40_000));
    }

    /// Whether a body has ended within a while.
    static <X extends Exception> boolean inTime(Random random, ThrowingRunnable<X> body) throws X {
        boolean inTime = Timeout.silent(aWhile(random), body);
        if (!inTime) {
            countTimeout();
        }
        return inTime;
    }

    /// What a body gives, which is not null, within a while; else null.
    static <T, X extends Exception> T orNull(Random random, ThrowingSupplier<T, X> body) throws X {
        T result = Timeout.<T, X>call(aWhile(random), body, null);
        if (result == null) {
            countTimeout();
        }
        return result;
    }

    /// Counts a call whose own limit has passed, and tells what came of it.
    static boolean inTime(boolean hasBeen) {
        if (!hasBeen) {
            countTimeout();
        }
        return hasBeen;
    }

    static void countTimeout() {
        TIMEOUTS.increment();
    }

    /// Counts more operations than the one that a step counts as when it is done; or fewer.
    static void countMore(int operations) {
        OPERATIONS.add(operations);
    }

    /// Tells whether a step has come to something; if not, it counts as no operation.
    static boolean counts(boolean isDone) {
        if (!isDone) {
            countMore(-1);
        }
        return isDone;
    }

    /// Begins workers that take steps until there is nothing more to do. A kill ends a step, and
    /// the worker goes on with the next one.
    void begin(int count, Step step) {
        begin(count, step, false);
    }

    /// Begins workers that nobody kills: one of them that waits without a limit is freed by what it
    /// waits for alone.
    void beginSpared(int count, Step step) {
        begin(count, step, true);
    }

    private void begin(int count, Step step, boolean spared) {
        for (int i = 0; i < count; i++) {
            var random = new Random(seeds.nextLong());
            var hub = hubs.get(i % hubs.size());
            workers.add(new Worker(hub, step, random, spared));
        }
    }

    /// It is not killed before it has begun, for then it never would; nor while a kill is on its
    /// way to it, for more kills than it can take would leave it no time for its work.
    private final class Worker {
        private final Step step;
        private final Random random;
        private final boolean spared;
        private final AtomicBoolean vulnerable = new AtomicBoolean();
        private final GreenThread<?> thread;

        @SuppressWarnings("this-escape")
        Worker(Hub hub, Step step, Random random, boolean spared) {
            this.step = step;
            this.random = random;
            this.spared = spared;
            thread = Eventlet.spawnOn(hub, this::work);
        }

        private void work() {
            try {
                vulnerable.set(!spared);
                boolean more = true;
                while (more) {
                    more = takeStep();
                }
            } finally {
                vulnerable.set(false);
                ended.add(this);
            }
        }

        private boolean takeStep() {
            boolean more = true;
            try {
                more = step.run(random);
                OPERATIONS.increment();
                if (random.nextInt(4) == 0) {
                    Eventlet.yield();
                }
            } catch (GreenThreadKilled e) { // its step is over
                vulnerable.set(!spared);
            }
            return more;
        }

        void kill() {
            if (vulnerable.compareAndSet(true, false)) {
                thread.kill();
                KILLS.increment();
            }
        }
    }

    /// Kills workers at random until all have done their work.
    void killUntilDone() {
        int left = workers.size();
        while (left > 0) {
            var worker = ended.poll();
            if (worker != null) {
                seeEnd(worker);
                left--;
            } else if (Thread.interrupted()) {
                throw hang(left);
            } else {
                killOne();
            }
        }
    }

    private void killOne() {
        workers.get(seeds.nextInt(workers.size())).kill();
        for (int i = seeds.nextInt(2000); i > 0; i--) {
            Thread.onSpinWait();
        }
        if (seeds.nextInt(8) == 0) {
            Thread.yield();
        }
    }

    /// Waits until all have done their work. Nobody is killed: if steps wait without a limit, a
    /// wake-up that gets lost is one that never comes, and the test is ended by its time limit.
    void awaitDone() {
        for (int left = workers.size(); left > 0; left--) {
            try {
                seeEnd(ended.take());
            } catch (InterruptedException e) {
                throw hang(left);
            }
        }
    }

    /// Throws what a worker has died of; those that wait for it are ended when this is closed.
    private void seeEnd(Worker worker) {
        try {
            worker.thread.await();
        } catch (TaskFailed e) {
            throw new AssertionError("seed %d: a worker has failed".formatted(seed), e.getCause());
        }
    }

    private AssertionError hang(int left) {
        return new AssertionError(
                "seed %d: %d of %d workers have not ended when the time is over%n%s"
                        .formatted(seed, left, workers.size(), Eventlet.dump()));
    }

    @Override
    public void close() {
        hubs.forEach(Hub::close);
        System.out.printf(
                "stress so far, on %d hubs: %,d operations, %,d kills, %,d timeouts%n",
                HUBS, OPERATIONS.sum(), KILLS.sum(), TIMEOUTS.sum());
    }
}
