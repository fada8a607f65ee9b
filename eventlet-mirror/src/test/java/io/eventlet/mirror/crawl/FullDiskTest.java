// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.ThrowingRunnable;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.server.Response;
import io.eventlet.mirror.fetch.DiskFailure;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.mirror.place.Place;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Runs on a disk that takes no more, and takes more again.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class FullDiskTest {
    private static final int FILE = 100_000;

    private final HttpClient client = HttpClient.create();

    @SuppressWarnings("NullAway.Init") // set before each
    private TreeServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = new TreeServer();
        for (int i = 0; i < 10; i++) {
            server.put("/pub/" + i, Integer.toString(i).repeat(FILE));
        }
        server.put("/pub/large", "x".repeat(10 * FILE));
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
    }

    private void assertThatAllIsThere(Copy copy) throws IOException {
        for (var file : server.files().entrySet()) {
            assertThat(copy.content(file.getKey()).equals(file.getValue()))
                    .as(file.getKey())
                    .isTrue();
        }
    }

    @Test
    void aFullDiskEndsTheRunAndTheNextOneGoesOn() throws IOException {
        var disk = Configuration.unix().toBuilder().setMaxSize(40 * FILE).build();
        try (var files = Jimfs.newFileSystem(disk)) {
            var root = Files.createDirectories(files.getPath("/copy"));
            var filler = files.getPath("/filler");
            Files.write(filler, new byte[35 * FILE]);
            var copy = Copy.in(root, client, new MemoryFrontier());

            assertThatThrownBy(() -> copy.of(server.url("/pub/")).build().run())
                    .isInstanceOf(DiskFailure.class)
                    .hasMessageStartingWith("cannot write");
            Files.delete(filler);
            var summary = copy.of(server.url("/pub/")).build().run();

            assertThat(summary.isComplete()).isTrue();
            assertThatAllIsThere(copy);
        }
    }

    @Test
    void aDirectoryThatCannotBeWrittenEndsTheRun(@TempDir Path root) throws IOException {
        var parts = root.resolve(Place.OWN).resolve("parts");
        Files.createDirectories(parts.getParent());
        Files.createFile(parts); // where a directory has to be
        var copy = Copy.in(root, client, new MemoryFrontier());

        assertThatThrownBy(() -> copy.of(server.url("/pub/")).build().run())
                .isInstanceOf(DiskFailure.class);
        Files.delete(parts);
        var summary = copy.of(server.url("/pub/")).build().run();

        assertThat(summary.failed()).as(copy.events()::toString).isZero();
        assertThatAllIsThere(copy);
    }

    /// Answers with a beginning that is not written yet when the disk is full.
    private void answerBeginning(Path filler, ThrowingRunnable<IOException> end) {
        server.answer(
                "/pub/large",
                _ ->
                        Response.of(200)
                                .header("ETag", "\"1\"")
                                .body(
                                        out -> {
                                            fill(filler);
                                            out.write(new byte[FILE]);
                                            out.flush();
                                            end.run();
                                        },
                                        10 * FILE));
    }

    private static void fill(Path filler) throws IOException {
        try (var out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(new byte[1000]);
            }
        } catch (IOException e) {
            // it is full
        }
    }

    @Test
    void aDownloadThatBreaksOffOnAFullDiskEndsTheRun() throws IOException {
        var disk = Configuration.unix().toBuilder().setMaxSize(40 * FILE).build();
        try (var files = Jimfs.newFileSystem(disk)) {
            var root = Files.createDirectories(files.getPath("/copy"));
            answerBeginning(
                    files.getPath("/filler"),
                    () -> {
                        throw new IOException("broken");
                    });
            var copy = Copy.in(root, client, new MemoryFrontier());

            assertThatThrownBy(() -> copy.of(server.url("/pub/large")).build().run())
                    .isInstanceOf(DiskFailure.class)
                    .hasMessageStartingWith("cannot write");
        }
    }

    @Test
    void anAbortOnAFullDiskSaysThatNothingCouldBeKept() throws IOException {
        var disk = Configuration.unix().toBuilder().setMaxSize(40 * FILE).build();
        try (var files = Jimfs.newFileSystem(disk)) {
            var root = Files.createDirectories(files.getPath("/copy"));
            answerBeginning(files.getPath("/filler"), new Event<>()::await);
            var copy = Copy.in(root, client, new MemoryFrontier());
            var mirror = copy.of(server.url("/pub/large")).build();
            var run = GreenThread.spawn(mirror::run);
            while (mirror.progress().received() < FILE) {
                Eventlet.yield();
            }

            mirror.abort();

            assertThatThrownBy(run::await)
                    .hasCauseInstanceOf(DiskFailure.class)
                    .hasMessageContaining("cannot write");
        }
    }
}
