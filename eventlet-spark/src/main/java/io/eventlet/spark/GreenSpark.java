// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

import scala.Tuple2;
import scala.Tuple4;

import java.util.Objects;

/// Applies a function that waits, such as a request to a server, to each item of a data set of
/// Apache Spark: hundreds of calls at once on each core, by green threads in the executors.
///
/// ```java
/// Dataset<String> titles = GreenSpark.imap(urls, url -> fetchTitle(url), 500, Encoders.STRING());
/// titles.write().parquet("titles");
/// ```
///
/// - Results are in the order of the items, over all partitions. Where [KeyLimits] are given, items
///   of one key come together first, and there is no order.
/// - The size is that of an executor's JVM, over all of its tasks, not that of a partition.
/// - So many items and results are held at a time as the [window][Calls#window(int)] has, however
///   many there are.
/// - Writables, which readers of Hadoop fill again for each record, are copied. An object of
///   another class that a source gives again with another hash code fails the task: have such items
///   mapped to copies before.
/// - An item that fails, after its timeout and retries, fails its task; `outcomes` has failures as
///   data.
/// - As Spark runs tasks again that were lost or failed, and data sets that are used twice, **an
///   item is called at least once**, and perhaps more often; each is in the result once. To sort
///   results uses them twice: write them first, and sort what was written.
/// - What a function has spawned and left ends with its task.
///
/// Nothing here runs anything: Spark does, when the result is asked for. Functions run on green
/// threads, where `TaskContext.get()` is null; data of Spark is read by Spark's own thread only.
public final class GreenSpark {
    private GreenSpark() {}

    // ---- results

    /// Applies a function to each item, as many at once in an executor's JVM as given.
    public static <A, B> Dataset<B> imap(
            Dataset<A> items, MapFunction<A, B> function, int size, Encoder<B> encoder) {
        return imap(items, function, Calls.atOnce(size), encoder);
    }

    /// Applies a function to each item, within limits.
    public static <A, B> Dataset<B> imap(
            Dataset<A> items, MapFunction<A, B> function, Calls calls, Encoder<B> encoder) {
        return results(items, function, calls, null, encoder);
    }

    /// Applies a function to each item, within limits that hold for each key over the whole
    /// cluster.
    public static <A, B> Dataset<B> imap(
            Dataset<A> items,
            MapFunction<A, B> function,
            Calls calls,
            KeyLimits<A> limits,
            Encoder<B> encoder) {
        return results(byKey(items, limits), function, calls, limits, encoder);
    }

    private static <A, B> Dataset<B> results(
            Dataset<A> items,
            MapFunction<A, B> function,
            Calls calls,
            @Nullable KeyLimits<A> limits,
            Encoder<B> encoder) {
        Objects.requireNonNull(function);
        Objects.requireNonNull(encoder);
        prepare(items);
        return items.mapPartitions(
                new PartitionCalls<>(calls, limits, function::call, Attempted::valueOrThrow),
                encoder);
    }

    /// As [#imap(Dataset, MapFunction, int, Encoder)], of an RDD.
    public static <A, B> JavaRDD<B> imap(JavaRDD<A> items, Function<A, B> function, int size) {
        return imap(items, function, Calls.atOnce(size));
    }

    /// As [#imap(Dataset, MapFunction, Calls, Encoder)], of an RDD.
    public static <A, B> JavaRDD<B> imap(JavaRDD<A> items, Function<A, B> function, Calls calls) {
        return results(items, function, calls, null);
    }

    /// As [#imap(Dataset, MapFunction, Calls, KeyLimits, Encoder)], of an RDD.
    public static <A, B> JavaRDD<B> imap(
            JavaRDD<A> items, Function<A, B> function, Calls calls, KeyLimits<A> limits) {
        return results(byKey(items, limits), function, calls, limits);
    }

    private static <A, B> JavaRDD<B> results(
            JavaRDD<A> items, Function<A, B> function, Calls calls, @Nullable KeyLimits<A> limits) {
        Objects.requireNonNull(function);
        prepare(items);
        return items.mapPartitions(
                new PartitionCalls<>(calls, limits, function::call, Attempted::valueOrThrow));
    }

    // ---- results and failures

