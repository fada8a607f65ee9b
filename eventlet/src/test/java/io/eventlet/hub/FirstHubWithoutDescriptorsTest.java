// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.ChildJvm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// A first hub that is asked for at a moment when this process can open nothing.
@Tag("hub-only")
@Timeout(120)
class FirstHubWithoutDescriptorsTest {
    private static final int LIMIT = 128;

    /// Takes all descriptors, asks for a hub, gives them back, and asks again.
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws IOException {
            ClassFiles.load(); // which could not be opened
            var taken = new ArrayList<FileInputStream>();
            try {
                while (true) {
                    taken.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException expected) {
                ask();
            }
            for (var each : taken) {
                each.close();
            }
            ask();
        }

        private static void ask() {
            try {
                System.out.println(Hub.main().poller());
            } catch (UncheckedIOException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "epoll", "io_uring"})
    void isAnErrorAndTheNextOneIsNot(String hub) throws Exception {
        var command = ChildJvm.command(Program.class);
        command.removeIf(option -> option.startsWith("-Deventlet."));
        command.addAll(
                1,
                List.of(
                        "-XX:-MaxFDLimit", // which would raise it again
                        "-Deventlet.hub=" + hub,
                        "-Djava.util.logging.SimpleFormatter.format=%4$s %5$s%n"));
        command.addAll(0, List.of("sh", "-c", "ulimit -n " + LIMIT + "; exec \"$@\"", "sh"));

        assertThat(ChildJvm.run(command))
                .filteredOn(line -> !line.startsWith("INFO hub mode: "))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("Cannot start the first hub, "),
                        line -> assertThat(line).isEqualTo(hub.equals("auto") ? "epoll" : hub));
    }
}
