// SPDX-License-Identifier: Apache-2.0
package io.eventlet.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.GreenThreads;
import io.eventlet.LimitExpired;
import io.eventlet.TaskFailed;
import io.eventlet.TimeoutExpired;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;

/// Child processes.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenProcessTest {
    private static final Duration MOMENT = Duration.ofMillis(20);

    @TempDir Path directory;

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }

    @Test
    void runGivesOutputErrorsAndExitCode() throws IOException {
        var completed = GreenProcess.run("sh", "-c", "echo out; echo err >&2; exit 3");

        assertThat(completed.text()).isEqualTo("out\n");
        assertThat(completed.output()).isEqualTo(bytes("out\n"));
        assertThat(completed.errorText()).isEqualTo("err\n");
        assertThat(completed.errors()).isEqualTo(bytes("err\n"));
        assertThat(completed.exitCode()).isEqualTo(3);
        assertThatExceptionOfType(ProcessFailed.class)
                .isThrownBy(completed::ensureSuccess)
                .withMessage(
                        "'sh -c echo out; echo err >&2; exit 3' has ended with exit code 3: err")
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(3));
    }

    @Test
    void successIsPassedOn() throws IOException {
        assertThat(GreenProcess.run("echo", "hello").ensureSuccess().text()).isEqualTo("hello\n");
    }

    @Test
    void muchGoesInAndOutAtOnce() throws IOException {
        var much = new byte[2_000_000];
        new Random(1).nextBytes(much);

        var completed = GreenProcess.run(new ProcessBuilder("sh", "-c", "tee /dev/stderr"), much);

        assertThat(completed.output()).isEqualTo(much);
        assertThat(completed.errors()).isEqualTo(much);
    }

    @Test
    void aProgramThatIsNotThereIsAnError() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> GreenProcess.start("/no/such/program"))
                .withMessageContaining("No such file or directory");
    }

    @Test
    void outputIsReadWhileTheProcessRuns() throws IOException {
        try (var cat = GreenProcess.start("cat")) {
            var lines = new BufferedReader(new InputStreamReader(cat.output(), US_ASCII));
            for (var word : new String[] {"one", "two"}) {
                var reader = Eventlet.<String>spawn(lines::readLine);
                Until.waiting(reader);

                cat.input().write(bytes(word + "\n"));

                assertThat(reader.await()).isEqualTo(word);
            }
            cat.input().close();
            assertThat(cat.await()).isZero();
            assertThat(cat.isAlive()).isFalse();
        }
    }

    @Test
    @Tag("hub-only") // else a platform thread reads, which does not know
    void itIsKnownHowMuchOfTheOutputCanBeRead() throws IOException {
        try (var cat = GreenProcess.start("cat")) {
            cat.input().write(bytes("hello"));

            int first = cat.output().read();

            assertThat(first).isEqualTo('h');
            assertThat(cat.output().available()).isEqualTo(4);
        }
    }

    @Test
    void fiftyRunAtOnceOnOneHub() throws IOException {
        var processes = new ArrayList<GreenProcess>();
        var waiters = new ArrayList<GreenThread<String>>();
        for (int i = 0; i < 50; i++) {
            var process = GreenProcess.start("cat");
            processes.add(process);
            waiters.add(
                    Eventlet.spawn(() -> {
                        var out = new String(process.output().readAllBytes(), US_ASCII);
                        return out + process.await();
                    }));
        }

        for (int i = 49; i >= 0; i--) {
            var in = processes.get(i).input();
            in.write(bytes("process " + i + " "));
            in.close();
            assertThat(waiters.get(i).await()).isEqualTo("process " + i + " 0");
        }
        for (var process : processes) {
            process.close();
        }
    }

    @Test
    void awaitWithALimitThrowsAndLeavesTheProcess() throws IOException {
        try (var cat = GreenProcess.start("cat")) {
            assertThatExceptionOfType(LimitExpired.class)
                    .isThrownBy(() -> cat.await(MOMENT))
                    .withMessage(
                            "process %d 'cat' has not ended within 20 ms".formatted(cat.pid()));
            assertThat(cat.isAlive()).isTrue();
            cat.input().close();

            assertThat(cat.await(Duration.ofSeconds(50))).isZero();
        }
    }

    @Test
    void timeoutsEndWaitsForItsEndAndItsOutput() throws IOException {
        try (var cat = GreenProcess.start("cat")) {
            assertThatExceptionOfType(TimeoutExpired.class)
                    .isThrownBy(() -> Eventlet.withTimeout(MOMENT, () -> cat.await()));
            assertThatExceptionOfType(TimeoutExpired.class)
                    .isThrownBy(() -> Eventlet.withTimeout(MOMENT, () -> cat.output().read()));
            cat.input().write('x');

            assertThat(cat.output().read()).isEqualTo('x');
        }
    }

    @Test
    void signalsEndIt() throws IOException {
        try (var first = GreenProcess.start("cat");
                var second = GreenProcess.start("cat")) {
            first.terminate();
            second.kill();

            assertThat(first.await()).isEqualTo(128 + 15);
            assertThat(second.await()).isEqualTo(128 + 9);
        }
    }

    @Test
    void closeEndsIt() throws IOException {
        var process = GreenProcess.start("sleep", "1000");
        var handle = process.handle();

        process.close();

        assertThat(process.await()).isEqualTo(128 + 9);
        assertThat(handle.pid()).isEqualTo(process.pid());
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> process.output().read());
    }

    @Test
    void timeoutOfARunEndsTheProcess() throws IOException {
        var file = directory.resolve("pid");

        assertThatExceptionOfType(TimeoutExpired.class)
                .isThrownBy(() ->
                        Eventlet.withTimeout(
                                Duration.ofMillis(500),
                                () ->
                                        GreenProcess.run(
                                                "sh",
                                                "-c",
                                                "echo $$ >" + file + "; exec sleep 1000")));

        if (Files.exists(file)) { // else it was killed before
            long pid = Long.parseLong(Files.readString(file).strip());
            Until.holds(() -> ProcessHandle.of(pid).isEmpty());
        }
    }

    @Test
    void inputThatItDoesNotWantIsDropped() throws IOException {
        var completed = GreenProcess.run(new ProcessBuilder("true"), new byte[1_000_000]);

        assertThat(completed.exitCode()).isZero();
    }

    @Test
    void writingToOneThatDoesNotReadIsABrokenPipe() throws IOException {
        try (var process = GreenProcess.start("true")) {
            process.await();

            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> process.input().write(new byte[1_000_000]));
        }
    }

    @Test
    void aBuilderSaysWhereAndHowItRuns() throws IOException {
        var builder = new ProcessBuilder("sh", "-c", "pwd; echo $GREEN; echo error >&2; cat");
        var input = Files.writeString(directory.resolve("input"), "from a file");
        builder.directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(input.toFile())
                .environment()
                .put("GREEN", "yes");

        try (var process = GreenProcess.start(builder)) {
            var completed = process.communicate();

            assertThat(completed.text())
                    .isEqualTo(directory.toRealPath() + "\nyes\nerror\nfrom a file");
            assertThat(completed.errors()).isEmpty();
            assertThat(builder.redirectOutput()).isEqualTo(Redirect.PIPE);
        }
    }

    @Test
    void outputGoesToAFileIfABuilderSaysSo() throws IOException {
        var file = directory.resolve("output");

        var completed =
                GreenProcess.run(
                        new ProcessBuilder("cat").redirectOutput(file.toFile()),
                        bytes("to a file"));

        assertThat(Files.readString(file)).isEqualTo("to a file");
        assertThat(completed.output()).isEmpty();
    }

    @Test
    void pipesAndProcessesAreGivenBack() throws Exception {
        GreenProcess.run("true");
        long before = descriptors();

        for (int i = 0; i < 30; i++) {
            GreenProcess.run("true");
            assertThatThrownBy(() -> GreenProcess.start("/no/such/program"))
                    .isInstanceOf(IOException.class);
        }

        Until.holds(() -> descriptors() <= before);
    }

    private static long descriptors() {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void startsThatAreKilledLeaveNoProcess() throws IOException {
        long before = ProcessHandle.current().children().count();
        var starters = new ArrayList<GreenThread<GreenProcess>>();
        for (int i = 0; i < 20; i++) {
            starters.add(Eventlet.spawn(() -> GreenProcess.start("sleep", "1000")));
        }
        Eventlet.run(() -> Eventlet.yield()); // each has begun

        GreenThreads.killAll(starters);
        for (var starter : starters) {
            try (var _ = starter.await()) { // it was faster
            } catch (TaskFailed e) {
                assertThat(e).hasCauseInstanceOf(GreenThreadKilled.class);
            }
        }

        Until.holds(() -> Launch.Starters.THREADS.statistics().busy() == 0); // of starts given up
        Until.holds(() -> ProcessHandle.current().children().count() <= before);
    }

    @Test
    @Tag("hub-only")
    void aSimulationHasNone() {
        Simulation.inOrder()
                .run(() ->
                        assertThatExceptionOfType(IOException.class)
                                .isThrownBy(() -> GreenProcess.run("true")));
    }
}
