// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.function.MapFunction;
import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.time.Duration;
import java.util.Objects;

/// Limits for each key over the whole cluster, such as for each host that is asked.
///
/// ```java
/// var perHost =
///         KeyLimits.<String>by(url -> URI.create(url).getAuthority(), 64)
///                 .atOnce(2)
///                 .rate(5, Duration.ofSeconds(1));
/// ```
///
/// The items of a key are brought into one partition, which one executor has at a time, so that its
/// limits are exact there and need no word between executors. That holds as long as Spark runs a
/// task once at a time: they are refused if `spark.speculation` is on, and do not hold while an
/// executor that was given up goes on, cut off from the driver, or tasks of a stage that is run
/// again because a file of its shuffle was lost. Immutable.
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
    /// not of one size. An item whose key is null, or for which the function throws, is not called:
    /// it has failed, without an attempt.
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

    /// The key of an item.
    String keyOf(A item) throws Exception {
        @Nullable String its = key.call(item);
        if (its == null) {
            throw new IllegalArgumentException(
                    "the key of '%s' is null".formatted(Attempted.shortened(item)));
        }
        return its;
    }

    /// What decides which partition an item is brought to: its key. One that has none is brought
    /// somewhere too, and fails there, where a failure may be data.
    String partitionKey(A item) {
        try {
            return keyOf(item);
        } catch (Exception | Error e) {
            Attempts.ensureOfItem(e);
            return "";
        }
    }

    /// Refuses to promise what Spark's settings break.
    static void ensureExact(SparkConf conf) {
        if (conf.getBoolean("spark.speculation", false)) {
            throw new IllegalStateException(
                    "limits of keys do not hold where Spark runs a task twice at a time: set"
                            + " spark.speculation to false");
        }
    }

    int partitions() {
        return partitions;
    }
}
