// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.CommandRun;
import io.eventlet.hub.Hub;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class ServeCommandTest {
    @TempDir private Path directory;

    @ParameterizedTest
    @CsvSource({
        "--port,99999",
        "--hubs,0",
        "--max-connections,0",
        "--grace,never",
        "--cache,often",
        "--access-log,apache",
        "--host,''"
    })
    void aValueOutOfBoundsIsNamed(String option, String value) {
        CommandRun run = serve(option + "=" + value);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("'" + option + "'")
                .contains("'" + value + "'")
                .contains("expected");
    }

    @Test
    void aDirectoryThatIsNotThereIsNamed() {
        CommandRun run = CommandRun.of(new ServeCommand(), directory.resolve("no").toString());

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("/no' cannot be served: there is no such directory");
    }

    @Test
    void aFileIsNoDirectory() throws IOException {
        var file = Files.writeString(directory.resolve("file"), "");

        CommandRun run = CommandRun.of(new ServeCommand(), file.toString());

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("/file' is not a directory");
    }

    @Test
    void aHostWithoutAnAddressIsNamed() {
        CommandRun run = serve("--host", "no host");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("'--host'").contains("no address is known of 'no host'");
    }

    @Test
    void anAddressThatIsNotOfThisMachineIsNamed() {
        CommandRun run = serve("--host", "192.0.2.1", "--port", "0");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).startsWith("cannot listen on 192.0.2.1:0: ");
    }

    @Test
    void optionsForTlsThatContradictEachOtherAreAMisuse() {
        CommandRun run = serve("--tls-key", directory.resolve("key.pem").toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("--tls-key needs --tls-cert");
    }

    @Test
    void moreHubsThanProcessorsCannotBePinned() {
        CommandRun run = serve("--hubs", "1024", "--pin");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith(
                        "--pin: 1024 hubs, but this process may use %d of the processors"
                                .formatted(Hub.processors().size()));
    }

    @Test
    void eachHubNeedsAConnection() {
        CommandRun run = serve("--hubs", "4", "--max-connections", "3");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("--max-connections 3 is less than one for each of 4 hubs");
    }

    private CommandRun serve(String... options) {
        var arguments = new String[options.length + 1];
        System.arraycopy(options, 0, arguments, 0, options.length);
        arguments[options.length] = directory.toString();
        return CommandRun.of(new ServeCommand(), arguments);
    }
}
