// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.TimeoutExpired;
import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/// Files whose operations threads of an offload perform.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenFileTest {
    private static final Duration MOMENT = Duration.ofMillis(20);

    private final Offload threads = Offload.named("test-files", 1);
    private final CountDownLatch free = new CountDownLatch(1);

    @TempDir private Path directory;
    private Path path;

    @BeforeEach
    void write() throws IOException {
        path = Files.writeString(directory.resolve("file"), "0123456789");
    }

    @AfterEach
    void close() {
        free.countDown();
        threads.close();
    }

    /// Has the only thread do something else until `free`.
    private GreenThread<?> occupy() {
        var busy = Eventlet.spawn(() -> threads.run(free::await));
        Until.holds(() -> threads.statistics().busy() == 1);
        return busy;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static String text(ByteBuffer read) {
        return UTF_8.decode(read.duplicate().flip()).toString();
    }

    @Test
    void readsFromThePositionOnUntilTheEnd() throws Exception {
        try (var file = GreenFile.open(path)) {
            var first = ByteBuffer.allocate(4);
            var rest = ByteBuffer.allocate(100);

            assertThat(file.read(first)).isEqualTo(4);
            assertThat(file.read(rest)).isEqualTo(6);

            assertThat(text(first) + text(rest)).isEqualTo("0123456789");
            assertThat(file.position()).isEqualTo(10);
            assertThat(file.read(rest)).isEqualTo(-1);
        }
    }

    @Test
    void readBlocksOnlyItsGreenThread() throws Exception {
        try (var file = GreenFile.open(threads, path)) {
            var busy = occupy();
            var reader = Eventlet.spawn(() -> file.read(ByteBuffer.allocate(4)));
            Until.holds(() -> threads.statistics().waiting() == 1);

            Eventlet.spawn(free::countDown).await(); // on the same hub

            assertThat(reader.await()).isEqualTo(4);
            busy.await();
        }
    }

    @Test
    void writesAllOfALargeBuffer() throws Exception {
        var content = new byte[1_000_000];
        new Random(1).nextBytes(content);

        try (var file = GreenFile.open(path, WRITE)) {
            assertThat(file.write(ByteBuffer.wrap(content))).isEqualTo(content.length);
            assertThat(file.position()).isEqualTo(content.length);
        }

        assertThat(path).hasBinaryContent(content);
    }

    @Test
    void appendsWhereverThePositionIs() throws Exception {
        try (var file = GreenFile.open(path, APPEND)) {
            file.position(2).write(bytes("abc"));

            assertThat(file.position()).isEqualTo(13);
        }
        assertThat(path).hasContent("0123456789abc");
    }

    @Test
    void timeoutOfAReadLosesNothing() throws Exception {
        try (var file = GreenFile.open(threads, path)) {
            var busy = occupy();
            var into = ByteBuffer.allocate(4);

            assertThatExceptionOfType(TimeoutExpired.class)
                    .isThrownBy(() -> Eventlet.withTimeout(MOMENT, () -> file.read(into)));
            free.countDown();
            busy.await();

            assertThat(into.position()).isZero();
            assertThat(file.read(into)).isEqualTo(4);
            assertThat(text(into)).isEqualTo("0123");
        }
    }

    @Test
    void writeThatTimedOutCanBeRepeated() throws Exception {
        try (var file = GreenFile.open(threads, path, WRITE)) {
            var busy = occupy();
            var what = bytes("abc");

            assertThatExceptionOfType(TimeoutExpired.class)
                    .isThrownBy(() -> Eventlet.withTimeout(MOMENT, () -> file.write(what)));
            free.countDown();
            busy.await();
            file.write(what);
        }
        assertThat(path).hasContent("abc3456789");
    }

    @Test
    void writeThatGoesOnAfterAKillIsOverBeforeTheNext() throws Exception {
        var slow = new SlowChannel(free);
        var file = new GreenFile(path, slow, threads, Set.of(WRITE));
        var killed = Eventlet.spawn(() -> file.write(bytes("abc")));
        slow.begun.await();
        killed.kill();
        killed.join();

        var next = Eventlet.spawn(() -> file.write(bytes("x")));
        Until.waiting(next);
        free.countDown();

        assertThat(next.await()).isEqualTo(1);
        assertThat(slow.written).containsExactly("abc at 0", "x at 0");
        file.close();
    }

    @Test
    void interruptLeavesTheFileOpen() throws Exception {
        try (var file = GreenFile.open(threads, path)) {
            var busy = occupy();
            var reader =
                    Eventlet.spawn(() -> {
                        assertThatThrownBy(() -> file.read(ByteBuffer.allocate(4))).isNotNull();
                        return Thread.interrupted();
                    });
            Until.holds(() -> threads.statistics().waiting() == 1);
            reader.thread().interrupt();
            reader.await();
            free.countDown();
            busy.await();

            assertThat(file.read(ByteBuffer.allocate(4))).isEqualTo(4);
        }
    }

    @Test
    void killedOpenerLeavesNoFileOpen() throws Exception {
        var busy = occupy();
        var opener =
                Eventlet.spawn(
                        () -> GreenFile.open(threads, directory.resolve("new"), WRITE, CREATE_NEW));
        Until.holds(() -> threads.statistics().waiting() == 1);

        opener.kill();
        opener.join();
        free.countDown();
        busy.await();

        assertThat(directory.resolve("new")).doesNotExist();
    }

    @Test
    void killDoesNotKeepAFileFromBeingClosed() throws Exception {
        var file = GreenFile.open(threads, path);
        var busy = occupy();
        var closer =
                Eventlet.spawn(() -> {
                    file.close();
                    return true;
                });
        Until.holds(() -> threads.statistics().waiting() == 1);

        closer.kill();
        closer.join();

        assertThat(file.isOpen()).isFalse();
        free.countDown();
        busy.await();
    }

    @Test
    void threadsThatHaveBeenClosedDoNotKeepAFileFromBeingClosed() throws Exception {
        var file = GreenFile.open(threads, path);
        threads.close();

        file.close();

        assertThat(file.isOpen()).isFalse();
    }

    @Test
    void optionMayBeGivenTwice() throws Exception {
        try (var file = GreenFile.open(path, READ, READ)) {
            assertThat(file.size()).isEqualTo(10);
        }
    }

    @Test
    void truncateForceAndSizeAreThoseOfTheFile() throws Exception {
        try (var file = GreenFile.open(path, READ, WRITE)) {
            file.position(8);

            file.truncate(3).force(true);

            assertThat(file.size()).isEqualTo(3);
            assertThat(file.position()).isEqualTo(3);
        }
    }

    @Test
    void servesStreamsAndReadersOfTheJdk() throws Exception {
        Files.writeString(path, "one\ntwo\n");

        try (var lines = new BufferedReader(Channels.newReader(GreenFile.open(path), UTF_8))) {
            assertThat(lines.lines()).containsExactly("one", "two");
        }
    }

    @Test
    void missingFileIsTheErrorOfTheJdk() {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> GreenFile.open(directory.resolve("none")))
                .withMessageContaining("none");
    }

    @Test
    void refusesWhatItWasNotOpenedFor() throws Exception {
        try (var reads = GreenFile.open(path);
                var writes = GreenFile.open(path, WRITE)) {
            assertThatExceptionOfType(NonWritableChannelException.class)
                    .isThrownBy(() -> reads.write(bytes("x")));
            assertThatExceptionOfType(NonReadableChannelException.class)
                    .isThrownBy(() -> writes.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void closedFileRefusesAllCalls() throws Exception {
        var file = GreenFile.open(path);

        file.close();

        file.close();
        assertThatExceptionOfType(ClosedChannelException.class)
                .isThrownBy(() -> file.read(ByteBuffer.allocate(1)));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(file::size);
    }

    @Test
    void callsOfSeveralThreadsTakeTurns() throws Exception {
        try (var file = GreenFile.open(path, WRITE)) {
            var writers = new GreenThread<?>[100];
            for (int i = 0; i < writers.length; i++) {
                var letter = bytes(Character.toString('a' + i % 26));
                writers[i] = Eventlet.spawn(() -> file.write(letter));
            }
            for (var writer : writers) {
                var ignored = writer.await();
            }

            assertThat(file.position()).isEqualTo(100);
        }
        assertThat(Files.readString(path)).matches("[a-z]{100}");
    }
}
