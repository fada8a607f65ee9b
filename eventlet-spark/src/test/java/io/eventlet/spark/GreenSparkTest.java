// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.hub.Hub;

import org.apache.hadoop.io.Text;
import org.apache.spark.SparkException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// `imap` on a Spark of two cores in this JVM; see `ClusterTest` of the examples for executors in
/// processes of their own.
@Timeout(300)
class GreenSparkTest {
    private static SparkSession spark;

    // Functions are sent to the executor, which is this JVM: what they share is static.
    private static final AtomicInteger AT_ONCE = new AtomicInteger();
    private static final AtomicInteger MOST = new AtomicInteger();
    private static final Map<String, AtomicInteger> BY_KEY = new ConcurrentHashMap<>();
    private static final AtomicInteger MOST_OF_A_KEY = new AtomicInteger();
    private static volatile CountDownLatch begun = new CountDownLatch(0);
    private static volatile CountDownLatch killed = new CountDownLatch(0);

    @BeforeAll
    static void startSpark() {
        spark = LocalSpark.start();
    }

    /// Stops it, which closes the hubs of its tasks.
    @AfterAll
    static void stopSpark() {
        spark.stop();

        assertThat(Hub.all()).extracting(Hub::name).noneMatch(name -> name.startsWith("spark-"));
    }

    private static Dataset<Long> numbers(int count, int partitions) {
        return spark.range(0, count, 1, partitions).as(Encoders.LONG());
    }

    private static void letOthersGoOn(long turns) {
        for (long i = 0; i < turns; i++) {
            GreenThread.yield();
        }
    }

    @Test
    void givesResultsInTheOrderOfAllItems() {
        var items = numbers(2000, 4);

        var results =
                GreenSpark.imap(
                                items,
                                i -> {
                                    letOthersGoOn(i * 7919 % 13); // so that later items end first
                                    return i + (GreenThread.current() == null ? "" : " green");
                                },
                                100,
                                Encoders.STRING())
                        .collectAsList();

        assertThat(results)
                .isEqualTo(LongStream.range(0, 2000).mapToObj(i -> i + " green").toList());
    }

    @Test
    void givesResultsOfAnRddInTheOrderOfAllItems() {
        var items =
                JavaSparkContext.fromSparkContext(spark.sparkContext())
                        .parallelize(List.of(5, 4, 3, 2, 1), 2);

        var results = GreenSpark.imap(items, i -> i * i, 10).collect();

        assertThat(results).containsExactly(25, 16, 9, 4, 1);
    }

    @Test
    void callsNoMoreAtOnceInTheJvmThanItsSize() {
        AT_ONCE.set(0);
        MOST.set(0);

        long count =
                GreenSpark.imap(numbers(60, 4), i -> countAtOnce(i), 3, Encoders.LONG()).count();

        assertThat(count).isEqualTo(60);
        assertThat(MOST.get()).isLessThanOrEqualTo(3);
    }

    private static Long countAtOnce(Long item) {
        MOST.accumulateAndGet(AT_ONCE.incrementAndGet(), Math::max);
        letOthersGoOn(10);
        AT_ONCE.decrementAndGet();
        return item;
    }

    @Test
    void callsOfAKeyAreLimitedOverAllPartitions() {
        var perKey = KeyLimits.<Long>by(i -> "key " + i % 5, 4).atOnce(2);

        var results =
                GreenSpark.imap(
                                numbers(200, 8),
                                i -> countOfKey("key " + i % 5, i),
                                Calls.atOnce(100),
                                perKey,
                                Encoders.LONG())
                        .collectAsList();

        assertThat(results)
                .containsExactlyInAnyOrderElementsOf(LongStream.range(0, 200).boxed().toList());
        assertThat(MOST_OF_A_KEY.get()).isLessThanOrEqualTo(2);
    }

    private static Long countOfKey(String key, Long item) {
        var count = BY_KEY.computeIfAbsent(key, _ -> new AtomicInteger());
        MOST_OF_A_KEY.accumulateAndGet(count.incrementAndGet(), Math::max);
        letOthersGoOn(10);
        count.decrementAndGet();
        return item;
    }

    @Test
    void itemsOfAnRddThatHaveOneKeyAreInOnePartition() {
        var items =
                JavaSparkContext.fromSparkContext(spark.sparkContext())
                        .parallelize(List.of("a1", "b1", "a2", "b2", "a3"), 5);
        var perKey = KeyLimits.<String>by(text -> text.substring(0, 1), 3).atOnce(1);

        var partitions =
                GreenSpark.imap(items, text -> text, Calls.atOnce(10), perKey)
                        .mapPartitions(texts -> {
                            var place = TaskContext.getPartitionId();
                            var found = new ArrayList<String>();
                            texts.forEachRemaining(text -> found.add(text.charAt(0) + "" + place));
                            return found.iterator();
                        })
                        .collect();

        assertThat(partitions).hasSize(5);
        assertThat(partitions.stream().collect(Collectors.groupingBy(p -> p.charAt(0))).values())
                .hasSize(2)
                .allSatisfy(places -> assertThat(places.stream().distinct()).hasSize(1));
    }

    @Test
    void failureFailsTheJob() {
        var results = GreenSpark.imap(numbers(10, 2), i -> 100 / (i - 3), 5, Encoders.LONG());

        assertThatExceptionOfType(SparkException.class)
                .isThrownBy(results::collectAsList)
                .withMessageContaining("the call for '3' failed, at attempt 1")
                .withMessageContaining("ArithmeticException");
    }

