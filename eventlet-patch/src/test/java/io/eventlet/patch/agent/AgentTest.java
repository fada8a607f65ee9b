// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.patch.AgentJvm;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A program in a JVM with the agent.
@Tag("hub-only") // its JVM has a mode of its own
@Timeout(60)
class AgentTest {
    @TempDir private static Path directory;
    private static List<String> lines = List.of();

    @BeforeAll
    static void run() throws Exception {
        var words = "new Thread,fixed,supplyAsync,own Thread,work stealing".split(",");
        var all = new ArrayList<>(List.of("legacy.AgentProgram"));
        all.addAll(List.of(words));
        lines = AgentJvm.run(directory, all.toArray(String[]::new)).lines();
    }

    @ParameterizedTest
    @ValueSource(strings = {"new Thread", "fixed", "supplyAsync"})
    void threadsAreGreenWhileTheyArePatched(String way) {
        assertThat(lines)
                .contains(
                        "before " + way + ": platform",
                        "patched " + way + ": green",
                        "removed " + way + ": platform");
    }

    @Test
    void threadsAndExecutorsArePatchedEachByItself() {
        assertThat(lines)
                .contains(
                        "threads new Thread: green",
                        "threads fixed: platform",
                        "executors new Thread: platform",
                        "executors fixed: green");
    }

    @ParameterizedTest
    @ValueSource(strings = {"own Thread", "work stealing"})
    void whatCannotBeGreenStays(String way) {
        assertThat(lines).contains("before " + way + ": platform", "patched " + way + ": platform");
    }

    @Test
    void timerThatIsADaemonIsGreenAndKeepsItsName() {
        assertThat(lines).contains("patched quiet timer: true");
    }

    @Test
    void classesThatAreLoadedAreTold() {
        assertThat(lines)
                .anyMatch(line -> line.startsWith("changed: ") && line.contains("Workers"));
    }

    @Test
    void whatIsLeftIsToldWithTheReason() {
        assertThat(lines)
                .anyMatch(line ->
                        line.startsWith("left: ") && line.contains("extends Thread: it is a"));
    }

    @Test
    void noClassFails() {
        assertThat(lines).contains("failed: {}");
    }

    @Test
    void greenThreadThatIsNoDaemonKeepsTheJvmAlive() {
        assertThat(lines).endsWith("last: true");
    }
}
