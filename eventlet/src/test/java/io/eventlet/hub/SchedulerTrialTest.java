// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.ChildJvm;
import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.TimeoutExpired;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.GreenSocket;
import io.eventlet.os.VirtualThreads;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// What is done on JDKs whose VirtualThread is another than that of JDK 25, each time in a JVM of
/// its own.
@Tag("hub-only") // once is enough
@Timeout(300)
class SchedulerTrialTest {
    /// What a hub does: spawn, wait in every way, talk, time out, kill, close, be taken over,
    /// report.
    private static final String[] ALL_THAT_HUBS_DO =
            Stream.of(
                            "GreenThreadTest",
                            "GreenThreadInheritanceTest",
                            "GreenThreadKillTest",
                            "TimeoutTest",
                            "JdkLocksTest",
                            "JdkWaitsTest",
                            "diagnosis.DumpTest",
                            "hub.ForeignCodeTest",
                            "hub.ClassInitialiserTakeoverTest",
                            "hub.HubCloseSocketsTest",
                            "hub.HubCloseTest",
                            "hub.HubOrderTest",
                            "hub.ManyHubsTest",
                            "hub.TakeoverTest",
                            "hub.WatchdogTest",
                            "net.SocketReadLimitsTest",
                            "net.SocketReadTest",
                            "os.VirtualThreadsTest")
                    .map(name -> "io.eventlet." + name)
                    .toArray(String[]::new);

    private static final String HUB = "answer 42 in mode HUB, on a hub";
    private static final String PORTABLE = "answer 42 in mode PORTABLE, on no hub";

    @TempDir private Path directory;

    /// Spawns, waits, talks and times out, and tells where.
    static final class Program {
        private Program() {}

        public static void main(String... args) {
            try {
                Eventlet.run(Program::work);
            } catch (RuntimeException | Error e) {
                System.out.println("failed: " + e);
            }
        }

        private static void work() throws Exception {
            int answer = Eventlet.spawn(Program::echo).await();
            Eventlet.sleep(Duration.ofMillis(1));
            try {
                io.eventlet.Timeout.call(Duration.ofMillis(1), () -> new Event<>().await());
            } catch (TimeoutExpired e) {
                boolean onHub = VirtualThreads.currentCarrier() instanceof LoopThread;
                System.out.printf(
                        "answer %d in mode %s, %s%n",
                        answer, Hub.current().mode(), onHub ? "on a hub" : "on no hub");
            }
        }

        private static int echo() throws IOException {
            try (var listener = new GreenServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    var client =
                            new GreenSocket(listener.getInetAddress(), listener.getLocalPort())) {
                var echoing =
                        Eventlet.spawn(() -> {
                            try (var server = listener.accept()) {
                                server.getOutputStream().write(server.getInputStream().read());
                            }
                        });
                client.getOutputStream().write(42);
                int answer = client.getInputStream().read();
                var ignored = echoing.await();
                return answer;
            }
        }
    }

    private record Ended(int status, List<String> lines) {}

    private Ended run(
            VirtualThreadShape shape, List<String> options, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        var command = ChildJvm.command(main);
        int end = command.indexOf("-cp");
        command.addAll(
                end,
                List.of(
                        shape.option(directory),
                        "-Djava.util.logging.SimpleFormatter.format=%4$s %5$s%n"));
        command.addAll(end, options);
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var output = process.inputReader()) {
            var lines = output.readAllLines();
            return new Ended(process.waitFor(), lines);
        }
    }

    /// Runs it on the hub that is usual, whatever hub these tests were to run on.
    private List<String> runProgram(VirtualThreadShape shape, String mode)
            throws IOException, InterruptedException {
        return runProgram(shape, mode, "auto");
    }

    private List<String> runProgram(VirtualThreadShape shape, String mode, String hub)
            throws IOException, InterruptedException {
        var options =
                List.of(
                        "-Deventlet.mode=" + mode,
                        "-Deventlet.hub=" + hub,
                        "-Deventlet.watchdog.millis=0"); // a busy machine has nothing to tell
        var ended = run(shape, options, Program.class);
        assertThat(ended.status).as(ended.lines::toString).isZero();
        return ended.lines;
    }

    @Test
    void tasksThatAreAdaptedToAPoolRunOnHubs() throws Exception {
        assertThat(runProgram(VirtualThreadShape.SUBMITS_ADAPTED_TASKS, "auto"))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("INFO hub mode: "),
                        line -> assertThat(line).isEqualTo(HUB));
    }

    @Test
    void allThatHubsDoWorksWithTasksThatAreAdaptedToAPool() throws Exception {
        var ended =
                run(
                        VirtualThreadShape.SUBMITS_ADAPTED_TASKS,
                        List.of("-Deventlet.mode=hub"),
                        RerunTests.class,
                        ALL_THAT_HUBS_DO);

        assertThat(ended.status).as(() -> String.join("\n", ended.lines)).isZero();
    }

    @Test
    void aSchedulerThatIsNotAskedIsPortableModeAndOneLineSaysWhoRanTheThread() throws Exception {
        assertThat(runProgram(VirtualThreadShape.IGNORES_ITS_SCHEDULER, "auto"))
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .startsWith("INFO portable mode: ")
                                        .contains("runs a virtual thread on ForkJoinPool-")
                                        .endsWith("and not on the scheduler that it was given"),
                        line -> assertThat(line).isEqualTo(PORTABLE));
    }

    @Test
    void tasksThatNobodyRunsArePortableModeAndOneLineSaysSo() throws Exception {
        assertThat(runProgram(VirtualThreadShape.LOSES_TASKS, "auto"))
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .startsWith("INFO portable mode: ")
                                        .endsWith(
                                                "does not bring a virtual thread on a scheduler of"
                                                        + " ours to its end"),
                        line -> assertThat(line).isEqualTo(PORTABLE));
    }

    @Test
    void timedWaitsThatDoNotComeToTheSchedulerArePortableModeAndOneLineSaysSo() throws Exception {
        assertThat(runProgram(VirtualThreadShape.TIMES_BY_ITSELF, "auto"))
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .startsWith("INFO portable mode: ")
                                        .endsWith(
                                                "does not bring the timed wait of a virtual thread"
                                                        + " to its scheduler"),
                        line -> assertThat(line).isEqualTo(PORTABLE));
    }

    @Test
    void whereHubModeWasAskedForItIsAnErrorWithTheSameReason() throws Exception {
        assertThat(runProgram(VirtualThreadShape.IGNORES_ITS_SCHEDULER, "hub"))
                .singleElement()
                .asString()
                .startsWith(
                        "failed: java.lang.IllegalStateException: -Deventlet.mode=hub, but JDK ")
                .endsWith("and not on the scheduler that it was given");
    }

    @Test
    void whereAHubWasAskedForItIsAnErrorWithTheSameReason() throws Exception {
        assertThat(runProgram(VirtualThreadShape.IGNORES_ITS_SCHEDULER, "auto", "epoll"))
                .singleElement()
                .asString()
                .startsWith("failed: java.lang.IllegalStateException: -Deventlet.hub=epoll")
                .endsWith("and not on the scheduler that it was given");
    }

    @Test
    void aThreadThatIsHiddenBehindItsTaskIsHubModeAndOneMoreLine() throws Exception {
        assertThat(runProgram(VirtualThreadShape.SUBMITS_CALLABLES, "auto"))
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .startsWith("WARNING JDK ")
                                        .contains("hides which virtual thread is behind a task"),
                        line -> assertThat(line).startsWith("INFO hub mode: "),
                        line -> assertThat(line).isEqualTo(HUB));
    }
}
