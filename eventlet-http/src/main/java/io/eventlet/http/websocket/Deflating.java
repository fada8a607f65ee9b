// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.zip.Deflater;

/// Compresses messages that are sent (RFC 7692, 7.2.1). For one thread at a time.
///
/// zlib as the JDK has it knows no window but that of 15 bits. Where the peer has a smaller one,
/// the compressor forgets what it has seen after each stretch of that size: so nothing refers
/// farther back.
final class Deflating {
    private static final byte[] EMPTY = new byte[0];
    private static final byte[] EMPTY_BLOCK = {0}; // up to where the tail is left away
    private static final int TAIL = 4; // 00 00 ff ff
    private static final int ROOM = 64; // zlib repeats what it has to say if there is too little

    private final Deflation agreed;
    private final int stretch; // of how many bytes the compressor may know
    private @Nullable Deflater deflater;
    private int sinceFlush;
    private byte[] output = EMPTY;
    private int count;

    Deflating(Deflation agreed) {
        this.agreed = agreed;
        stretch = agreed.ownWindowBits() == Deflation.MOST_BITS ? 0 : 1 << agreed.ownWindowBits();
    }

    /// Whether a message need not be compressed because it is short, or would not become shorter:
    /// where no other refers to it.
    boolean isOptional() {
        return !agreed.keepsOwn();
    }

    /// Compresses a part of a message, or the last; the result is in [#output()] until the next.
    int deflate(byte[] bytes, int offset, int length, boolean last) {
        if (deflater == null) {
            deflater = Spares.DEFLATERS.take();
            sinceFlush = 0;
        }
        count = 0;
        if (output.length < ROOM) {
            output = new byte[Math.max(length / 2, ROOM) + ROOM];
        }
        if (stretch == 0) {
            flush(deflater, bytes, offset, length, Deflater.SYNC_FLUSH);
        } else {
            deflateStretches(deflater, bytes, offset, length);
        }
        if (last) {
            end();
        }
        return count;
    }

    byte[] output() {
        return output;
    }

    private void deflateStretches(Deflater deflater, byte[] bytes, int offset, int length) {
        int done = 0;
        do {
            int n = Math.min(stretch - sinceFlush, length - done);
            sinceFlush += n;
            boolean isFull = sinceFlush == stretch;
            flush(
                    deflater,
                    bytes,
                    offset + done,
                    n,
                    isFull ? Deflater.FULL_FLUSH : Deflater.SYNC_FLUSH);
            sinceFlush = isFull ? 0 : sinceFlush;
            done += n;
        } while (done < length);
    }

    private void flush(Deflater deflater, byte[] bytes, int offset, int length, int mode) {
        deflater.setInput(bytes, offset, length);
        int n;
        int room;
        do {
            if (output.length - count < ROOM) {
                output = Arrays.copyOf(output, 2 * output.length);
            }
            room = output.length - count;
            n = deflater.deflate(output, count, room, mode);
            count += n;
        } while (n == room);
    }

    /// Takes the tail off, which every message ends with and nobody sends.
    private void end() {
        if (count == 0) { // a flush of nothing behind another
            output = EMPTY_BLOCK;
            count = EMPTY_BLOCK.length;
        } else {
            count -= TAIL;
        }
        if (!agreed.keepsOwn()) {
            release();
        }
    }

    /// Lets the result go, for the time until the next message.
    void forget() {
        output = EMPTY;
        if (deflater != null) {
            deflater.setInput(EMPTY);
        }
    }

    /// Gives the compressor back.
    void release() {
        if (deflater != null) {
            deflater.reset();
            Spares.DEFLATERS.give(deflater);
            deflater = null;
        }
    }
}
