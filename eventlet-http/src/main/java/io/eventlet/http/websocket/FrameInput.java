// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import io.eventlet.http.UpgradedConnection;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;

/// Frames from the peer, checked (RFC 6455, 5). For one thread at a time.
///
/// A wait may end by a timeout or a kill at any byte, and what is asked next goes on from there: so
/// a header is taken off the buffer only when all of it is there. There is no buffer while it waits
/// for the first byte of something.
final class FrameInput {
    /// Is told what comes when.
    interface Listener {
        void onWait() throws IOException;

        void onBytes() throws IOException;

        /// Nothing has come for the SO_TIMEOUT of the socket; what it throws ends the wait.
        void onSilence() throws IOException;
    }

    private static final byte[] EMPTY = new byte[0];

    private final UpgradedConnection connection;
    private final InputStream in;
    private final boolean takesMasked;
    private final boolean takesCompressed;
    private final Listener listener;

    private byte[] buffer = EMPTY;
    private int position; // the next byte
    private int limit; // behind the last

    // The frame that was begun.
    private int first;
    private long left;
    private int key;
    private long phase;

    FrameInput(
            UpgradedConnection connection,
            boolean takesMasked,
            boolean takesCompressed,
            Listener listener) {
        this.connection = connection;
        this.in = connection.input();
        this.takesMasked = takesMasked;
        this.takesCompressed = takesCompressed;
        this.listener = listener;
    }

    int opcode() {
        return first & Opcode.OPCODE;
    }

    boolean isFinal() {
        return (first & Opcode.FIN) != 0;
    }

    boolean isCompressed() {
        return (first & Opcode.RSV1) != 0;
    }

    /// How much of the payload has not been read.
    long left() {
        return left;
    }

    /// Begins the next frame; of the last one nothing must be left.
    void next() throws IOException {
        need(2);
        int one = buffer[position] & 0xff;
        int two = buffer[position + 1] & 0xff;
        checkStart(one, two);
        int length = two & Opcode.LENGTH;
        int lengthEnd =
                length == Opcode.EIGHT_BYTES ? 2 + 8 : length == Opcode.TWO_BYTES ? 2 + 2 : 2;
        int end = takesMasked ? lengthEnd + Integer.BYTES : lengthEnd;
        need(end);
        left = lengthEnd == 2 ? length : longLength(lengthEnd);
        key = takesMasked ? (int) number(lengthEnd, end) : 0;
        phase = 0;
        first = one;
        position += end;
    }

    private void checkStart(int one, int two) throws WebSocketClosed {
        int opcode = one & Opcode.OPCODE;
        if ((one & Opcode.RESERVED) != 0) {
            throw violation("a frame with a reserved bit");
        }
        if (!Opcode.isKnown(opcode)) {
            throw violation("a frame with the reserved opcode " + opcode);
        }
        boolean begins = opcode == Opcode.TEXT || opcode == Opcode.BINARY;
        if ((one & Opcode.RSV1) != 0 && !(takesCompressed && begins)) {
            throw violation("a frame with RSV1, which was not agreed on or does not belong there");
        }
        if (Opcode.isControl(opcode)) {
            if ((one & Opcode.FIN) == 0) {
                throw violation("a control frame in fragments");
            }
            if ((two & Opcode.LENGTH) > Opcode.LONGEST_CONTROL) {
                throw violation("a control frame of more than 125 bytes");
            }
        }
        if (takesMasked != ((two & Opcode.MASKED) != 0)) {
            throw violation(takesMasked ? "a frame without a mask" : "a frame with a mask");
        }
    }

    private long longLength(int end) throws WebSocketClosed {
        long length = number(2, end);
        if (length < (end == 2 + 2 ? Opcode.TWO_BYTES : 1 << Short.SIZE)) { // or negative
            throw violation("the length of a frame is not in its shortest form, or too long");
        }
        return length;
    }

    private long number(int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = (number << Byte.SIZE) | (buffer[position + i] & 0xff);
        }
        return number;
    }

    static WebSocketClosed violation(String message) {
        return new WebSocketClosed(CloseCode.PROTOCOL_ERROR, message);
    }

    /// The payload of a control frame.
    byte[] control() throws IOException {
        int length = (int) left;
        need(length);
        var payload = new byte[length];
        Masking.copy(key, 0, buffer, position, payload, 0, length);
        position += length;
        left = 0;
        return payload;
    }

    /// Reads of the payload what is there, at least one byte: of those left, which there must be.
    int read(byte[] into, int offset, int length) throws IOException {
        int most = (int) Math.min(length, left);
        int n;
        if (position < limit || most < Spares.BUFFER) {
            need(1);
            n = Math.min(most, limit - position);
            Masking.copy(key, phase, buffer, position, into, offset, n);
            position += n;
        } else {
            release();
            listener.onWait();
            n = receive(into, offset, most);
            Masking.apply(key, phase, into, offset, n);
        }
        phase += n;
        left -= n;
        return n;
    }

    /// Takes of a payload what is there, at least one byte, of those left, in the buffer: valid
    /// until more is asked for.
    Piece piece() throws IOException {
        need(1);
        int n = (int) Math.min(left, limit - position);
        Masking.apply(key, phase, buffer, position, n);
        var piece = new Piece(buffer, position, n);
        position += n;
        phase += n;
        left -= n;
        return piece;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Piece(byte[] bytes, int offset, int length) {}

    /// Has so many bytes in the buffer, from the position on.
    private void need(int count) throws IOException {
        while (limit - position < count) {
            if (position == limit) {
                release();
                listener.onWait();
                awaitReadable();
                buffer = Spares.BUFFERS.take();
                limit = receive(buffer, 0, buffer.length);
                continue;
            }
            if (position + count > buffer.length) {
                System.arraycopy(buffer, position, buffer, 0, limit - position);
                limit -= position;
                position = 0;
            }
            listener.onWait();
            limit += receive(buffer, limit, buffer.length - limit);
        }
    }

    private void awaitReadable() throws IOException {
        while (true) {
            try {
                connection.awaitReadable();
                return;
            } catch (SocketTimeoutException e) {
                listener.onSilence();
            }
        }
    }

    private int receive(byte[] into, int offset, int length) throws IOException {
        while (true) {
            try {
                int n = in.read(into, offset, length);
                if (n < 0) {
                    throw new EOFException("the connection ended without a close frame");
                }
                listener.onBytes();
                return n;
            } catch (SocketTimeoutException e) {
                listener.onSilence();
            }
        }
    }

    /// Reads and drops what comes until the peer ends, or has sent more than a limit.
    void drain(int most) throws IOException {
        release();
        var dropped = Spares.BUFFERS.take();
        try {
            for (int all = 0; all < most; ) {
                int n = in.read(dropped, 0, dropped.length);
                if (n < 0) {
                    return;
                }
                all += n;
            }
        } finally {
            Spares.BUFFERS.give(dropped);
        }
    }

    /// Gives the buffer back, with what is in it.
    void release() {
        position = 0;
        limit = 0;
        if (buffer != EMPTY) {
            Spares.BUFFERS.give(buffer);
            buffer = EMPTY;
        }
    }
}
