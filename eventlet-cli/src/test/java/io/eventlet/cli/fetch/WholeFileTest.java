// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.cli.web.FailureKind;
import io.eventlet.cli.web.KnownFailure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

@Timeout(60)
class WholeFileTest {
    private static final int DISK_THREADS = 4;

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32 * 1024 - 1, 32 * 1024, 32 * 1024 + 1, 200_000})
    void theFileIsWhatTheBodyWas(int size) throws Exception {
        byte[] body = new byte[size];
        new Random(size).nextBytes(body);
        Path file = directory.resolve("a/b/file");

        long written = WholeFile.write(new ByteArrayInputStream(body), file);

        assertThat(written).isEqualTo(size);
        assertThat(file).hasBinaryContent(body);
        assertThat(directory.resolve("a/b")).isDirectoryNotContaining("glob:**.part");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100_000})
    void aBodyThatBreaksOffLeavesTheOldFileAndNothingElse(int size) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "old");
        InputStream body =
                new SequenceInputStream(new ByteArrayInputStream(new byte[size]), broken());

        assertThatThrownBy(() -> WholeFile.write(body, file)).hasMessage("the line is dead");

        assertThat(file).hasContent("old");
        assertThat(directory.toFile().list()).containsExactly("file");
    }

    @Test
    void aFileThatWasMovedIntoPlaceCountsAlthoughItsWriterWasKilledMeanwhile() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "old");
        var busy = new CountDownLatch(DISK_THREADS);
        var atWork = new CountDownLatch(1);
        for (int i = 0; i < DISK_THREADS; i++) {
            Thread.startVirtualThread(() -> keepDiskBusy(busy, atWork));
        }
        busy.await();
        var wasRead = new CountDownLatch(1);
        var written = new AtomicLong();
        GreenThread<String> writer =
                Eventlet.spawn(() -> {
                    written.set(WholeFile.write(telling(wasRead), file));
                    Eventlet.sleep(Duration.ofMinutes(1));
                    return "not killed";
                });
        wasRead.await();

        writer.kill();
        atWork.countDown();

        assertThatThrownBy(writer::await).hasCauseInstanceOf(GreenThreadKilled.class);
        assertThat(written).hasValue(3);
        assertThat(file).hasContent("new");
        assertThat(directory.toFile().list()).containsExactly("file");
    }

    private static void keepDiskBusy(CountDownLatch busy, CountDownLatch atWork) {
        try {
            WholeFile.DISK.finish(() -> {
                busy.countDown();
                atWork.await();
                return true;
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// The body "new", which tells when it has been read.
    private static InputStream telling(CountDownLatch wasRead) {
        return new ByteArrayInputStream("new".getBytes(StandardCharsets.US_ASCII)) {
            @Override
            public synchronized int read(byte[] into, int from, int length) {
                wasRead.countDown();
                return super.read(into, from, length);
            }
        };
    }

    @Test
    void aDiskThatSaysNoIsAFailureOfTheDisk() throws IOException {
        Files.writeString(directory.resolve("file"), "in the way");

        assertThatThrownBy(() ->
                        WholeFile.write(
                                InputStream.nullInputStream(), directory.resolve("file/below")))
                .isInstanceOfSatisfying(
                        KnownFailure.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DISK))
                .hasMessageContaining("file/below");
    }

    private static InputStream broken() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the line is dead");
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                return read();
            }
        };
    }
}
