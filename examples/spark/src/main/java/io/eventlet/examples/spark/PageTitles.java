// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples.spark;

import static org.apache.spark.sql.functions.col;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.eventlet.http.client.HttpClient;
import io.eventlet.spark.Calls;
import io.eventlet.spark.GreenSpark;
import io.eventlet.spark.KeyLimits;
import io.eventlet.spark.Progress;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;

/// The titles of many pages: from a column `url`, of Parquet or of CSV with a heading, to Parquet
/// with the columns `url`, `title`, `error` and `attempts`.
///
///     spark-submit --class io.eventlet.examples.spark.PageTitles \
///         --jars eventlet.jar,eventlet-http.jar,eventlet-spark.jar \
///         eventlet-examples-spark.jar urls.csv titles
///
/// Each executor asks for at most 500 pages at once, and all of them together ask each host for
/// four at once.
public final class PageTitles {
    private static final int MOST_BYTES = 64 * 1024; // of a page, in which a title has to be
    private static final Pattern TITLE =
            Pattern.compile("<title[^>]*>(.*?)</title>", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private PageTitles() {}

    /// Made once an executor, when the first page is asked for.
    private static final class Http {
        static final HttpClient CLIENT =
                HttpClient.builder().connections(500).connectionsPerHost(4).build();
    }

    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("Usage: PageTitles URLS.csv|URLS.parquet TITLES.parquet");
            System.exit(2);
        }
        try (var spark = SparkSession.builder().appName("PageTitles").getOrCreate()) {
            var progress = Progress.of(spark.sparkContext(), "titles");
            titles(urls(spark, args[0]), spark, progress)
                    .write()
                    .mode("overwrite") // what another run has left
                    .parquet(args[1]);
            System.out.println("titles: " + progress);
        }
    }

    private static Dataset<String> urls(SparkSession spark, String path) {
        var reader = spark.read();
        var rows =
                path.endsWith(".csv")
                        ? reader.option("header", true).csv(path)
                        : reader.parquet(path);
        return rows.select("url").as(Encoders.STRING());
    }

    private static Dataset<Row> titles(
            Dataset<String> urls, SparkSession spark, Progress progress) {
        var calls =
                Calls.atOnce(500)
                        .timeout(Duration.ofSeconds(20))
                        .retries(2, Duration.ofMillis(500))
                        .progress(progress);
        int partitions = 4 * spark.sparkContext().defaultParallelism();
        var perHost = KeyLimits.<String>by(PageTitles::host, partitions).atOnce(4);
        return GreenSpark.outcomes(urls, PageTitles::title, calls, perHost, Encoders.STRING())
                .select(
                        col("item").as("url"),
                        col("value").as("title"),
                        col("error"),
                        col("attempts"));
    }

    private static String host(String url) {
        try {
            return Objects.requireNonNullElse(new URI(url).getAuthority(), "");
        } catch (URISyntaxException e) { // it will fail when it is asked for, as the others do
            return "";
        }
    }

    private static String title(String url) throws IOException {
        try (var response = Http.CLIENT.get(url)) {
            if (!response.isSuccess()) {
                throw new IOException(response.status() + " " + response.reason());
            }
            String page = new String(response.body().readNBytes(MOST_BYTES), UTF_8);
            var title = TITLE.matcher(page);
            return title.find() ? title.group(1).strip() : "";
        }
    }
}
