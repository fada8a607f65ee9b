// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.TimeoutExpired;
import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Streams that a platform thread reads for green threads.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class OffloadedInputTest {
    private static final Duration MOMENT = Duration.ofMillis(20);

    /// A stream whose reads block an OS thread, as those of a terminal do.
    private static final class Terminal extends InputStream {
        final BlockingQueue<String> typed = new LinkedBlockingQueue<>();
        final AtomicInteger reads = new AtomicInteger();
        final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            reads.incrementAndGet();
            try {
                var text = typed.take();
                if (text.equals("fail")) {
                    throw new IOException("unplugged");
                }
                if (text.isEmpty()) {
                    return -1;
                }
                var bytes = text.getBytes(US_ASCII);
                int n = Math.min(length, bytes.length);
                System.arraycopy(bytes, 0, into, offset, n);
                return n;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    private final Terminal terminal = new Terminal();
    private final OffloadedInput input = OffloadedInput.of(terminal);

    @AfterEach
    void close() {
        input.close();
        terminal.typed.add(""); // whoever reads has somebody waiting
    }

    private String read(int most) throws IOException {
        var into = new byte[most];
        int n = input.read(into);
        return n < 0 ? "end" : new String(into, 0, n, US_ASCII);
    }

    @Test
    void readBlocksOnlyItsGreenThread() {
        var reader = Eventlet.spawn(() -> read(100));
        Until.waiting(reader);

        Eventlet.run(() -> terminal.typed.add("hello"));

        assertThat(reader.await()).isEqualTo("hello");
    }

    @Test
    void nothingIsReadBeforeSomebodyAsks() throws IOException {
        terminal.typed.add("one");
        terminal.typed.add("two");

        assertThat(terminal.reads).hasValue(0);
        assertThat(read(100)).isEqualTo("one");

        assertThat(terminal.reads).hasValue(1);
        assertThat(terminal.typed).containsExactly("two");
    }

    @Test
    void whatComesAfterATimeoutIsForTheNextReader() throws IOException {
        assertThatExceptionOfType(TimeoutExpired.class)
                .isThrownBy(() -> Eventlet.withTimeout(MOMENT, () -> read(100)));

        terminal.typed.add("late");

        assertThat(read(2)).isEqualTo("la");
        assertThat(input.available()).isEqualTo(2);
        assertThat(read(100)).isEqualTo("te");
        assertThat(terminal.reads).hasValue(1);
    }

    @Test
    void readersTakeTurns() {
        var first = Eventlet.spawn(() -> read(100));
        Until.waiting(first);
        var second = Eventlet.spawn(() -> read(100));
        Until.waiting(second);

        terminal.typed.add("one");
        terminal.typed.add("two");

        assertThat(first.await()).isEqualTo("one");
        assertThat(second.await()).isEqualTo("two");
    }

    @Test
    void errorsAndTheEndAreTold() throws IOException {
        terminal.typed.add("fail");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> read(100))
                .withMessage("unplugged");
        terminal.typed.add("");

        assertThat(read(100)).isEqualTo("end");
        assertThat(input.read(new byte[0])).isZero();
    }

    @Test
    void closeEndsAReadAndClosesTheStream() throws Exception {
        var reader = Eventlet.spawn(() -> read(100));
        Until.waiting(reader);

        input.close();

        assertThatThrownBy(reader::await)
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining("Stream closed");
        terminal.closed.await();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> read(1));
    }

    @Test
    void linesAreReadThroughAReader() throws IOException {
        var text = new ByteArrayInputStream("one\ntwo\n".getBytes(US_ASCII));

        var lines = new BufferedReader(new InputStreamReader(OffloadedInput.of(text), US_ASCII));

        assertThat(lines.lines().toList()).containsExactly("one", "two");
    }

    @Test
    void standardInputIsThereAndStaysOpen() {
        OffloadedInput.standard().close();

        assertThat(OffloadedInput.standard()).isSameAs(OffloadedInput.standard());
    }
}
