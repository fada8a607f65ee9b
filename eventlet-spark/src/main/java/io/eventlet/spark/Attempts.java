// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import io.eventlet.Eventlet;
import io.eventlet.Timeout;
import io.eventlet.TimeoutExpired;
import io.eventlet.errors.Cancelled;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/// The calls of a function for one item, until one succeeds or there are no more retries.
final class Attempts<A, B> {
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /// The function, of an RDD or of a data set.
    interface Work<A, B> extends Serializable {
        B apply(A item) throws Exception;
    }

    private final Work<A, B> work;
    private final Calls calls;
    private final @Nullable KeyLimits<A> limits;
    private final SharedLimits shared;

    Attempts(Work<A, B> work, Calls calls, @Nullable KeyLimits<A> limits, SharedLimits shared) {
        this.work = work;
        this.calls = calls;
        this.limits = limits;
        this.shared = shared;
    }

    /// Called on a green thread of the item. What is no failure of the item is thrown: a kill, and
    /// what the JVM cannot go on with.
    ///
    /// @param isStopped whether nobody wants the result any more
    Attempted<A, B> of(A item, BooleanSupplier isStopped) throws Exception {
        String key;
        try {
            key = limits == null ? null : limits.keyOf(item);
        } catch (Exception | Error e) {
            ensureOfItem(e);
            return new Attempted<>(item, null, e, 0);
        }
        for (int attempt = 1; ; attempt++) {
            Throwable error;
            try {
                B value = shared.call(key, () -> once(item));
                return new Attempted<>(item, value, null, attempt);
            } catch (Exception | Error e) {
                ensureOfItem(e);
                error = e;
            }
            if (attempt > calls.retries
                    || isStopped.getAsBoolean() // a library may have made something else of a kill
                    || !isRetried(error)) {
                return new Attempted<>(item, null, error, attempt);
            }
            Eventlet.sleep(drawn(pause(calls.pause, attempt)));
        }
    }

    /// By the predicate. One that throws decides nothing: the item has failed by what its own call
    /// threw, and what the predicate threw is told with that.
    private boolean isRetried(Throwable error) {
        try {
            return calls.retried.call(error);
        } catch (Exception | Error e) {
            ensureOfItem(e);
            RetryUndecided.add(error, e);
            return false;
        }
    }

    private B once(A item) throws Exception {
        return calls.timeout == null
                ? work.apply(item)
                : Timeout.<B, Exception>call(calls.timeout, () -> work.apply(item));
    }

    /// Throws what is no failure of an item.
    static void ensureOfItem(Throwable error) {
        boolean isKill = error instanceof Cancelled && !(error instanceof TimeoutExpired);
        boolean isOfJvm =
                (error instanceof VirtualMachineError && !(error instanceof StackOverflowError))
                        || error instanceof LinkageError;
        if (isKill || isOfJvm) {
            throw (Error) error;
        }
    }

    /// The first pause, doubled for each attempt after the first.
    static Duration pause(Duration first, int attempt) {
        int doublings = Math.min(attempt - 1, 30);
        return first.compareTo(LONGEST_PAUSE.dividedBy(1L << doublings)) >= 0
                ? LONGEST_PAUSE
                : first.multipliedBy(1L << doublings);
    }

    private static Duration drawn(Duration pause) {
        long half = pause.toNanos() / 2;
        return Duration.ofNanos(half + ThreadLocalRandom.current().nextLong(half + 1));
    }
}