    /// As [#imap(Dataset, MapFunction, Calls, Encoder)], with the failures as data: the columns
    /// `item`, `value`, `error` and `attempts`, of which either `value` or `error` is null. An
    /// error is what was thrown, as text. A function may give null: then both are. Of an item that
    /// has no key, by [KeyLimits], the attempts are 0.
    public static <A, B> Dataset<Row> outcomes(
            Dataset<A> items, MapFunction<A, B> function, Calls calls, Encoder<B> encoder) {
        return outcomes(items, function, calls, encoder, null);
    }

    /// As [#outcomes(Dataset, MapFunction, Calls, Encoder)], within limits for each key.
    public static <A, B> Dataset<Row> outcomes(
            Dataset<A> items,
            MapFunction<A, B> function,
            Calls calls,
            KeyLimits<A> limits,
            Encoder<B> encoder) {
        return outcomes(byKey(items, limits), function, calls, encoder, limits);
    }

    private static <A, B> Dataset<Row> outcomes(
            Dataset<A> items,
            MapFunction<A, B> function,
            Calls calls,
            Encoder<B> encoder,
            @Nullable KeyLimits<A> limits) {
        Objects.requireNonNull(function);
        prepare(items);
        var columns = Encoders.tuple(items.encoder(), encoder, Encoders.STRING(), Encoders.INT());
        return items.mapPartitions(
                        new PartitionCalls<>(calls, limits, function::call, GreenSpark::columns),
                        columns)
                .toDF("item", "value", "error", "attempts");
    }

    @SuppressWarnings("NullAway") // what Scala's types allow
    private static <A, B> Tuple4<A, B, String, Integer> columns(Attempted<A, B> attempted) {
        return new Tuple4<>(
                attempted.item(), attempted.value(), attempted.errorText(), attempted.attempts());
    }

    /// As [#imap(JavaRDD, Function, Calls)], with the failures as data.
    public static <A, B> JavaRDD<Outcome<A, B>> outcomes(
            JavaRDD<A> items, Function<A, B> function, Calls calls) {
        return outcomesOf(items, function, calls, null);
    }

    /// As [#outcomes(JavaRDD, Function, Calls)], within limits for each key.
    public static <A, B> JavaRDD<Outcome<A, B>> outcomes(
            JavaRDD<A> items, Function<A, B> function, Calls calls, KeyLimits<A> limits) {
        return outcomesOf(byKey(items, limits), function, calls, limits);
    }

    private static <A, B> JavaRDD<Outcome<A, B>> outcomesOf(
            JavaRDD<A> items, Function<A, B> function, Calls calls, @Nullable KeyLimits<A> limits) {
        Objects.requireNonNull(function);
        prepare(items);
        return items.mapPartitions(
                new PartitionCalls<>(calls, limits, function::call, Attempted::outcome));
    }

    // ---- what is common

    /// Has the items of a key in one partition, and so on one executor at a time.
    private static <A> Dataset<A> byKey(Dataset<A> items, KeyLimits<A> limits) {
        KeyLimits.ensureExact(items.sparkSession().sparkContext().getConf());
        MapFunction<A, Tuple2<String, A>> keyed =
                item -> new Tuple2<>(limits.partitionKey(item), item);
        MapFunction<Tuple2<String, A>, A> unkeyed = Tuple2::_2;
        // With a number of partitions, since small ones are put together without: few bytes may be
        // many calls.
        return items.map(keyed, Encoders.tuple(Encoders.STRING(), items.encoder()))
                .repartition(limits.partitions(), functions.col("_1"))
                .map(unkeyed, items.encoder());
    }

    private static <A> JavaRDD<A> byKey(JavaRDD<A> items, KeyLimits<A> limits) {
        KeyLimits.ensureExact(items.context().getConf());
        // A shuffle may hold many items at a time too.
        return items.mapPartitions(FreshItems::new)
                .keyBy(limits::partitionKey)
                .partitionBy(new org.apache.spark.HashPartitioner(limits.partitions()))
                .values();
    }

    private static void prepare(Dataset<?> items) {
        HubsOfExecutor.closeWith(items.sparkSession().sparkContext());
    }

    private static void prepare(JavaRDD<?> items) {
        HubsOfExecutor.closeWith(items.context());
    }
}
