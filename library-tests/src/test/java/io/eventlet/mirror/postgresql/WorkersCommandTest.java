// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.mirror.MirrorCommand;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// `mirror --frontier`, in this process.
@Timeout(120)
class WorkersCommandTest {
    @SuppressWarnings("NullAway.Init") // JUnit calls start()
    private static OwnPostgres postgres;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private Tree tree;

    private final String crawl = postgres.crawl();

    /// What a shell would see.
    private record Run(int status, String out, String err) {}

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

    @BeforeEach
    void startTree() throws IOException {
        tree = new Tree(2, 3, Duration.ZERO);
    }

    @AfterEach
    void closeTree() {
        tree.close();
    }

    private Run mirror(String... arguments) {
        var all = new ArrayList<>(List.of("--frontier", postgres.url(), "--crawl", crawl));
        all.addAll(List.of(arguments));
        var out = new StringWriter();
        var err = new StringWriter();
        int status =
                new CommandLine(new MirrorCommand())
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .setExecutionExceptionHandler((thrown, line, _) -> {
                            if (thrown instanceof CommandFailure failure) {
                                line.getErr().println(failure.getMessage());
                                return failure.exitCode().status();
                            }
                            throw thrown;
                        })
                        .execute(all.toArray(String[]::new));
        return new Run(status, out.toString(), err.toString());
    }

    private Run copy(String worker, String... options) {
        var fixed = List.of("-nH", "--worker-id", worker, "--shard-dir");
        var all = Stream.concat(fixed.stream(), Stream.of(options));
        return mirror(
                Stream.concat(all, Stream.of(tree.url(), root.toString())).toArray(String[]::new));
    }

    private boolean exists(String schema) throws SQLException {
        try (var connection = postgres.settings().connect()) {
            return Schema.versionOf(connection, schema) > 0;
        }
    }

    private Map<String, String> copied(String worker) throws IOException {
        return Tree.read(root.resolve(worker));
    }

    @Test
    void aWorkerThatComesWhenAllIsDoneSaysThatTheRunHasEnded() throws IOException {
        var first = copy("one");

        var second = copy("two");

        assertThat(first.status()).isZero();
        assertThat(copied("one")).isEqualTo(tree.expected());
        assertThat(second.status()).isEqualTo(1);
        assertThat(second.err()).contains("the run has ended; --again begins another");
        assertThat(copied("two")).isEmpty();
    }

    @Test
    void aSecondWorkerOfTheSameNameIsRefusedAndWritesNothing() throws Exception {
        var options = PostgresOptions.of("one").crawl(crawl);
        try (var first = PostgresFrontier.open(postgres.settings(), options)) {
            first.begin();

            var second = copy("one");

            assertThat(second.status()).isNotZero();
            assertThat(second.err()).contains("worker 'one'", "is at work already", "since ");
            assertThat(copied("one")).isEmpty();
        }
    }

    @Test
    void anotherRunAsksWhetherAnythingHasChanged() throws IOException {
        copy("one");
        int asked = tree.answered();

        var again = copy("one", "--again");

        assertThat(again.status()).isZero();
        assertThat(tree.answered()).isEqualTo(2 * asked);
        assertThat(copied("one")).isEqualTo(tree.expected());
        assertThat(mirror("--status").out())
                .startsWith("run 2, ended ")
                .contains("worker one: ")
                .doesNotContain(" -");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--report", "--failed", "--why=http://a/"})
    void whatOnlyLooksMakesNoCrawl(String look) throws SQLException {
        var run = mirror(look, root.toString());

        assertThat(run.status()).isNotZero();
        assertThat(run.err())
                .contains("--frontier postgresql://127.0.0.1:")
                .contains("there is no crawl '" + crawl + "'");
        assertThat(exists(crawl)).isFalse();
    }

    @Test
    void theStatusNeedsNoDirectoryAndMakesNoCrawl() throws SQLException {
        var none = mirror("--status");
        copy("one");

        var text = mirror("--status");
        var json = mirror("--status", "--json");

        assertThat(none.status()).isNotZero();
        assertThat(none.err()).contains("there is no crawl '" + crawl + "'");
        assertThat(text.status()).isZero();
        assertThat(text.out()).contains("9 done, 0 queued, 0 failed", "worker one: 9 done");
        assertThat(json.out()).contains("\"done\":9", "\"worker\":\"one\"");
    }

    @Test
    void aReportIsOfWhatAllWorkersHaveDone() {
        copy("one");

        var report = mirror("--report", root.toString());
        var why = mirror("--why=" + tree.url() + "d0/f1", root.toString());

        assertThat(report.status()).isZero();
        assertThat(report.out()).contains("/d0/f0", "/d1/f2");
        assertThat(why.status()).isZero();
        assertThat(why.out()).contains("/d0/f1");
    }
}
