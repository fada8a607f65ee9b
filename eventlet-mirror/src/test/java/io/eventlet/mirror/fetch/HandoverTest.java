// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.http.client.HttpUrl;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;

/// What a thread for the disk does with a body.
@Timeout(60)
class HandoverTest {
    private static final int BUFFER = 64 * 1024;

    private final byte[] content = new byte[1 << 20];
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final LongAdder received = new LongAdder();

    HandoverTest() {
        new Random(1).nextBytes(content);
    }

    /// Of a stream of which one byte has been read.
    private Handover handover(InputStream body, long most) throws IOException {
        var buffer = new byte[BUFFER];
        buffer[0] = (byte) body.read();
        var transfer = new Transfer(HttpUrl.of("http://localhost/"), received);
        return new Handover(body, buffer, 1, most, transfer);
    }

    private void write(byte[] bytes, int count) {
        written.write(bytes, 0, count);
    }

    @Test
    void whatIsThereIsReadWhereItIsWritten() throws IOException {
        var handover = handover(new ByteArrayInputStream(content), Long.MAX_VALUE);

        handover.write(this::write);

        assertThat(written.toByteArray()).isEqualTo(content);
        assertThat(handover.written()).isEqualTo(content.length);
        assertThat(received.sum()).isEqualTo(content.length - 1);
    }

    @Test
    void noMoreIsReadThanIsWanted() throws IOException {
        var body = new ByteArrayInputStream(content);

        handover(body, 100_000).write(this::write);

        assertThat(written.size()).isEqualTo(100_000);
        assertThat(body.available()).isEqualTo(content.length - 100_000);
    }

    @Test
    void othersGetATurn() throws IOException {
        var body = new ByteArrayInputStream(new byte[16 << 20]);

        handover(body, Long.MAX_VALUE).write(this::write);

        assertThat(body.available()).isPositive();
    }

    @Test
    void whatMayWaitIsNotRead() throws IOException {
        var body =
                new ByteArrayInputStream(content) {
                    @Override
                    public int available() {
                        return 0;
                    }
                };

        handover(body, Long.MAX_VALUE).write(this::write);

        assertThat(written.size()).isEqualTo(1);
    }

    @Test
    void whatHasComeBeforeAFailureIsWritten() throws IOException {
        var handover = handover(new Failing(), Long.MAX_VALUE);

        handover.write(this::write);

        assertThat(written.size()).isEqualTo(1 + BUFFER / 2);
        assertThatThrownBy(handover::isEnded).isInstanceOf(IOException.class).hasMessage("cut");
    }

    @Test
    void aFailureToWriteIsThrown() throws IOException {
        var handover = handover(new ByteArrayInputStream(content), Long.MAX_VALUE);

        assertThatThrownBy(() ->
                        handover.write((_, _) -> {
                            throw new IOException("full");
                        }))
                .hasMessage("full");
        assertThat(handover.written()).isZero();
    }

    @Test
    void aBodyThatEndsHasEnded() throws IOException {
        var body =
                new ByteArrayInputStream(new byte[BUFFER]) {
                    @Override
                    public int available() {
                        return BUFFER;
                    }
                };
        var handover = handover(body, Long.MAX_VALUE);

        handover.write(this::write);

        assertThat(handover.isEnded()).isTrue();
        assertThat(written.size()).isEqualTo(BUFFER);
    }

    /// Fails behind half a buffer.
    private static final class Failing extends InputStream {
        private int reads;

        @Override
        public int read() {
            return 0;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (reads++ > 0) {
                throw new IOException("cut");
            }
            return BUFFER / 2;
        }

        @Override
        public int available() {
            return BUFFER;
        }
    }
}
