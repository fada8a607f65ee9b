// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.Timeout;
import io.eventlet.offload.Offload;
import io.eventlet.queue.GreenQueue;
import io.eventlet.testing.Until;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// Whether the library has threads when there is nothing to do for them: in a JVM of its own, since
/// the hub of this one stays open.
@Tag("hub-only") // once is enough
@org.junit.jupiter.api.Timeout(120)
class LibraryThreadsTest {
    /// Uses the library twice, each time to its end.
    static final class Program {
        private Program() {}

        public static void main(String[] args) throws Exception {
            for (int round = 0; round < 2; round++) {
                use();
                Hub.main().close();
                Until.holds(() -> own().isEmpty());
                System.out.println("none left");
            }
        }

        private static void use() throws Exception {
            var waits = Eventlet.spawn(() -> GreenQueue.unbounded().get());
            var awaits = Eventlet.spawn(() -> new CountDownLatch(1).await());
            try (var _ = Timeout.after(Duration.ofDays(1));
                    var listener = Eventlet.listen(0);
                    var client = Eventlet.connect("localhost", listener.getLocalPort());
                    var _ = listener.accept();
                    var offload = Offload.named("files", 1)) {
                client.sendAll(new byte[1]);
                offload.call(() -> 1);
            }
            Eventlet.spawnAfter(Duration.ofMillis(1), () -> {}).await();
            for (GreenThread<?> thread : List.of(waits, awaits)) {
                thread.kill();
                thread.join();
            }
        }

        /// What has a name of the library's.
        private static List<String> own() {
            return Thread.getAllStackTraces().keySet().stream()
                    .map(Thread::getName)
                    .filter(name -> name.matches("(eventlet|hub|files)-.*"))
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hub", "portable"})
    void endWithTheLastHubAndBeginAnew(String mode) throws Exception {
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Deventlet.mode=" + mode,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Program.class.getName())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (var output = process.inputReader()) {
            assertThat(output.readAllLines()).containsExactly("none left", "none left");
            assertThat(process.waitFor()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
