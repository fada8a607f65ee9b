// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

import java.io.Serializable;
import java.util.Map;

/// Counts of items, in accumulators of Spark, which its UI shows by name: what has been called so
/// far, what failed, and with what.
///
/// ```java
/// var progress = Progress.of(spark.sparkContext(), "titles");
/// var titles = GreenSpark.imap(urls, url -> fetchTitle(url), Calls.atOnce(500).progress(progress),
///         Encoders.STRING());
/// titles.write().parquet("titles");
/// System.out.println(progress);
/// ```
///
/// The driver reads them. An item counts when its result is taken, and the driver knows of it with
/// the next heartbeat of its executor in the UI, and here when its task has succeeded. What runs
/// twice, a task or a data set, counts twice. A task that has failed counts nothing: as an item
/// that fails in an `imap` fails its task, failures are counted in `outcomes` only.
public final class Progress implements Serializable {
    private static final long serialVersionUID = 1;

    private final LongAccumulator succeeded;
    private final LongAccumulator failed;
    private final LongAccumulator retried;
    private final FailureCounts failures;

    private Progress(
            LongAccumulator succeeded,
            LongAccumulator failed,
            LongAccumulator retried,
            FailureCounts failures) {
        this.succeeded = succeeded;
        this.failed = failed;
        this.retried = retried;
        this.failures = failures;
    }

    /// New counts, whose names begin as given.
    public static Progress of(SparkContext context, String name) {
        var failures = new FailureCounts();
        context.register(failures, name + ": failures");
        return new Progress(
                context.longAccumulator(name + ": succeeded"),
                context.longAccumulator(name + ": failed"),
                context.longAccumulator(name + ": retries"),
                failures);
    }

    /// On the thread of the task, to which the accumulators belong.
    void note(Attempted<?, ?> outcome) {
        var error = outcome.error();
        if (error == null) {
            succeeded.add(1L);
        } else {
            failed.add(1L);
            failures.add(error.getClass().getName());
        }
        if (outcome.attempts() > 1) {
            retried.add(outcome.attempts() - 1L);
        }
    }

    /// Items that have a value.
    public long succeeded() {
        return succeeded.value();
    }

    /// Items whose last attempt failed, or that had no key; of tasks that succeeded, as they do in
    /// `outcomes`.
    public long failed() {
        return failed.value();
    }

    /// Attempts after the first of an item.
    public long retries() {
        return retried.value();
    }

    /// How many items failed, by the class of what was thrown at last.
    public Map<String, Long> failures() {
        return failures.value();
    }

    @Override
    public String toString() {
        return "%d succeeded, %d failed %s, %d retries"
                .formatted(succeeded(), failed(), failures(), retries());
    }
}
