// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

class StandardOutputTest {
    private static StandardOutput failing(String message) {
        return new StandardOutput(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException(message);
                    }
                });
    }

    private static void print(StandardOutput output) {
        new PrintWriter(output, true, StandardCharsets.UTF_8).println("text");
    }

    @Test
    void whatIsWrittenArrives() {
        var bytes = new ByteArrayOutputStream();
        var output = new StandardOutput(bytes);

        print(output);

        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("text\n");
        assertThat(output.problem()).isEmpty();
    }

    @Test
    void whatAWriterSwallowsIsKept() {
        var output = failing("No space left on device");

        print(output);

        assertThat(output.problem()).hasValue("No space left on device");
    }

    @Test
    void aReaderWhoHasEnoughIsNoProblem() {
        var output = failing("Broken pipe");

        print(output);

        assertThat(output.problem()).isEmpty();
    }
}
