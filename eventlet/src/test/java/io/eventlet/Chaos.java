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

/// Walkers on several hubs of which some are killed again and again, at any moment, until each has
/// done what it has to do; or of which none is, so that a wake-up that gets lost is noticed.
///
/// The system property `stress.items` says how many operations each test is to do, or items it is
/// to move; else it is the usual number. `stress.seed` gives the random numbers of a run that has
/// failed; how its threads interleaved is not replayed by that. At the end of each test it is
/// printed what there was so far.
public final class Chaos implements AutoCloseable {
    /// One step of a walker, which may be killed anywhere; false when there is nothing more to do.
    @FunctionalInterface
    public interface Step {
        boolean run(Random random);
    }

    static final int HUBS = 3;

    private static final LongAdder OPERATIONS = new LongAdder(); // that were done
    private static final LongAdder KILLS = new LongAdder();
    private static final LongAdder TIMEOUTS = new LongAdder();

    private final long seed;
    private final Random seeds;
    private final List<Hub> hubs = new ArrayList<>();
    private final List<Walker> walkers = new ArrayList<>();
    private final BlockingQueue<Walker> ended = new LinkedBlockingQueue<>();

    public Chaos(long seed) {
        this.seed = seed;
        seeds = new Random(seed);
        for (int i = 0; i < HUBS; i++) {
            hubs.add(Hub.start());
        }
    }

    /// A seed of its own for each run, which the report names, or the one that is asked for.
    public static long seed(TestReporter reporter) {
        long seed = Long.getLong("stress.seed", System.nanoTime());
        reporter.publishEntry("seed", String.valueOf(seed));
        return seed;
    }

    /// How many operations a test is to do.
    public static int items(int usual) {
        return Integer.getInteger("stress.items", usual);
    }

    /// A time that is about as long as the waits.
    public static Duration aWhile(Random random) {
        return Duration.ofNanos(random.nextInt(40_000));
    }

    /// Whether a body has ended within a while.
    public static <X extends Exception> boolean inTime(Random random, ThrowingRunnable<X> body)
            throws X {
        boolean inTime = Timeout.silent(aWhile(random), body);
        if (!inTime) {
            countTimeout();
        }
        return inTime;
    }

    /// What a body gives, which is not null, within a while; else null.
    public static <T, X extends Exception> T orNull(Random random, ThrowingSupplier<T, X> body)
            throws X {
        T result = Timeout.<T, X>call(aWhile(random), body, null);
        if (result == null) {
            countTimeout();
        }
        return result;
    }

    /// Counts a call whose own limit has passed, and tells what came of it.
    public static boolean inTime(boolean hasBeen) {
        if (!hasBeen) {
            countTimeout();
        }
        return hasBeen;
    }

    public static void countTimeout() {
        TIMEOUTS.increment();
    }

    /// Counts more operations than the one that a step counts as when it is done; or fewer.
    public static void countMore(int operations) {
        OPERATIONS.add(operations);
    }

    /// Tells whether a step has come to something; if not, it counts as no operation.
    public static boolean counts(boolean isDone) {
        if (!isDone) {
            countMore(-1);
        }
        return isDone;
    }

    /// Begins walkers that take steps until there is nothing more to do. A kill ends a step, and
    /// the walker goes on with the next one.
    public void begin(int count, Step step) {
        begin(count, step, false);
    }

    /// Begins walkers that nobody kills: one of them that waits without a limit is freed by what it
    /// waits for alone.
    public void beginSpared(int count, Step step) {
        begin(count, step, true);
    }

    private void begin(int count, Step step, boolean spared) {
        for (int i = 0; i < count; i++) {
            var random = new Random(seeds.nextLong());
            var hub = hubs.get(i % hubs.size());
            walkers.add(new Walker(hub, step, random, spared));
        }
    }

    /// It is not killed before it has begun, for then it never would; nor while a kill is on its
    /// way to it, for more kills than it can take would leave it no time for its work.
    private final class Walker {
        private final Step step;
        private final Random random;
        private final boolean spared;
        private final AtomicBoolean vulnerable = new AtomicBoolean();
        private final GreenThread<?> thread;

        @SuppressWarnings("this-escape")
        Walker(Hub hub, Step step, Random random, boolean spared) {
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

    /// Kills walkers at random until all have done their work.
    public void killUntilDone() {
        int left = walkers.size();
        while (left > 0) {
            var walker = ended.poll();
            if (walker != null) {
                seeEnd(walker);
                left--;
            } else if (Thread.interrupted()) {
                throw hang(left);
            } else {
                killOne();
            }
        }
    }

    private void killOne() {
        walkers.get(seeds.nextInt(walkers.size())).kill();
        for (int i = seeds.nextInt(2000); i > 0; i--) {
            Thread.onSpinWait();
        }
        if (seeds.nextInt(8) == 0) {
            Thread.yield();
        }
    }

    /// Waits until all have done their work. Nobody is killed: if steps wait without a limit, a
    /// wake-up that gets lost is one that never comes, and the test is ended by its time limit.
    public void awaitDone() {
        for (int left = walkers.size(); left > 0; left--) {
            try {
                seeEnd(ended.take());
            } catch (InterruptedException e) {
                throw hang(left);
            }
        }
    }

    /// Throws what a walker has died of; those that wait for it are ended when this is closed.
    private void seeEnd(Walker walker) {
        try {
            walker.thread.await();
        } catch (TaskFailed e) {
            throw new AssertionError("seed %d: a walker has failed".formatted(seed), e.getCause());
        }
    }

    private AssertionError hang(int left) {
        return new AssertionError(
                "seed %d: %d of %d walkers have not ended when the time is over%n%s"
                        .formatted(seed, left, walkers.size(), Eventlet.dump()));
    }

    @Override
    public void close() {
        hubs.forEach(Hub::close);
        System.out.printf(
                "stress so far, on %d hubs: %,d operations, %,d kills, %,d timeouts%n",
                HUBS, OPERATIONS.sum(), KILLS.sum(), TIMEOUTS.sum());
    }
}
