// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.cli.CommandFailure;
import io.eventlet.cli.ExitCode;
import io.eventlet.cli.testing.LocalPort;
import io.eventlet.mirror.postgresql.PostgresSettings;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;

import java.nio.file.Path;
import java.sql.SQLException;

import javax.net.ssl.SSLHandshakeException;

@Timeout(60)
class WorkerOptionsTest {
    @CommandLine.Command
    private static final class Holder {
        @CommandLine.ArgGroup(validate = false)
        private WorkerOptions workers = new WorkerOptions();
    }

    private static WorkerOptions options(String... arguments) {
        var holder = new Holder();
        new CommandLine(holder).parseArgs(arguments);
        return holder.workers;
    }

    @Test
    void nothingIsSharedIfNothingIsSaid() {
        var options = options();

        assertThat(options.contradiction()).isEmpty();
        assertThat(options.isAsked()).isFalse();
        assertThat(options.directory(Path.of("copy"))).isEqualTo(Path.of("copy"));
    }

    @Test
    void eachWorkerMayHaveAPartOfTheDirectory() {
        var options =
                options("--frontier", "postgresql://db/x", "--worker-id", "w1", "--shard-dir");

        assertThat(options.contradiction()).isEmpty();
        assertThat(options.directory(Path.of("copy"))).isEqualTo(Path.of("copy", "w1"));
    }

    @Test
    void workersWithoutANameAreCalledDifferently() {
        var one = options("--frontier", "postgresql://db/x");
        var two = options("--frontier", "postgresql://db/x");

        assertThat(one.contradiction()).isEmpty();
        assertThat(one.name()).isEqualTo(one.name()).isNotEqualTo(two.name());
    }

    @Test
    void aRoleThatMayNotMakeTablesIsToldWhatItNeeds() {
        var settings = PostgresSettings.parse("postgresql://crawler@db/crawls");
        var refused = new SQLException("ERROR: permission denied for database crawls", "42501");

        var failure = WorkerOptions.failure(settings, refused);

        assertThat(failure)
                .hasMessageContaining("permission denied for database crawls; the first worker")
                .hasMessageContaining("grant create on the database");
        assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"28P01", "08004", "3D000"})
    void aServerThatRefusesAConnectionIsNoFailureOfTheNetwork(String state) {
        var settings = PostgresSettings.parse("postgresql://crawler@db/crawls");

        var failure = WorkerOptions.failure(settings, new SQLException("no", state));

        assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    }

    @Test
    void aCertificateThatIsNotBelievedIsAFailureOfTls() {
        var settings = PostgresSettings.parse("postgresql://crawler@db/crawls");
        var failed = new SQLException("SSL error", "08006", new SSLHandshakeException("PKIX"));

        var failure = WorkerOptions.failure(settings, failed);

        assertThat(failure.exitCode()).isEqualTo(ExitCode.TLS);
    }

    @Test
    void aDatabaseThatCannotBeReachedIsAFailureOfTheNetwork() {
        var options = options("--frontier", "postgresql://127.0.0.1:" + LocalPort.dead() + "/x");

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(options::readStatus)
                .returns(ExitCode.NETWORK, CommandFailure::exitCode);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--status | need --frontier",
                "--worker-id w1 | need --frontier",
                "--lease 5m | need --frontier",
                "--crawl mirror | need --frontier",
                "--frontier mysql://db/x | not this: mysql://db/x",
                "--frontier postgresql://me:secret@db/x | postgresql://me:***@db/x",
                "--frontier postgresql://db/x --crawl A-B | small letters, digits and _",
                "--frontier postgresql://db/x --worker-id a/b | the name of a worker has",
                "--frontier postgresql://db/x --lease 1s | --lease must be 5s or longer"
            })
    void whatIsWrongIsSaid(String arguments, String problem) {
        var options = options(arguments.split(" ", -1));

        assertThat(options.contradiction()).contains(problem).doesNotContain("secret");
    }
}
