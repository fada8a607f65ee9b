// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.echo;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.CommandRun;
import io.eventlet.hub.Hub;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;

class EchoCommandTest {
    @TempDir private Path directory;

    @ParameterizedTest
    @CsvSource({
        "--port,99999",
        "--port,http",
        "--hubs,0",
        "--max-connections,0",
        "--max-connections,lots",
        "--grace,never",
        "--host,''"
    })
    void aValueOutOfBoundsIsNamed(String option, String value) {
        CommandRun run = echo(option + "=" + value);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("'" + option + "'")
                .contains("'" + value + "'")
                .contains("expected");
    }

    @Test
    void aHostWithoutAnAddressIsNamed() {
        CommandRun run = echo("--host", "no host");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("'--host'").contains("no address is known of 'no host'");
    }

    @Test
    void anAddressThatIsNotOfThisMachineIsNamed() {
        CommandRun run = echo("--host", "192.0.2.1", "--port", "0");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).startsWith("cannot listen on 192.0.2.1:0: ");
    }

    @Test
    void aCertificateThatIsNotThereIsNamed() {
        CommandRun run = echo("--tls-cert", directory.resolve("cert.pem").toString());

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("cert.pem").contains("there is no such file");
    }

    @Test
    void optionsForTlsThatContradictEachOtherAreAMisuse() {
        CommandRun run = echo("--tls-key", directory.resolve("key.pem").toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("--tls-key needs --tls-cert");
    }

    @Test
    void moreHubsThanProcessorsCannotBePinned() {
        CommandRun run = echo("--hubs", "1024", "--pin");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith(
                        "--pin: 1024 hubs, but this process may use %d of the processors"
                                .formatted(Hub.processors().size()));
    }

    @Test
    void eachHubNeedsAConnection() {
        CommandRun run = echo("--hubs", "4", "--max-connections", "3");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("--max-connections 3 is less than one for each of 4 hubs");
    }

    @Test
    void quietAndVerboseExcludeEachOther() {
        assertThat(echo("--quiet", "--verbose").exitCode()).isEqualTo(2);
    }

    private static CommandRun echo(String... arguments) {
        return CommandRun.of(new EchoCommand(), arguments);
    }
}
