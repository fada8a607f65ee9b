// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Stall;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/// What becomes of a hub while a call of the JDK for a file blocks, and for the end of a process.
@Tag("hub-only")
@Timeout(60)
@ExtendWith(NoLeaks.class)
class FileWaitTest {
    @TempDir private Path directory;

    @AfterEach
    void toTheLog() {
        Hub.onStall(null);
    }

    @Test
    void fileThatDoesNotAnswerIsNamedByTheWatchdog() throws Exception {
        var fifo = directory.resolve("fifo").toString();
        new ProcessBuilder("mkfifo", fifo).start().waitFor();
        var stalled = new CompletableFuture<Stall>();
        Hub.onStall(stall -> { // a busy machine may make others
            if (stall.stack().getFirst().getClassName().equals(FileInputStream.class.getName())) {
                stalled.complete(stall);
            }
        });
        try (var hub = Hub.start("files")) {
            var reading =
                    Eventlet.spawnOn(
                            hub,
                            () -> {
                                // What follows is a task of its own, for the watchdog.
                                Eventlet.yield();
                                try (var in = new FileInputStream(fifo)) {
                                    return in.read();
                                }
                            });

            var stall = stalled.get();
            try (var out = new FileOutputStream(fifo)) {
                out.write(7);
            }

            assertThat(reading.await()).isEqualTo(7);
            assertThat(stall.hub()).isEqualTo("files");
        }
    }

    @Test
    void waitForTheEndOfAProcessOfTheJdkHoldsNoHub() throws Exception {
        try (var hub = Hub.start("processes")) {
            var cat = new ProcessBuilder("cat").start();
            var waiting = Eventlet.spawnOn(hub, () -> cat.waitFor());

            Eventlet.spawnOn(hub, () -> cat.getOutputStream().close()).await();

            assertThat(waiting.await()).isZero();
            assertThat(hub.statistics().takeovers()).isZero();
        }
    }
}
