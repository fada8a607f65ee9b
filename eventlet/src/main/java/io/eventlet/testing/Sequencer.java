// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.ThrowingRunnable;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/// Steps of several threads that are taken in the order of their numbers.
///
/// ```java
/// try (var sequence = Sequencer.of(3)) {
///     Eventlet.spawn(() -> {
///         sequence.step(0);
///         sequence.step(2, () -> account.withdraw(10));
///     });
///     sequence.step(1, () -> account.deposit(10));
/// }
/// ```
///
/// A step waits until those before it are over. One that is taken twice, that does not exist, or
/// that waits longer than the limit, ten seconds by the clock of the hub, is an error, for all who
/// take or wait for a step. Thread-safe, for green threads and others.
public final class Sequencer implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /// What has become of a step that somebody has come to.
    private enum State {
        WAITING,
        RUNNING,
        OVER
    }

    private final int steps;
    private final Duration limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue waiters = new WaitQueue(lock, this);
    private final TreeMap<Integer, State> reached = new TreeMap<>(); // guarded by lock
    private int next; // guarded by lock: the first step that is not over
    private @Nullable Throwable failure; // guarded by lock: the first

    private Sequencer(int steps, Duration limit) {
        if (steps < 1) {
            throw new IllegalArgumentException("there must be 1 step or more: " + steps);
        }
        if (limit.isNegative()) {
            throw new IllegalArgumentException("a limit must not be negative: " + limit);
        }
        this.steps = steps;
        this.limit = limit;
    }

    /// One of so many steps, the first of which is 0.
    public static Sequencer of(int steps) {
        return of(steps, LIMIT);
    }

    /// As [#of(int)], with a limit of the caller's for each wait.
    public static Sequencer of(int steps, Duration limit) {
        return new Sequencer(steps, limit);
    }

    /// Takes a step that is over at once: waits for those before it.
    public void step(int number) {
        step(number, () -> {});
    }

    /// Takes a step: waits for those before it, and runs a body; when that returns, the step is
    /// over. What it throws is thrown, and no other step will be taken.
    public <X extends Exception> void step(int number, ThrowingRunnable<X> body) throws X {
        begin(number);
        try {
            body.run();
        } catch (Throwable e) {
            fail(e);
            throw e;
        }
        end(number);
    }

    private void begin(int number) {
        locked(() -> reach(number));
        awaitAllBefore(number, "step " + number + " waited");
        locked(() -> reached.put(number, State.RUNNING));
    }

    private void reach(int number) {
        if (number < 0 || number >= steps) {
            throw failed("there is no step %d, only 0 to %d".formatted(number, steps - 1));
        }
        if (reached.putIfAbsent(number, State.WAITING) != null) {
            throw failed("step %d was taken twice".formatted(number));
        }
    }

    private void end(int number) {
        locked(() -> {
            reached.put(number, State.OVER);
            next = number + 1;
            waiters.wakeAll(null);
        });
    }

    /// Waits until all steps are over: that none was left out.
    @Override
    public void close() {
        awaitAllBefore(steps, "the end waited");
    }

    private void awaitAllBefore(int number, String who) {
        long deadline = Waits.deadlineAfter(limit);
        boolean late = false;
        while (true) {
            WaitQueue.Waiter waiter;
            lock.lock();
            try {
                if (failure != null) {
                    throw new AssertionError("the sequence has failed: " + this, failure);
                }
                if (next == number) {
                    return;
                }
                if (late) {
                    throw failed("%s %s for step %d: %s".formatted(who, limit, next, this));
                }
                waiter = waiters.add(null);
            } finally {
                lock.unlock();
            }
            late = !waiter.await(deadline);
        }
    }

    private AssertionError failed(String message) {
        var error = new AssertionError(message);
        fail(error);
        return error;
    }

    private void fail(Throwable error) {
        locked(() -> {
            failure = failure == null ? error : failure;
            waiters.wakeAll(null);
        });
    }

    private void locked(Runnable section) {
        lock.lock();
        try {
            section.run();
        } finally {
            lock.unlock();
        }
    }

    /// Its steps, and what has become of each.
    @Override
    public String toString() {
        lock.lock();
        try {
            return "%d steps, %d over%s"
                    .formatted(
                            steps,
                            next,
                            reached.tailMap(next).entrySet().stream()
                                    .map(step ->
                                            ", %d %s"
                                                    .formatted(
                                                            step.getKey(),
                                                            step.getValue() == State.WAITING
                                                                    ? "waits"
                                                                    : "runs"))
                                    .collect(Collectors.joining()));
        } finally {
            lock.unlock();
        }
    }
}
