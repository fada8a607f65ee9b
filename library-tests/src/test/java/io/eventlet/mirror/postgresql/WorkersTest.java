// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreads;
import io.eventlet.mirror.crawl.Summary;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Several workers of one mirror, on one directory.
@Timeout(300)
class WorkersTest {
    private static final int BATCH = 8; // that a worker has claimed beyond what it fetches
    private static final Duration ANSWER = Duration.ofMillis(10);
    private static final Duration LEASE = Duration.ofSeconds(30); // a busy machine keeps it
    private static final Duration SHORT_LEASE = Duration.ofSeconds(5);

    @SuppressWarnings("NullAway.Init") // JUnit calls start()
    private static OwnPostgres postgres;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    private final String crawl = postgres.crawl();
    private final List<Process> processes = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        postgres = new OwnPostgres();
    }

    @AfterAll
    static void stop() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    private Process worker(Tree tree, String name, Duration lease) throws IOException {
        var command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--add-opens",
                        "java.base/java.lang=ALL-UNNAMED",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WorkerProgram.class.getName(),
                        tree.url(),
                        root.toString(),
                        postgres.url(),
                        crawl,
                        name,
                        lease.toString());
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        processes.add(process);
        return process;
    }

    private static void awaitAnswers(Tree tree, int count) {
        while (tree.answered() < count) {
            Eventlet.sleep(ANSWER);
        }
    }

    private static void signal(Process process, String name)
            throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()));
        assertThat(kill.start().waitFor()).isZero();
    }

    @Test
    void threeWorkersFetchEachFileOnceWithinTheLimitOfTheHost() throws Exception {
        try (var tree = new Tree(6, 40, Duration.ofMillis(2))) {
            var workers = new ArrayList<GreenThread<Summary>>();
            for (var name : List.of("one", "two", "three")) {
                workers.add(
                        Eventlet.spawn(() ->
                                WorkerProgram.run(
                                        tree.url(),
                                        root,
                                        postgres.settings(),
                                        PostgresOptions.of(name).crawl(crawl),
                                        Duration.ofMinutes(1))));
            }
            var summaries = GreenThreads.awaitAll(workers);

            assertThat(Tree.read(root)).isEqualTo(tree.expected());
            assertThat(tree.repeated()).isZero();
            assertThat(tree.mostAtOnce()).isLessThanOrEqualTo(WorkerProgram.MOST_OF_HOST);
            assertThat(summaries).extracting(Summary::left).containsOnly(0L);
            assertThat(summaries.stream().mapToLong(Summary::stored).sum())
                    .isEqualTo(tree.expected().size());
        }
    }

    @Test
    void whatAKilledWorkerHadClaimedIsFetchedByAnother() throws Exception {
        try (var tree = new Tree(4, 50, ANSWER)) {
            var killed = worker(tree, "killed", LEASE);
            awaitAnswers(tree, 20);

            killed.destroyForcibly().waitFor();
            int status = worker(tree, "other", LEASE).waitFor();

            assertThat(status).isZero();
            assertThat(Tree.read(root)).isEqualTo(tree.expected());
            assertThat(tree.repeated()).isLessThanOrEqualTo(WorkerProgram.MOST_OF_HOST);
        }
    }

    /// One is killed and comes back under its name, one is stopped for longer than its leases, one
    /// comes in the middle, and the database is killed and started again.
    @Test
    @Tag("stress")
    void theCopyIsWholeWhateverBecomesOfWorkersAndTheDatabase() throws Exception {
        try (var tree = new Tree(20, 200, ANSWER)) {
            var killed = worker(tree, "killed", SHORT_LEASE);
            var stopped = worker(tree, "stopped", SHORT_LEASE);
            var third = worker(tree, "third", SHORT_LEASE);
            awaitAnswers(tree, tree.size() / 6);
            killed.destroyForcibly().waitFor();
            var back = worker(tree, "killed", SHORT_LEASE);
            awaitAnswers(tree, tree.size() / 4);
            signal(stopped, "STOP");
            var late = worker(tree, "late", SHORT_LEASE);
            awaitAnswers(tree, tree.size() / 2);
            postgres.server.kill();
            postgres.server.restart();
            awaitAnswers(tree, tree.size() * 3 / 4);
            signal(stopped, "CONT");

            assertThat(back.waitFor()).isZero();
            assertThat(third.waitFor()).isZero();
            assertThat(late.waitFor()).isZero();
            assertThat(stopped.waitFor()).isZero();

            assertThat(Tree.read(root)).isEqualTo(tree.expected());
            assertThat(tree.repeated())
                    .isLessThanOrEqualTo(5 * (WorkerProgram.MOST_OF_HOST + BATCH));
        }
    }
}
