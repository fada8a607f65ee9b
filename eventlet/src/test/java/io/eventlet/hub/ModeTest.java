// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.ChildJvm;
import io.eventlet.Eventlet;
import io.eventlet.testing.Simulation;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How a JVM comes to its mode, each time in a JVM of its own.
@Tag("hub-only") // once is enough
@Timeout(120)
class ModeTest {
    private static final String OPENS = "--add-opens=java.base/java.lang=ALL-UNNAMED";
    private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";
    private static final String NEEDED =
            "; hub mode needs the options --add-opens java.base/java.lang=ALL-UNNAMED"
                    + " --enable-native-access=ALL-UNNAMED";

    /// What runs a simulation.
    static final class SimulationProgram {
        private SimulationProgram() {}

        public static void main(String[] args) {
            try {
                Simulation.inOrder().run(() -> {});
            } catch (IllegalStateException e) {
                System.out.println("failed: " + e.getMessage());
            }
        }
    }

    /// What says what keeps it from hub mode.
    static final class ProblemProgram {
        private ProblemProgram() {}

        public static void main(String[] args) {
            System.out.println("problem: " + Hub.modeProblem());
        }
    }

    /// What the other JVMs of these tests run.
    static final class Program {
        private Program() {}

        public static void main(String[] args) {
            try {
                System.out.println("ran in mode " + Eventlet.run(() -> Hub.current().mode()));
                System.out.println("again in mode " + Hub.main().mode());
            } catch (RuntimeException | Error e) {
                System.out.println("failed: " + e);
            }
        }
    }

    private static List<String> run(String... options) throws IOException, InterruptedException {
        return run(Program.class, options);
    }

    private static List<String> run(Class<?> program, String... options)
            throws IOException, InterruptedException {
        return runWith(
                List.of("--class-path", library() + ":" + tests()), program.getName(), options);
    }

    private static List<String> runAsModule(String... options)
            throws IOException, InterruptedException {
        return runWith(
                List.of(
                        "--module-path",
                        library().toString(),
                        "--add-modules",
                        "io.eventlet",
                        "--patch-module",
                        "io.eventlet=" + tests()),
                "io.eventlet/" + Program.class.getName(),
                options);
    }

