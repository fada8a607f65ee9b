// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/// How often items are called and counted when Spark does something twice.
@Timeout(300)
class CountedTwiceTest {
    private static SparkSession spark;
    // Functions are sent to the executor, which is this JVM: what they share is static.
    private static final AtomicInteger CALLED = new AtomicInteger();

    @BeforeAll
    static void startSpark() {
        spark = LocalSpark.start();
    }

    @AfterAll
    static void stopSpark() {
        spark.stop();
    }

    private static Dataset<Long> counted(Calls calls) {
        CALLED.set(0);
        return GreenSpark.imap(
                spark.range(0, 10, 1, 2).as(Encoders.LONG()),
                i -> -CALLED.incrementAndGet() * 100L - i,
                calls,
                Encoders.LONG());
    }

    @Test
    void resultsThatAreSortedAreCalledForTwice() {
        var results = counted(Calls.atOnce(3));

        var sorted = results.sort("value").collectAsList();

        assertThat(sorted).hasSize(10);
        assertThat(CALLED).hasValue(20);
    }

    @Test
    void outcomesByKeyThatWereWrittenAreSortedWithoutACall(@TempDir Path directory) {
        var path = directory.resolve("outcomes").toString();
        CALLED.set(0);
        var numbered =
                spark.range(0, 10, 1, 2)
                        .selectExpr("concat('u', id)")
                        .withColumn("number", functions.monotonically_increasing_id());
        var perUrl = KeyLimits.<Row>by(row -> row.getString(0), 3).atOnce(1);
        GreenSpark.outcomes(
                        numbered,
                        row -> row.getString(0) + (CALLED.incrementAndGet() > 0 ? "!" : ""),
                        Calls.atOnce(3),
                        perUrl,
                        Encoders.STRING())
                .write()
                .parquet(path);

        var sorted = spark.read().parquet(path).sort("item.number").select("value");

        assertThat(sorted.as(Encoders.STRING()).collectAsList())
                .isEqualTo(LongStream.range(0, 10).mapToObj(i -> "u" + i + "!").toList());
        assertThat(CALLED).hasValue(10);
    }

    @Test
    void tasksThatFailedCountNothing() {
        var progress = Progress.of(spark.sparkContext(), "numbers");
        var results =
                GreenSpark.imap(
                        spark.range(0, 10, 1, 1).as(Encoders.LONG()),
                        i -> 100 / (i - 3),
                        Calls.atOnce(5).progress(progress),
                        Encoders.LONG());

        assertThatExceptionOfType(SparkException.class).isThrownBy(results::collectAsList);

        assertThat(progress).hasToString("0 succeeded, 0 failed {}, 0 retries");
    }
}
