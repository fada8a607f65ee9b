// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Programs given to `spark-submit` with thin jars, on clusters of two executors in processes of
/// their own, of which some are killed in the middle.
@Tag("spark")
@Timeout(900)
class ClusterTest {
    private static final int COUNT = 1000;
    private static final int MIDDLE = 300;

    private Path directory; // stays there, with its logs
    private AskedServer server;
    private SparkHome spark;

    @BeforeEach
    void prepare() throws IOException {
        directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "spark");
        server = new AskedServer();
        spark = new SparkHome(directory);
    }

    @AfterEach
    void killExecutorsThatAreLeft() {
        server.close();
        pids().forEach(ClusterTest::kill);
    }

    private List<Long> pids() {
        return server.asked().stream().map(path -> pid(path)).distinct().toList();
    }

    private static long pid(String path) {
        return Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    private Process submitSquares(Path result, String... executorOptions) throws IOException {
        return spark.submit(
                Squares.class,
                List.of(executorOptions),
                server.url(),
                String.valueOf(COUNT),
                result.toString());
    }

    private static List<String> squares() {
        return LongStream.range(0, COUNT).mapToObj(n -> n + " " + n * n).toList();
    }

    @Test
    void eachItemIsInTheResultOnceAndInOrderThoughAnExecutorIsKilled() throws Exception {
        var result = directory.resolve("squares");
        server.onRequest(number -> {
            if (number == MIDDLE) {
                kill(pid(server.asked().get(number - 1)));
            }
        });

        int status = submitSquares(result).waitFor();

        assertThat(status).as(spark.log()).isZero();
        assertThat(Files.readAllLines(result)).isEqualTo(squares());
        assertThat(server.asked()).hasSizeGreaterThan(COUNT); // what was in flight, again
        assertThat(pids()).hasSizeGreaterThan(1); // the one, and who came for the other
    }

    @Test
    void jobCanBeRunAgainWhenItsDriverWasKilled() throws Exception {
        var result = directory.resolve("squares");
        var driver = new CompletableFuture<Process>();
        server.onRequest(number -> {
            if (number == MIDDLE) {
                driver.join().destroyForcibly();
            }
        });
        driver.complete(submitSquares(result));
        int killed = driver.join().waitFor();
        assertThat(killed).isEqualTo(128 + 9);
        assertThat(result).doesNotExist();

        int status = submitSquares(result).waitFor();

        assertThat(status).as(spark.log()).isZero();
        assertThat(Files.readAllLines(result)).isEqualTo(squares());
    }

    @Test
    void titlesOfTheUrlsOfACsvAreWrittenAsParquet() throws Exception {
        var urls = new ArrayList<>(List.of("url", server.url() + "/page/gone", "no url"));
        IntStream.range(0, 100).forEach(i -> urls.add(server.url() + "/page/" + i));
        var csv = Files.write(directory.resolve("urls.csv"), urls);
        var titles = directory.resolve("titles");

        int status =
                spark.submit(PageTitles.class, List.of(), csv.toString(), titles.toString())
                        .waitFor();

        assertThat(status).as(spark.log()).isZero();
        var rows = rows(titles);
        assertThat(rows).hasSize(102).anyMatch(row -> row.startsWith("no url null "));
        assertThat(rows).contains("/page/7 Page 7 null 1", "/page/99 Page 99 null 1");
        assertThat(rows).contains("/page/gone null java.io.IOException: 404 Not Found 3");
        assertThat(spark.log()).contains("titles: 100 succeeded, 2 failed");
    }

    @Test
    void executorsAreInHubModeAndSaySoOnce() throws Exception {
        int status = submitSquares(directory.resolve("squares")).waitFor();

        assertThat(status).as(spark.log()).isZero();
        assertModeIsToldOnce("hub mode: ");
    }

    @Test
    void executorsAreInPortableModeWhenThatIsAskedForAndSaySoOnce() throws Exception {
        int status =
                submitSquares(directory.resolve("squares"), "-Deventlet.mode=portable").waitFor();

        assertThat(status).as(spark.log()).isZero();
        assertModeIsToldOnce("portable mode, ");
    }

    private void assertModeIsToldOnce(String mode) throws IOException {
        assertThat(spark.executorLogs())
                .filteredOn(log -> log.contains(mode))
                .isNotEmpty()
                .allSatisfy(log -> assertThat(log).containsOnlyOnce(mode));
    }

    /// What Parquet files have, as text.
    private List<String> rows(Path parquet) throws IOException {
        var rows = new ArrayList<String>();
        try (var files = Files.list(parquet)) {
            for (var file : files.filter(f -> f.toString().endsWith(".parquet")).toList()) {
                var path = new org.apache.hadoop.fs.Path(file.toUri());
                try (var reader =
                        ParquetReader.builder(new GroupReadSupport(), path)
                                .withConf(new Configuration())
                                .build()) {
                    for (Group row = reader.read(); row != null; row = reader.read()) {
                        rows.add(text(row));
                    }
                }
            }
        }
        return rows;
    }

    private String text(Group row) {
        return text(row, "url").replace(server.url(), "")
                + " "
                + text(row, "title")
                + " "
                + text(row, "error")
                + " "
                + row.getInteger("attempts", 0);
    }

    private static String text(Group row, String column) {
        return row.getFieldRepetitionCount(column) == 0 ? "null" : row.getString(column, 0);
    }
}