    private static List<String> runWith(List<String> paths, String program, String... options)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ChildJvm.QUICK);
        command.addAll(paths);
        command.addAll(List.of(options));
        command.add("-Deventlet.watchdog.millis=0"); // a busy machine has nothing to tell
        command.add("-Djava.util.logging.SimpleFormatter.format=%4$s %5$s%n");
        if (paths.contains("--add-modules")) {
            command.add("--module");
        }
        command.add(program);
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var output = process.inputReader()) {
            var lines = output.readAllLines();
            assertThat(process.waitFor()).as(lines::toString).isZero();
            return lines;
        }
    }

    private static Path library() {
        return locationOf(Hub.class);
    }

    private static Path tests() {
        return locationOf(ModeTest.class);
    }

    private static Path locationOf(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void withTheOptionsItIsHubMode() throws Exception {
        assertThat(run(OPENS, NATIVE))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("INFO hub mode: "),
                        line -> assertThat(line).isEqualTo("ran in mode HUB"),
                        line -> assertThat(line).isEqualTo("again in mode HUB"));
    }

    @Test
    void logIsNotToldOfHubModeIfThatIsNotWanted() throws Exception {
        assertThat(run(OPENS, NATIVE, "-Deventlet.mode.logged=false"))
                .containsExactly("ran in mode HUB", "again in mode HUB");
    }

    @Test
    void withoutOptionsItIsPortableModeAndOneLineNamesTheOptions() throws Exception {
        assertThat(run())
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .startsWith("INFO portable mode: ")
                                        .endsWith(NEEDED),
                        line -> assertThat(line).isEqualTo("ran in mode PORTABLE"),
                        line -> assertThat(line).isEqualTo("again in mode PORTABLE"));
    }

    @Test
    void portableModeCanBeAskedFor() throws Exception {
        assertThat(run(OPENS, NATIVE, "-Deventlet.mode=portable"))
                .contains("ran in mode PORTABLE")
                .first()
                .asString()
                .startsWith("INFO portable mode, as -Deventlet.mode=portable asks");
    }

    @Test
    void whatKeepsAJvmFromHubModeCanBeAsked() throws Exception {
        assertThat(run(ProblemProgram.class))
                .last()
                .asString()
                .startsWith("problem: ")
                .endsWith(NEEDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Deventlet.mode=portable", "-Deventlet.hub=portable", "-Da=b"})
    void nothingKeepsAJvmFromHubModeThatHasItOrDoesNotWantIt(String option) throws Exception {
        assertThat(run(ProblemProgram.class, OPENS, NATIVE, option))
                .last()
                .isEqualTo("problem: null");
    }

    @Test
    void hubModeThatCannotBeHadIsAnErrorThatNamesTheOptions() throws Exception {
        assertThat(run("-Deventlet.mode=hub"))
                .singleElement()
                .asString()
                .startsWith("failed: java.lang.IllegalStateException: -Deventlet.mode=hub, but ")
                .endsWith(NEEDED);
    }

    @Test
    void aSimulationWithoutTheOptionsIsAnErrorThatNamesThem() throws Exception {
        assertThat(run(SimulationProgram.class))
                .last()
                .asString()
                .startsWith("failed: a Simulation needs hub mode, and this JVM is in portable mode")
                .endsWith(NEEDED);
    }

    @Test
    void aSimulationWherePortableModeWasAskedForSaysSo() throws Exception {
        assertThat(run(SimulationProgram.class, OPENS, NATIVE, "-Deventlet.mode=portable"))
                .last()
                .asString()
                .startsWith("failed: a Simulation needs hub mode")
                .endsWith("-Deventlet.mode=portable asks for that");
    }

    @Test
    void anUnknownModeIsAnErrorThatNamesIt() throws Exception {
        assertThat(run(OPENS, NATIVE, "-Deventlet.mode=turbo"))
                .containsExactly(
                        "failed: java.lang.IllegalArgumentException:"
                                + " -Deventlet.mode=turbo: expected auto, hub or portable");
    }

    @Test
    void theCaseOfTheModeDoesNotMatter() throws Exception {
        assertThat(run(OPENS, NATIVE, "-Deventlet.mode=HUB")).contains("ran in mode HUB");
    }

    @Test
    void deniedNativeAccessIsPortableModeAndOneLineNamesTheOptions() throws Exception {
        assertThat(run(OPENS, "--illegal-native-access=deny"))
                .contains("ran in mode PORTABLE")
                .first()
                .asString()
                .startsWith("INFO portable mode: ")
                .endsWith(NEEDED);
    }

    @Test
    void aProcessorWhoseStructuresNobodyTriedIsPortableMode() throws Exception {
        assertThat(run(OPENS, NATIVE, "-Dos.arch=riscv64"))
                .contains("ran in mode PORTABLE")
                .first()
                .asString()
                .endsWith("this is riscv64");
    }

    @Test
    void aSystemWithoutEpollIsPortableModeAndOneLineSaysWhatCanBeAskedFor() throws Exception {
        assertThat(run(OPENS, NATIVE, "-Dos.name=FreeBSD"))
                .contains("ran in mode PORTABLE")
                .first()
                .asString()
                .endsWith("this is FreeBSD; -Deventlet.hub=kqueue asks for hubs over kqueue");
    }

    @Test
    void onTheModulePathTheOptionsNameTheModule() throws Exception {
        assertThat(runAsModule())
                .contains("ran in mode PORTABLE")
                .first()
                .asString()
                .endsWith(
                        "needs the options --add-opens java.base/java.lang=io.eventlet"
                                + " --enable-native-access=io.eventlet");
    }

    @Test
    void onTheModulePathItIsHubModeWithTheOptions() throws Exception {
        assertThat(
                        runAsModule(
                                "--add-opens=java.base/java.lang=io.eventlet",
                                "--enable-native-access=io.eventlet"))
                .contains("ran in mode HUB");
    }
}
