// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Patching on JDKs whose poller is another than that of JDK 25, and in JVMs without the options,
/// each time in a JVM of its own.
@Tag("hub-only") // once is enough
@Timeout(300)
class PollerShapeTest {
    @TempDir private Path directory;

    /// Patches, waits for a byte and a selector, and tells what has come of it.
    static final class Program {
        private Program() {}

        public static void main(String... args) throws IOException {
            Patcher.monkeyPatch();
            for (var wait : List.of(JdkWait.SOCKET_READ, JdkWait.SELECT)) {
                try (var scene = wait.open()) {
                    var waiting = Eventlet.spawn(scene::await);
                    scene.satisfy();
                    System.out.println(wait + " " + waiting.await());
                }
            }
            System.out.println("patched " + Patcher.isMonkeyPatched(Part.SOCKET));
        }
    }

    private static final String[] WORKS_UNPATCHED = {
        "SOCKET_READ true", "SELECT true", "patched false"
    };

    private record Ended(int status, List<String> lines) {}

    private Ended run(List<String> options, Class<?> main, Class<?>... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-Djava.util.logging.SimpleFormatter.format=%4$s %5$s%n");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        for (var argument : arguments) {
            command.add(argument.getName());
        }
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var output = process.inputReader()) {
            var lines = output.readAllLines();
            return new Ended(process.waitFor(), lines);
        }
    }

    private List<String> options(OtherPoller poller) throws IOException {
        var options =
                new ArrayList<>(
                        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                                .filter(option ->
                                        option.startsWith("--") || option.startsWith("-XX:"))
                                .toList());
        options.add(poller.option(directory));
        return options;
    }

    private List<String> runProgram(List<String> options) throws IOException, InterruptedException {
        var ended = run(options, Program.class);
        assertThat(ended.status).as(ended.lines::toString).isZero();
        return ended.lines.stream().filter(line -> !isOfNoMatter(line)).toList();
    }

    /// The mode, and what the watchdog tells on a busy machine.
    private static boolean isOfNoMatter(String line) {
        return line.startsWith("INFO ")
                || line.startsWith("WARNING hub '")
                || line.startsWith("\tat ");
    }

    @Test
    void allThatIsPatchedWorksWithThePollerOfJdk27() throws Exception {
        var ended =
                run(
                        options(OtherPoller.OF_JDK_27),
                        RerunTests.class,
                        PatcherTest.class,
                        PatchedWaitTest.class,
                        PatchedSocketTest.class);

        assertThat(ended.status).as(() -> String.join("\n", ended.lines)).isZero();
    }

    @Test
    void aFieldThatIsMissingLeavesTheJdkAsItIsAndOneLineSaysWhich() throws Exception {
        var lines = runProgram(options(OtherPoller.WITH_ANOTHER_MAP));

        assertThat(lines).endsWith(WORKS_UNPATCHED).hasSize(1 + WORKS_UNPATCHED.length);
        assertThat(lines)
                .first()
                .asString()
                .startsWith("WARNING SOCKET is not patched: JDK ")
                .endsWith("NoSuchFieldException: map");
    }

    @Test
    void aMethodThatIsMissingLeavesTheJdkAsItIsAndOneLineSaysWhich() throws Exception {
        var lines = runProgram(options(OtherPoller.WITH_ANOTHER_START));

        assertThat(lines).endsWith(WORKS_UNPATCHED).hasSize(1 + WORKS_UNPATCHED.length);
        assertThat(lines).first().asString().contains("implRegister");
    }

    @Test
    void pollersThatAreNotAskedAreFoundByTheTrialAndTakenBack() throws Exception {
        var lines = runProgram(options(OtherPoller.WITH_COPIES_IN_USE));

        assertThat(lines).endsWith(WORKS_UNPATCHED).hasSize(1 + WORKS_UNPATCHED.length);
        assertThat(lines)
                .first()
                .asString()
                .isEqualTo(
                        "WARNING SOCKET is not patched: a read on a hub does not wait for that"
                                + " hub");
    }

    @Test
    void withoutTheOptionsOneLineSaysWhichAreMissing() throws Exception {
        var lines = runProgram(List.of());

        assertThat(lines).endsWith(WORKS_UNPATCHED).hasSize(1 + WORKS_UNPATCHED.length);
        assertThat(lines)
                .first()
                .asString()
                .startsWith("WARNING SOCKET is not patched: this JVM is in portable mode")
                .contains("--add-opens java.base/java.lang=ALL-UNNAMED");
    }
}
