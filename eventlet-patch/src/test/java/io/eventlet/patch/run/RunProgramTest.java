// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.patch.AgentJvm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// A program that knows nothing of green threads, run as `bin/eventlet run` does it.
@Tag("hub-only") // the JVM of the program has its own mode
@Timeout(60)
class RunProgramTest {
    private static final String RUNNER = "io.eventlet.patch.run.RunProgram";
    private static final String PROGRAM = "legacy.Program";

    @TempDir private Path directory;

    @Test
    void mainAndThreadsAreGreen() throws Exception {
        var run = AgentJvm.run(directory, RUNNER, PROGRAM, "a", "b c");

        assertThat(run.lines())
                .contains(
                        "arguments: a b c", "main: green main", "executor: green pool-1-thread-1");
        assertThat(run.status()).isZero();
    }

    @Test
    void whatWasStartedIsDoneBeforeTheJvmEnds() throws Exception {
        var run = AgentJvm.run(directory, RUNNER, PROGRAM);

        assertThat(run.lines())
                .contains("daemon: false")
                .filteredOn(line -> line.startsWith("done: "))
                .hasSize(6)
                .allMatch(line -> line.contains(" green "));
    }

    @Test
    void hooksAreRunByPlatformThreads() throws Exception {
        var run = AgentJvm.run(directory, RUNNER, PROGRAM);

        assertThat(run.lines()).last().asString().startsWith("hook: platform Thread-");
    }

    @Test
    void onlyThePartsThatAreNamedArePatched() throws Exception {
        var run = AgentJvm.run(directory, "-Deventlet.run.patch=thread", RUNNER, PROGRAM);

        assertThat(run.lines()).contains("executor: platform pool-1-thread-1");
        assertThat(run.lines()).anyMatch(line -> line.startsWith("done: thread 1 green "));
    }

    @Test
    void httpServerOfTheJdkServesInGreenThreadsAndKeepsTheJvmAlive() throws Exception {
        var run = AgentJvm.run(directory, RUNNER, "legacy.WebProgram");

        assertThat(run.lines()).contains("answer: green");
        assertThat(run.status()).isZero();
    }

    @Test
    void processesOfAProgramAreWaitedForOnTheHub() throws Exception {
        var run = AgentJvm.run(directory, RUNNER, "legacy.ProcessProgram");

        assertThat(run.lines())
                .contains("builder: hello", "exec: hello", "meanwhile: true", "exit code: 3");
        assertThat(run.status()).isZero();
    }

    @Test
    void severalHubsShareItsThreads() throws Exception {
        var run = AgentJvm.run(directory, "-Deventlet.run.hubs=2", RUNNER, PROGRAM);

        assertThat(run.lines()).filteredOn(line -> line.startsWith("done: ")).hasSize(6);
        assertThat(run.status()).isZero();
    }

    @Test
    void errorOfMainIsPrintedAndTheStatusIsThatOfJava() throws Exception {
        var run = AgentJvm.run(directory, RUNNER, PROGRAM, "fail");

        assertThat(run.lines())
                .contains(
                        "Exception in thread \"main\" java.lang.IllegalStateException:"
                                + " failed as it was told to");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void reportNamesEachPart() throws Exception {
        var run = AgentJvm.run(directory, "-Deventlet.run.report=true", RUNNER, PROGRAM);

        assertThat(run.lines())
                .contains(
                        "THREAD: patched",
                        "EXECUTOR: patched",
                        "SOCKET: patched",
                        "PROCESS: patched",
                        "FILE: not patched");
    }

    @Test
    void classThatIsNotThereIsAnError() throws Exception {
        var run = AgentJvm.run(directory, RUNNER, "no.such.Program");

        assertThat(run.lines())
                .singleElement()
                .asString()
                .startsWith("eventlet run: class no.such.Program cannot be loaded: ");
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void partThatIsNotThereIsAnError() throws Exception {
        var run = AgentJvm.run(directory, "-Deventlet.run.patch=rockets", RUNNER, PROGRAM);

        assertThat(run.lines())
                .contains(
                        "eventlet run: no part of the JDK is called 'rockets'; there are [socket,"
                                + " dns, thread, executor, process, file]");
        assertThat(run.status()).isEqualTo(2);
    }
}
