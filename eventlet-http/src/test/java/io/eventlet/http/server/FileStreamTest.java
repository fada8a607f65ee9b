// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.http.Headers;
import io.eventlet.offload.Offload;
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
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class FileStreamTest {
    private final Offload threads = Offload.named("test-files", 1);
    private final AtomicInteger open = new AtomicInteger();

    @TempDir private Path directory;
    private Path path;

    @BeforeEach
    void write() throws IOException {
        path = Files.writeString(directory.resolve("file"), "0123456789");
    }

    @AfterEach
    void close() {
        threads.close();
    }

    private FileStream stream() throws IOException {
        var attributes = Files.readAttributes(path, BasicFileAttributes.class);
        var none = Headers.empty();
        var file = new StoredFile(path, path, attributes, "", none, none, List.of());
        return new FileStream(file, threads, open, List.of(new FileStream.Piece("", 2, 3)));
    }

    /// How many descriptors of this process are of the file.
    private long descriptors() throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(this::isOfTheFile).count();
        }
    }

    private boolean isOfTheFile(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).equals(path.toRealPath());
        } catch (IOException e) { // it was that of the directory
            return false;
        }
    }

    @Test
    void readsThePartsThatItIsMadeOf() throws Exception {
        try (var stream = stream()) {
            assertThat(stream.readAllBytes()).asString().isEqualTo("234");
        }

        assertThat(open).hasValue(0);
    }

    @Test
    void fileIsClosedWithItsLastByte() throws Exception {
        try (var stream = stream()) {
            assertThat(stream.open()).isTrue();
            assertThat(descriptors()).isEqualTo(1);

            assertThat(stream.readNBytes(3)).asString().isEqualTo("234");

            assertThat(descriptors()).isZero();
        }
    }

    @Test
    void fileThatHasChangedIsNotOpened() throws Exception {
        try (var stream = stream()) {
            Files.writeString(path, "another");

            assertThat(stream.open()).isFalse();

            assertThat(descriptors()).isZero();
        }
    }

    @Test
    void fileIsClosedAfterAReadThatWasRefused() throws Exception {
        try (var stream = stream()) {
            assertThat(stream.open()).isTrue();
            threads.close();

            assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(stream::read);
        }

        assertThat(descriptors()).isZero();
    }
}
