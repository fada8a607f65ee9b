// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.TimeoutExpired;
import io.eventlet.patch.Eventually;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A process as code sees it that knows the JDK's.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ProcessOnHubTest {
    private static final Duration MOMENT = Duration.ofMillis(1);

    private static long others; // pipes that are of no process

    @TempDir private Path directory;

    /// A hub over libevent has one to wake it.
    @BeforeAll
    static void countOthers() {
        Eventlet.spawn(() -> {}).join();
        others = pipes();
    }

    /// What is left in pipes is read, and they are closed, after the end of the process.
    @AfterEach
    void awaitTheEndOfPipes() {
        Eventually.until(() -> pipes() <= others);
    }

    private static Process start(String... command) throws IOException {
        return GreenCalls.start(new ProcessBuilder(command));
    }

    private static String text(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), US_ASCII);
    }

    @Test
    void whoReadsDoesNotHoldTheHubOfWhoWrites() throws Exception {
        var cat = start("cat");
        var reading = Eventlet.spawn(() -> cat.inputReader().readLine());

        var writing =
                Eventlet.spawn(() -> {
                    var out = cat.getOutputStream();
                    out.write("hello\n".getBytes(US_ASCII));
                    out.close();
                });

        writing.await();
        assertThat(reading.await()).isEqualTo("hello");
        assertThat(cat.waitFor()).isZero();
    }

    @Test
    void whoWaitsForItsEndDoesNotHoldTheHub() throws Exception {
        var cat = start("cat");
        var waiting = Eventlet.spawn(() -> cat.waitFor());

        Eventlet.spawn(() -> cat.getOutputStream().close()).await();

        assertThat(waiting.await()).isZero();
        assertThat(cat.isAlive()).isFalse();
        assertThat(cat.exitValue()).isZero();
        assertThat(cat.onExit().get()).isSameAs(cat);
    }

    @Test
    void whatNobodyHasReadIsThereAfterItsEnd() throws Exception {
        var process = start("sh", "-c", "echo out; echo err >&2; exit 3");

        int exitCode = process.waitFor();

        assertThat(exitCode).isEqualTo(3);
        assertThat(text(process)).isEqualTo("out\n");
        assertThat(process.errorReader().readLine()).isEqualTo("err");
    }

    @Test
    void itsOutputCanBeReadAgainFromAMark() throws Exception {
        var in = start("echo", "abc").getInputStream();

        in.mark(3);
        int first = in.read();
        in.reset();

        assertThat(in.markSupported()).isTrue();
        assertThat((char) first).isEqualTo('a');
        assertThat(new String(in.readAllBytes(), US_ASCII)).isEqualTo("abc\n");
    }

    @Test
    void nothingIsReadOfAnOutputThatWasClosed() throws Exception {
        var process = start("echo", "abc");
        int ignored = process.waitFor();
        var in = process.getInputStream();

        in.close();

        assertThatThrownBy(in::read).isInstanceOf(IOException.class).hasMessage("Stream closed");
        assertThatThrownBy(in::available).isInstanceOf(IOException.class);
    }

    @Test
    @Tag("hub-only") // a pipe of the JDK does not tell how much it has
    void howMuchCanBeReadCanBeAskedWhileTheProcessEnds() throws Exception {
        for (int i = 0; i < 20; i++) {
            var process = start("sh", "-c", "echo abc; read line");
            var in = process.getInputStream();
            Eventually.until(() -> available(in) == 4);

            process.getOutputStream().close();
            while (process.isAlive()) {
                assertThat(available(in)).isEqualTo(4);
            }

            assertThat(available(in)).isEqualTo(4);
            assertThat(new String(in.readAllBytes(), US_ASCII)).isEqualTo("abc\n");
        }
    }

    private static int available(InputStream in) {
        try {
            return in.available();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Tag("hub-only") // it counts the pipes of hubs
    void pipesOfOneThatIsOnlyWaitedForAreGivenBack() throws Exception {
        start("true").waitFor();
        Eventually.until(() -> pipes() <= others);

        for (int i = 0; i < 5; i++) {
            start("true").waitFor();
        }

        Eventually.until(() -> pipes() <= others);
        assertThat(pipes()).isLessThanOrEqualTo(others);
    }

    /// Pipes that do not wait: those of the JVM itself do.
    private static long pipes() {
        try (var files = Files.list(Path.of("/proc/self/fdinfo"))) {
            return files.filter(ProcessOnHubTest::isPipe).count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isPipe(Path info) {
        try {
            var file = Path.of("/proc/self/fd").resolve(info.getFileName());
            boolean isPipe = Files.readSymbolicLink(file).toString().startsWith("pipe:");
            return isPipe && Files.readString(info).matches("(?s).*flags:\\s+\\d*4\\d{3}\\b.*");
        } catch (IOException _) { // closed by now
            return false;
        }
    }

    @Test
    void aLimitEndsTheWaitAndLeavesTheProcess() throws Exception {
        var cat = start("cat");

        var waiting = Eventlet.spawn(() -> io.eventlet.Timeout.call(MOMENT, () -> cat.waitFor()));

        assertThatThrownBy(waiting::await).hasCauseInstanceOf(TimeoutExpired.class);
        assertThat(cat.isAlive()).isTrue();
        assertThat(cat.waitFor(1, TimeUnit.MILLISECONDS)).isFalse();
        assertThatThrownBy(cat::exitValue).isInstanceOf(IllegalThreadStateException.class);
        cat.destroy();
        assertThat(cat.waitFor()).isEqualTo(128 + 15);
    }

    @Test
    void aCommandOfOldHasItsEnvironmentAndDirectory() throws Exception {
        var runtime = Runtime.getRuntime();
        String[] environment = {"NAME=value", "nothing"};
        var show = "echo $NAME $(pwd)";

        var process =
                GreenCalls.exec(
                        runtime,
                        new String[] {"/bin/sh", "-c", show},
                        environment,
                        directory.toFile());

        assertThat(text(process)).isEqualTo("value " + directory.toRealPath() + "\n");
        assertThat(text(GreenCalls.exec(runtime, "echo  a b"))).isEqualTo("a b\n");
        assertThatThrownBy(() -> GreenCalls.exec(runtime, ""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aProgramThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> start("/no/such/program")).isInstanceOf(IOException.class);
    }
}
