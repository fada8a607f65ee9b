// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import org.apache.spark.api.java.function.FilterFunction;
import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/// How the calls of a [GreenSpark] are made: how many at once, for how long, how often.
///
/// ```java
/// var calls =
///         Calls.atOnce(500)                            // in an executor's JVM
///                 .rate(200, Duration.ofSeconds(1))    // of an executor's JVM
///                 .timeout(Duration.ofSeconds(20))     // of one attempt
///                 .retries(3, Duration.ofMillis(500));
/// ```
///
/// What is not said is not limited. Immutable: each method returns another one.
public final class Calls implements Serializable {
    private static final long serialVersionUID = 1;

    final int size;
    final int window;
    final int permits; // 0: no rate
    final Duration period;
    final @Nullable Duration timeout;
    final int retries;
    final Duration pause;
    final FilterFunction<Throwable> retried;
    final @Nullable Progress progress;

    private Calls(
            int size,
            int window,
            int permits,
            Duration period,
            @Nullable Duration timeout,
            int retries,
            Duration pause,
            FilterFunction<Throwable> retried,
            @Nullable Progress progress) {
        this.size = size;
        this.window = window;
        this.permits = permits;
        this.period = period;
        this.timeout = timeout;
        this.retries = retries;
        this.pause = pause;
        this.retried = retried;
        this.progress = progress;
    }

    /// So many at once in an executor's JVM, whichever of its tasks they are of.
    public static Calls atOnce(int size) {
        ensurePositive(size, "the calls at once");
        return new Calls(
                size,
                (int) Math.min(Integer.MAX_VALUE, 2L * size),
                0,
                Duration.ZERO,
                null,
                0,
                Duration.ZERO,
                _ -> true,
                null);
    }

    /// So many items of a task are taken whose results have not been, twice as many as are called
    /// at once if this does not say otherwise. It bounds the memory, and how far others may be
    /// ahead of a slow one.
    public Calls window(int items) {
        ensurePositive(items, "a window");
        return new Calls(size, items, permits, period, timeout, retries, pause, retried, progress);
    }

    /// So many calls per period are begun in an executor's JVM, evenly spaced; retries count.
    public Calls rate(int newPermits, Duration newPeriod) {
        ensurePositive(newPermits, "the permits of a rate");
        ensurePositive(newPeriod, "the period of a rate");
        return new Calls(
                size, window, newPermits, newPeriod, timeout, retries, pause, retried, progress);
    }

    /// Each attempt may take that long: one that takes longer fails with an
    /// [io.eventlet.TimeoutExpired]. What waits for its turn within a limit has not begun.
    public Calls timeout(Duration limit) {
        ensurePositive(limit, "a timeout");
        return new Calls(size, window, permits, period, limit, retries, pause, retried, progress);
    }

    /// An item that fails is tried so many more times, after a pause that doubles each time, up to
    /// a minute, of which half is drawn at random. It holds no permit meanwhile.
    public Calls retries(int count, Duration firstPause) {
        if (count < 0) {
            throw new IllegalArgumentException("the retries must not be negative: " + count);
        }
        if (firstPause.isNegative()) {
            throw new IllegalArgumentException("a pause must not be negative: " + firstPause);
        }
        return new Calls(
                size, window, permits, period, timeout, count, firstPause, retried, progress);
    }

    /// Retries only what a predicate says of what was thrown. If the predicate throws, the item is
    /// not retried: it has failed by its own error, which tells of that of the predicate.
    public Calls retryIf(FilterFunction<Throwable> predicate) {
        Objects.requireNonNull(predicate);
        return new Calls(
                size, window, permits, period, timeout, retries, pause, predicate, progress);
    }

    /// Counts what happens where the driver can see it.
    public Calls progress(Progress counts) {
        Objects.requireNonNull(counts);
        return new Calls(size, window, permits, period, timeout, retries, pause, retried, counts);
    }

    static void ensurePositive(int number, String what) {
        if (number < 1) {
            throw new IllegalArgumentException(what + " must be 1 or more: " + number);
        }
    }

    static void ensurePositive(Duration duration, String what) {
        if (!duration.isPositive()) {
            throw new IllegalArgumentException(what + " must be positive: " + duration);
        }
    }

    @Override
    public String toString() {
        return size + " calls at once in each executor, " + window + " items of a task";
    }
}
