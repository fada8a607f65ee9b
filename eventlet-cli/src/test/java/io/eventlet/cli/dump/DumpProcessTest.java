// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.dump;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.CommandProcess;
import io.eventlet.cli.testing.CommandRun;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

@Timeout(60)
class DumpProcessTest {
    private static CommandProcess echo() throws Exception {
        var echo = CommandProcess.start("echo", "--port", "0", "--host", "127.0.0.1");
        echo.readLine();
        return echo;
    }

    private static List<String> dump(String... arguments) throws Exception {
        try (var dump = CommandProcess.start(arguments)) {
            var lines = dump.readLines();
            assertThat(dump.readErrors()).isEmpty();
            assertThat(dump.exitCode()).isZero();
            return lines;
        }
    }

    @Test
    void showsWhatAnotherProcessWaitsFor() throws Exception {
        try (var echo = echo()) {
            var lines = dump("dump", Long.toString(echo.pid()));

            assertThat(lines)
                    .anyMatch(line -> line.startsWith("hub 'main', hub mode, epoll: "))
                    .anyMatch(line -> line.contains(" waits for accept of socket "));
        }
    }

    @Test
    void printsJson() throws Exception {
        try (var echo = echo()) {
            var lines = dump("dump", "--json", Long.toString(echo.pid()));

            assertThat(lines).hasSize(1);
            assertThat(names(lines.getFirst())).contains("at", "hubs", "threads", "waitsFor");
        }
    }

    /// All names of fields, by a parser that accepts nothing but JSON.
    private static Set<String> names(String json) {
        var names = new HashSet<String>();
        try (var parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.PROPERTY_NAME) {
                    names.add(parser.currentName());
                }
            }
        }
        return names;
    }

    @Test
    void switchesTracing() throws Exception {
        try (var echo = echo()) {
            var lines = dump("dump", "--trace", "on", Long.toString(echo.pid()));

            assertThat(lines).isEmpty();
        }
    }

    @Test
    void aProcessThatIsStoppedIsNotWaitedForWithoutEnd() throws Exception {
        try (var echo = echo()) {
            var stop = new ProcessBuilder("kill", "-STOP", Long.toString(echo.pid())).start();
            assertThat(stop.waitFor()).isZero();

            try (var dump =
                    CommandProcess.start("dump", "--timeout", "5s", Long.toString(echo.pid()))) {
                assertThat(dump.readErrors())
                        .isEqualTo(
                                "eventlet dump: process %d has not answered within 5.00 s; is it stopped?"
                                        .formatted(echo.pid()));
                assertThat(dump.exitCode()).isEqualTo(3);
            }
        }
    }

    @Test
    void saysThatThereIsNoSuchProcess() throws Exception {
        try (var dump = CommandProcess.start("dump", Long.toString(Integer.MAX_VALUE))) {
            assertThat(dump.exitCode()).isEqualTo(3);
            assertThat(dump.readErrors())
                    .isEqualTo("eventlet dump: there is no process " + Integer.MAX_VALUE);
        }
    }

    @Test
    void whatIsNoJvmIsNotShownWithItsCommandLine() throws Exception {
        var other = new ProcessBuilder("cat", "-", "secret").start();
        try (var dump = CommandProcess.start("dump", Long.toString(other.pid()))) {
            assertThat(dump.exitCode()).isEqualTo(3);
            assertThat(dump.readErrors())
                    .isEqualTo(
                            "eventlet dump: process %d is no JVM that can be asked"
                                    .formatted(other.pid()));
        } finally {
            other.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "12x", "99999999999999999999"})
    void aWordIsNoProcess(String word) {
        CommandRun run = CommandRun.of(new DumpCommand(), word);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("'" + word + "' is not the number of a process");
    }
}
