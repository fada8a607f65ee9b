// SPDX-License-Identifier: Apache-2.0

import io.eventlet.http.client.HttpClient;
import io.eventlet.spark.Calls;
import io.eventlet.spark.GreenSpark;

import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;

/// Fetches one URL for each item of a data set, in one of three ways, and prints what that took.
///
/// Usage: SparkFetch loop|async|imap URL ITEMS AT_ONCE
public final class SparkFetch {
    private static String url;
    private static int atOnce;

    private static final class Jdk {
        static final java.net.http.HttpClient CLIENT =
                java.net.http.HttpClient.newBuilder()
                        .version(java.net.http.HttpClient.Version.HTTP_1_1)
                        .build();
    }

    private static final class Ours {
        static final HttpClient CLIENT =
                HttpClient.builder().connections(atOnce).connectionsPerHost(atOnce).build();
    }

    public static void main(String[] args) throws Exception {
        url = args[1];
        int items = Integer.parseInt(args[2]);
        atOnce = Integer.parseInt(args[3]);
        try (var spark =
                SparkSession.builder()
                        .master("local[1]")
                        .config("spark.ui.enabled", false)
                        .config("spark.driver.host", "127.0.0.1")
                        .config("spark.driver.bindAddress", "127.0.0.1")
                        .config("spark.log.level", "ERROR")
                        .getOrCreate()) {
            run(spark, args[0], Math.max(items / 2, 10)); // warm-up
            long cpu = cpuNanos();
            long begin = System.nanoTime();
            run(spark, args[0], items);
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.printf(
                    "RESULT %s %d %.1f %.0f %.0f %d%n",
                    args[0],
                    items,
                    seconds,
                    items / seconds,
                    (cpuNanos() - cpu) / 1e3 / items,
                    peakMegabytes());
        }
        System.exit(0); // the JDK's client has threads
    }

    private static void run(SparkSession spark, String way, int items) {
        Dataset<Long> numbers = spark.range(0, items, 1, 2).as(Encoders.LONG());
        Dataset<Integer> lengths =
                switch (way) {
                    case "loop" ->
                            numbers.mapPartitions(
                                    (MapPartitionsFunction<Long, Integer>) SparkFetch::loop,
                                    Encoders.INT());
                    case "async" ->
                            numbers.mapPartitions(
                                    (MapPartitionsFunction<Long, Integer>) SparkFetch::async,
                                    Encoders.INT());
                    case "imap" ->
                            GreenSpark.imap(
                                    numbers,
                                    SparkFetch::fetch,
                                    Calls.atOnce(atOnce),
                                    Encoders.INT());
                    default -> throw new IllegalArgumentException(way);
                };
        int sum = lengths.collectAsList().stream().mapToInt(i -> i).sum();
        if (sum != items * "Hello, World!".length()) {
            throw new IllegalStateException("wrong answers: " + sum);
        }
    }

    private static int fetch(Long item) throws Exception {
        try (var response = Ours.CLIENT.get(url + "?" + item)) {
            return response.bytes().length;
        }
    }

    private static HttpRequest request(Long item) {
        return HttpRequest.newBuilder(URI.create(url + "?" + item)).build();
    }

    private static Iterator<Integer> loop(Iterator<Long> items) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return items.hasNext();
            }

            @Override
            public Integer next() {
                try {
                    return Jdk.CLIENT
                            .send(request(items.next()), BodyHandlers.ofByteArray())
                            .body()
                            .length;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }

    /// As many futures as are called at once, in order.
    private static Iterator<Integer> async(Iterator<Long> items) {
        var begun = new ArrayDeque<CompletableFuture<Integer>>();
        return new Iterator<>() {
            private void fill() {
                while (begun.size() < atOnce && items.hasNext()) {
                    begun.add(
                            Jdk.CLIENT
                                    .sendAsync(request(items.next()), BodyHandlers.ofByteArray())
                                    .thenApply(response -> response.body().length));
                }
            }

            @Override
            public boolean hasNext() {
                fill();
                return !begun.isEmpty();
            }

            @Override
            public Integer next() {
                fill();
                return begun.remove().join();
            }
        };
    }

    private static long cpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    private static long peakMegabytes() throws Exception {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .sum();
        }
    }
}
