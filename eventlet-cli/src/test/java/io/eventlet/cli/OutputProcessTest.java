// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.CommandProcess;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.File;

/// What happens where standard output has no room for what a command prints.
@Timeout(60)
class OutputProcessTest {
    @ParameterizedTest
    @ValueSource(strings = {"--help", "--version", "completion", "fetch --help", "fetch no-url"})
    void outputThatIsNotWrittenIsAFailureOfOneLine(String arguments) throws Exception {
        try (var command = CommandProcess.startTo(new File("/dev/full"), arguments.split(" "))) {
            assertThat(command.readErrors())
                    .endsWith(
                            "eventlet: standard output cannot be written: No space left on device");
            assertThat(command.exitCode()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "completion"})
    void aReaderWhoHasEnoughIsNoFailure(String argument) throws Exception {
        try (var command = CommandProcess.start(argument)) {
            command.closeOutput();

            assertThat(command.readErrors()).isEmpty();
            assertThat(command.exitCode()).isZero();
        }
    }
}
