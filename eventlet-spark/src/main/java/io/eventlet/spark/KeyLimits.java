// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import org.apache.spark.api.java.function.MapFunction;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/// Limits for each key over the whole cluster, such as for each host that is asked.
///
/// ```java
/// var perHost =
///         KeyLimits.<String>by(url -> URI.create(url).getHost(), 64)
///                 .atOnce(2)
///                 .rate(5, Duration.ofSeconds(1));
/// ```
///
/// The items of a key are brought into one partition, which one executor has at a time, so that its
/// limits are exact there and need no word between executors. That holds as long as Spark runs a
/// task once at a time: not with `spark.speculation`, nor while an executor that was given up goes
/// on, cut off from the driver. Immutable.
public final class KeyLimits<A> implements Serializable {
    private static final long serialVersionUID = 1;

    private final MapFunction<A, String> key;
    private final int partitions;
    final int atOnce; // 0: no limit
    final int permits; // 0: no rate
    final Duration period;

    private KeyLimits(
            MapFunction<A, String> key, int partitions, int atOnce, int permits, Duration period) {
        this.key = key;
        this.partitions = partitions;
        this.atOnce = atOnce;
        this.permits = permits;
        this.period = period;
    }

    /// Of items by key, in so many partitions: several for each core of the cluster, as keys are
    /// not of one size. The key must not be null.
    public static <A> KeyLimits<A> by(MapFunction<A, String> key, int partitions) {
        Objects.requireNonNull(key);
        Calls.ensurePositive(partitions, "the partitions");
        return new KeyLimits<>(key, partitions, 0, 0, Duration.ZERO);
    }

    /// So many calls at once for each key.
    public KeyLimits<A> atOnce(int calls) {
        Calls.ensurePositive(calls, "the calls at once");
        return new KeyLimits<>(key, partitions, calls, permits, period);
    }

    /// So many calls per period are begun for each key, evenly spaced; retries count.
    public KeyLimits<A> rate(int newPermits, Duration newPeriod) {
        Calls.ensurePositive(newPermits, "the permits of a rate");
        Calls.ensurePositive(newPeriod, "the period of a rate");
        return new KeyLimits<>(key, partitions, atOnce, newPermits, newPeriod);
    }

    MapFunction<A, String> key() {
        return key;
    }

    int partitions() {
        return partitions;
    }
}
