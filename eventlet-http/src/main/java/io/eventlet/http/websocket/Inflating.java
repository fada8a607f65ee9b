// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import org.jspecify.annotations.Nullable;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Decompresses messages that come (RFC 7692, 7.2.2), as much as is asked for. For one thread at a
/// time.
final class Inflating {
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    /// The tail, and a block that ends the stream: so it is known whether the message was whole.
    private static final byte[] TAIL_AND_END = {
        0, 0, (byte) 0xff, (byte) 0xff, 1, 0, 0, (byte) 0xff, (byte) 0xff
    };

    private final boolean keepsContext;
    private @Nullable Inflater inflater;
    private boolean begun; // anything came of the message that is read
    private boolean tailGiven; // of the message that is read
    private FrameInput.@Nullable Piece piece; // what it works on

    Inflating(boolean keepsContext) {
        this.keepsContext = keepsContext;
    }

    /// What there is, 0 if more input is needed first.
    int inflate(byte[] into, int offset, int length) throws WebSocketClosed {
        if (inflater == null) {
            return 0;
        }
        try {
            int n = inflater.inflate(into, offset, length);
            while (n == 0 && inflater.finished() && inflater.getRemaining() > 0 && !tailGiven) {
                restart(inflater);
                n = inflater.inflate(into, offset, length);
            }
            return n;
        } catch (DataFormatException e) {
            throw new WebSocketClosed(
                    CloseCode.BAD_DATA, "a message that does not inflate: " + e.getMessage());
        }
    }

    /// Goes on behind a block that said it was the last, which a message may have (7.2.3.4).
    private void restart(Inflater inflater) {
        int left = inflater.getRemaining();
        var now = piece;
        inflater.reset();
        if (now != null) {
            inflater.setInput(now.bytes(), now.offset() + now.length() - left, left);
        }
    }

    void give(FrameInput.Piece next) {
        if (inflater == null) {
            inflater = Spares.INFLATERS.take();
        }
        if (inflater.finished()) {
            inflater.reset();
        }
        begun = true;
        piece = next;
        inflater.setInput(next.bytes(), next.offset(), next.length());
    }

    /// Has the tail follow that was not sent; false if that was done, and so the message is over.
    boolean giveTail() throws WebSocketClosed {
        if (tailGiven || !begun || inflater == null || inflater.finished()) {
            ensureWhole();
            return false;
        }
        tailGiven = true;
        piece = null;
        inflater.setInput(keepsContext ? TAIL : TAIL_AND_END);
        return true;
    }

    private void ensureWhole() throws WebSocketClosed {
        if (tailGiven && !keepsContext && inflater != null && !inflater.finished()) {
            throw new WebSocketClosed(
                    CloseCode.BAD_DATA, "a message that does not inflate: its end is missing");
        }
    }

    /// After a message.
    void end() {
        begun = false;
        tailGiven = false;
        piece = null;
        if (!keepsContext) {
            release();
        }
    }

    /// Gives the decompressor back.
    void release() {
        if (inflater != null) {
            inflater.reset();
            Spares.INFLATERS.give(inflater);
            inflater = null;
        }
    }
}