    @Test
    void failuresAreDataWhereTheyAreAskedFor() {
        var progress = Progress.of(spark.sparkContext(), "numbers");
        var calls = Calls.atOnce(5).retries(1, Duration.ZERO).progress(progress);

        var rows =
                GreenSpark.outcomes(numbers(5, 2), i -> 100 / (i - 3), calls, Encoders.LONG())
                        .collectAsList();

        assertThat(rows).hasSize(5).contains(row(1L, -50L, null, 1), row(4L, 100L, null, 1));
        assertThat(rows.get(3))
                .isEqualTo(row(3L, null, "java.lang.ArithmeticException: / by zero", 2));
        assertThat(progress.succeeded()).isEqualTo(4);
        assertThat(progress.failed()).isEqualTo(1);
        assertThat(progress.retries()).isEqualTo(1);
        assertThat(progress.failures()).isEqualTo(Map.of("java.lang.ArithmeticException", 1L));
    }

    private static Row row(@Nullable Object... values) {
        return RowFactory.create(values);
    }

    @Test
    void failuresOfAnRddAreDataWhereTheyAreAskedFor() {
        var items =
                JavaSparkContext.fromSparkContext(spark.sparkContext())
                        .parallelize(List.of("1", "x"), 1);

        var outcomes = GreenSpark.outcomes(items, Integer::valueOf, Calls.atOnce(5)).collect();

        assertThat(outcomes.getFirst()).isEqualTo(new Outcome<>("1", 1, null, 1));
        assertThat(outcomes.get(1).isFailure()).isTrue();
        assertThat(outcomes.get(1).error()).contains("NumberFormatException");
    }

    @Test
    void callsThatNobodyWantsAnyMoreAreKilled() throws Exception {
        begun = new CountDownLatch(2);
        killed = new CountDownLatch(2);

        var first =
                GreenSpark.imap(
                                numbers(3, 1),
                                i -> i == 0 ? awaitOthers() : awaitKill(),
                                3,
                                Encoders.LONG())
                        .takeAsList(1);

        assertThat(first).containsExactly(0L);
        killed.await();
    }

    private static Long awaitOthers() throws InterruptedException {
        begun.await();
        return 0L;
    }

    private static Long awaitKill() {
        begun.countDown();
        try {
            return new Event<Long>().await();
        } catch (GreenThreadKilled e) {
            killed.countDown();
            throw e;
        }
    }

    @Test
    void callsOfAJobThatIsCancelledAreKilled() throws Exception {
        begun = new CountDownLatch(4);
        killed = new CountDownLatch(4);
        var job =
                JavaSparkContext.fromSparkContext(spark.sparkContext())
                        .parallelize(List.of(1, 2, 3, 4), 2);
        var running = GreenSpark.imap(job, _ -> awaitKill(), 10).collectAsync();
        begun.await();

        running.cancel(true);

        killed.await();
        assertThat(running.isCancelled()).isTrue();
    }

    @Test
    void functionsHaveTheClassLoaderOfTheTask() {
        var items =
                JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(List.of(1), 1);

        var ofTask = items.map(_ -> loader()).collect();
        var ofCall = GreenSpark.imap(items, _ -> loader(), 1).collect();

        assertThat(ofCall).isEqualTo(ofTask);
    }

    private static String loader() {
        return Thread.currentThread().getContextClassLoader().toString();
    }

    @Test
    void itemsWithoutAKeyAreFailuresAsData() {
        var items =
                JavaSparkContext.fromSparkContext(spark.sparkContext())
                        .parallelize(List.of("a/1", "none", "odd"), 2);
        var limits =
                KeyLimits.<String>by(
                                text -> {
                                    if (text.equals("odd")) {
                                        throw new IllegalStateException("no key");
                                    }
                                    return text.equals("none") ? null : text.substring(0, 1);
                                },
                                2)
                        .atOnce(1);

        var outcomes = GreenSpark.outcomes(items, text -> text, Calls.atOnce(5), limits);

        assertThat(outcomes.collect())
                .extracting(Outcome::item, Outcome::error, Outcome::attempts)
                .containsExactlyInAnyOrder(
                        tuple("a/1", null, 1),
                        tuple(
                                "none",
                                "java.lang.IllegalArgumentException: the key of 'none' is null",
                                0),
                        tuple("odd", "java.lang.IllegalStateException: no key", 0));
    }

    @Test
    void writableThatASourceGivesAgainAndAgainIsCopied() {
        var texts = List.of("v1", "v2", "v3");
        var reused =
                JavaSparkContext.fromSparkContext(spark.sparkContext())
                        .parallelize(List.of(1), 1)
                        .flatMap(_ -> {
                            var one = new Text();
                            return texts.stream().map(text -> filled(one, text)).iterator();
                        });

        var results = GreenSpark.imap(reused, Text::toString, 3).collect();

        assertThat(results).isEqualTo(texts);
    }

    private static Text filled(Text one, String text) {
        one.set(text);
        return one;
    }

    @Test
    void whatAFunctionSpawnsEndsWithItsTask() throws Exception {
        killed = new CountDownLatch(1);

        GreenSpark.imap(numbers(1, 1), GreenSparkTest::spawnOne, 1, Encoders.LONG()).collect();

        killed.await();
    }

    private static Long spawnOne(Long item) throws InterruptedException {
        begun = new CountDownLatch(1);
        Eventlet.spawn(() -> {
            begun.countDown();
            try {
                return new Event<Long>().await();
            } finally {
                killed.countDown();
            }
        });
        begun.await();
        return item;
    }

    @Test
    void hubsAreUsedAgain() {
        for (int i = 0; i < 5; i++) {
            GreenSpark.imap(numbers(20, 10), n -> n, 5, Encoders.LONG()).count();
        }

        assertThat(Hub.all().stream().filter(hub -> hub.name().startsWith("spark-")))
                .hasSizeBetween(1, 2);
    }
}
