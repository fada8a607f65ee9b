// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.os.Errno;
import io.eventlet.os.Sockets;
import io.eventlet.os.UnixSockets;
import io.eventlet.os.UringMemory;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a stream keeps of its deferred writes, without a ring.
@Tag("hub-only")
@Timeout(60)
@ExtendWith(NoLeaks.class)
class UringOutflowTest {
    private final int[] both = new int[2];
    private final Outbox box = new Outbox();
    private UringOutflow outflow;
    private boolean isClosed; // the descriptor, by what is tested

    @BeforeEach
    void open() {
        assertThat(UnixSockets.pair(both)).isNotNegative();
        outflow = new UringOutflow(both[0]);
    }

    @AfterEach
    void close() {
        if (!isClosed) {
            Sockets.close(both[0]);
        }
        Sockets.close(both[1]);
    }

    private void put(String text) {
        assertThat(box.put(outflow, text.getBytes(US_ASCII), 0, text.length())).isTrue();
    }

    /// Leaves the peer's room full: how much that was.
    private int fill() {
        int sum = 0;
        for (int n; (n = Sockets.send(both[0], new byte[1000], 0, 1000)) > 0; ) {
            sum += n;
        }
        return sum;
    }

    /// What the peer gets before it would have to wait.
    private String received() {
        var text = new StringBuilder();
        var into = new byte[1000];
        int n;
        while ((n = Sockets.recv(both[1], into, 0, into.length)) > 0) {
            text.append(new String(into, 0, n, US_ASCII));
        }
        return n == 0 ? text + "end" : text.toString();
    }

    @Test
    void whatTheKernelHasSentInPartIsSentOnFromThere() {
        put("part,rest");

        outflow.leave(memory("part,rest"), 5);

        assertThat(outflow.push()).isZero();
        assertThat(received()).isEqualTo("rest");
        assertThat(outflow.isEmpty()).isTrue();
    }

    private static UringMemory memory(String text) {
        var memory = new UringMemory(100);
        memory.put(0, text.getBytes(US_ASCII), 0, text.length());
        return memory;
    }

    @Test
    void whatIsKeptWaitsForRoom() {
        put("kept");
        int filled = fill();

        outflow.leave(memory("kept"), -Errno.EAGAIN);
        int result = outflow.push();

        assertThat(result).isEqualTo(-Errno.EAGAIN);
        assertThat(received()).hasSize(filled);
        outflow.onOutput();
        assertThat(received()).isEqualTo("kept");
    }

    @Test
    void nothingIsSentAfterAnError() {
        put("lost");

        outflow.leave(memory("lost"), -Errno.EPIPE);
        outflow.onOutput();

        assertThat(outflow.push()).isEqualTo(-Errno.EPIPE);
        assertThat(outflow.write(null, true, new byte[1], 0, 1)).isEqualTo(-Errno.EPIPE);
        assertThat(received()).isEmpty();
    }

    @Test
    void nothingIsSentAfterItIsClosed() {
        put("kept");
        outflow.leave(memory("kept"), -Errno.EAGAIN);
        int filled = fill();

        assertThat(outflow.isLeftToRing()).isFalse();

        assertThat(received()).hasSize(filled);
        outflow.onOutput(); // when the number may be another's
        assertThat(received()).isEmpty();
        assertThat(outflow.isEmpty()).isFalse();
    }

    @Test
    void whatIsBoxedWhenItIsClosedIsSentAndEndedByTheRing() {
        put("boxed");
        isClosed = true;

        assertThat(outflow.isLeftToRing()).isTrue();
        assertThat(received()).isEmpty();
        box.close();

        assertThat(received()).isEqualTo("boxedend");
    }

    @Test
    void anOutboxThatIsClosedSendsAll() {
        put("a");
        put("b");

        box.close();

        assertThat(received()).isEqualTo("ab");
        assertThat(outflow.isEmpty()).isTrue();
    }

    @Test
    void aStreamHasNoMoreThanItsShare() {
        var piece = new byte[1 << 12];
        int sum = 0;

        while (box.put(outflow, piece, 0, piece.length)) {
            sum += piece.length;
        }

        assertThat(sum).isEqualTo(UringOutflow.LIMIT);
    }
}
