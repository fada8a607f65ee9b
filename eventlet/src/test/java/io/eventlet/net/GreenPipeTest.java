// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static io.eventlet.net.SocketPair.awaitParked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.TimeoutExpired;
import io.eventlet.errors.ConcurrentUse;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/// Pipes of the system.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenPipeTest {
    private static final Duration MOMENT = Duration.ofMillis(20);

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }

    private static String read(GreenPipe pipe) throws IOException {
        var into = new byte[100];
        int n = pipe.input().read(into);
        return n < 0 ? "end" : new String(into, 0, n, US_ASCII);
    }

    @Test
    void readBlocksOnlyItsGreenThread() throws IOException {
        try (var pipe = GreenPipe.open()) {
            var reader = Eventlet.spawn(() -> read(pipe));
            awaitParked(reader);

            Eventlet.run(() -> pipe.output().write(bytes("hello")));

            assertThat(reader.await()).isEqualTo("hello");
        }
    }

    @Test
    void linesAreReadThroughReaders() throws IOException {
        try (var pipe = GreenPipe.open()) {
            var reader =
                    Eventlet.<List<String>>spawn(() ->
                            new BufferedReader(new InputStreamReader(pipe.input(), US_ASCII))
                                    .lines()
                                    .toList());

            pipe.output().write(bytes("one\ntwo\n"));
            pipe.output().close();

            assertThat(reader.await()).containsExactly("one", "two");
        }
    }

    @Test
    void writeOfAnySizeWaitsForItsReader() throws IOException {
        var much = new byte[1_000_001];
        new Random(1).nextBytes(much);
        try (var pipe = GreenPipe.open()) {
            var writer = Eventlet.spawn(() -> pipe.output().write(much));
            awaitParked(writer);

            assertThat(pipe.input().readNBytes(much.length)).isEqualTo(much);

            writer.await();
        }
    }

    @Test
    void readSeesTheEndWhenAllHasBeenRead() throws IOException {
        try (var pipe = GreenPipe.open()) {
            pipe.output().write('x');
            pipe.output().close();

            assertThat(read(pipe)).isEqualTo("x");
            assertThat(read(pipe)).isEqualTo("end");
            assertThat(read(pipe)).isEqualTo("end");
        }
    }

    @Test
    void aReaderThatWaitsSeesTheEnd() throws IOException {
        try (var pipe = GreenPipe.open()) {
            pipe.output().write('x');
            assertThat(read(pipe)).isEqualTo("x");
            var reader = Eventlet.spawn(() -> read(pipe));
            awaitParked(reader);

            pipe.output().close();

            assertThat(reader.await()).isEqualTo("end");
        }
    }

    @Test
    void writersSeeThatNobodyReads() throws IOException {
        try (var pipe = GreenPipe.open()) {
            var writer = Eventlet.spawn(() -> pipe.output().write(new byte[1_000_000]));
            awaitParked(writer);

            pipe.input().close();

            assertThatThrownBy(writer::await).hasCauseInstanceOf(IOException.class);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> pipe.output().write(1))
                    .withMessageContaining("Broken pipe");
        }
    }

    @Test
    void closeEndsARead() throws IOException {
        var pipe = GreenPipe.open();
        var reader = Eventlet.spawn(() -> read(pipe));
        awaitParked(reader);

        pipe.close();

        assertThatThrownBy(reader::await).hasCauseInstanceOf(IOException.class);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> read(pipe));
    }

    @Test
    @Tag("hub-only") // in portable mode the JDK closes it
    void timeoutsLeaveItUsable() throws IOException {
        try (var pipe = GreenPipe.open()) {
            assertThatExceptionOfType(TimeoutExpired.class)
                    .isThrownBy(() -> Eventlet.withTimeout(MOMENT, () -> read(pipe)));
            assertThatExceptionOfType(TimeoutExpired.class)
                    .isThrownBy(() ->
                            Eventlet.withTimeout(
                                    MOMENT,
                                    () -> {
                                        pipe.output().write(new byte[1_000_000]);
                                        return "written";
                                    }));

            assertThat(pipe.input().readNBytes(65_536)).containsOnly(0);
            pipe.output().write(bytes("still here"));

            assertThat(read(pipe)).isEqualTo("still here");
        }
    }

    @Test
    void aSecondReaderIsRefused() throws IOException {
        try (var pipe = GreenPipe.open()) {
            var reader = Eventlet.spawn(() -> read(pipe));
            awaitParked(reader);

            assertThatExceptionOfType(ConcurrentUse.class).isThrownBy(() -> read(pipe));

            pipe.output().write(bytes("first"));
            assertThat(reader.await()).isEqualTo("first");
        }
    }

    @Test
    void readAndWriteOfNothingDoNotWait() throws IOException {
        try (var pipe = GreenPipe.open()) {
            assertThat(pipe.input().read(new byte[0])).isZero();
            pipe.output().write(new byte[0]);
            assertThat(pipe.input().available()).isZero();
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> pipe.input().read(new byte[1], 0, 2));
        }
    }
}
