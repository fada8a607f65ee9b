// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.hadoop.io.IntWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapred.SequenceFileOutputFormat;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import scala.Tuple2;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// What Spark gives of its sources, many at a time, is what it gives one by one.
@Timeout(300)
class ReusedObjectsTest {
    private static final int COUNT = 6;
    private static final Calls CALLS = Calls.atOnce(COUNT);

    @TempDir private static Path directory;
    private static SparkSession spark;
    private static JavaPairRDD<IntWritable, Text> file; // one object of each for all records

    @BeforeAll
    static void writeFile() {
        spark = LocalSpark.start();
        var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        var path = directory.resolve("file").toString();
        context.parallelize(IntStream.range(0, COUNT).boxed().toList(), 1)
                .mapToPair(i -> new Tuple2<>(new IntWritable(i), new Text("v" + i)))
                .saveAsHadoopFile(
                        path, IntWritable.class, Text.class, SequenceFileOutputFormat.class);
        file = context.sequenceFile(path, IntWritable.class, Text.class, 1);
    }

    @AfterAll
    static void stopSpark() {
        spark.stop();
    }

    /// A bean.
    public static final class Page implements Serializable {
        private static final long serialVersionUID = 1;
        private long number;
        private byte[] bytes = {};

        public long getNumber() {
            return number;
        }

        public void setNumber(long newNumber) {
            number = newNumber;
        }

        public byte[] getBytes() {
            return bytes;
        }

        public void setBytes(byte[] newBytes) {
            bytes = newBytes;
        }

        @Override
        public String toString() {
            return number + " " + text(bytes);
        }
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, UTF_8);
    }

    private static List<String> values() {
        return IntStream.range(0, COUNT).mapToObj(i -> "v" + i).toList();
    }

    @Test
    void valuesOfASequenceFile() {
        var texts = GreenSpark.imap(file.values(), Text::toString, CALLS).collect();

        assertThat(texts).isEqualTo(values());
    }

    @Test
    void pairsOfASequenceFile() {
        var pairs = JavaRDD.fromRDD(file.rdd(), file.classTag());

        var texts = GreenSpark.imap(pairs, p -> "v" + p._1() + p._2(), CALLS).collect();

        assertThat(texts).containsExactly("v0v0", "v1v1", "v2v2", "v3v3", "v4v4", "v5v5");
    }

    @Test
    void dataSetOfWritables() {
        // Spark leaves out what would write the objects and read them again.
        var items = spark.createDataset(file.values().rdd(), Encoders.kryo(Text.class));

        var texts = GreenSpark.imap(items, Text::toString, CALLS, Encoders.STRING());

        assertThat(texts.collectAsList()).isEqualTo(values());
    }

    private static Dataset<Row> parquet(String name) {
        var path = directory.resolve(name).toString();
        spark.range(0, COUNT, 1, 1)
                .selectExpr(
                        "id as number",
                        "cast(concat('b', id) as binary) as bytes",
                        "array(id, id + 1) as several",
                        "named_struct('id', id, 'bytes', cast(concat('s', id) as binary)) as inner")
                .write()
                .parquet(path);
        return spark.read().parquet(path);
    }

    private static <A> void ensureSame(Dataset<A> items, MapFunction<A, String> function) {
        Encoder<String> encoder = Encoders.STRING();

        var oneByOne = items.map(function, encoder).collectAsList();
        var texts = GreenSpark.imap(items, function, CALLS, encoder).collectAsList();

        assertThat(texts).hasSize(COUNT).isEqualTo(oneByOne);
    }

    @Test
    void rowsOfAColumnarFile() {
        ensureSame(
                parquet("rows"),
                row ->
                        row.getLong(0)
                                + text(row.get(1))
                                + row.getList(2)
                                + row.getStruct(3).getLong(0)
                                + text(row.getStruct(3).get(1)));
    }

    @Test
    void rowsOfASourceOfRows() {
        spark.conf().set("spark.sql.parquet.enableVectorizedReader", "false");
        try {
            ensureSame(parquet("unvectorized"), row -> row.getLong(0) + text(row.get(1)));
        } finally {
            spark.conf().unset("spark.sql.parquet.enableVectorizedReader");
        }
    }

    @Test
    void beans() {
        ensureSame(
                parquet("beans").select("number", "bytes").as(Encoders.bean(Page.class)),
                Page::toString);
    }

    @Test
    void arraysOfBytes() {
        ensureSame(parquet("bytes").select("bytes").as(Encoders.BINARY()), bytes -> text(bytes));
    }
}
