// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Messages from the peer, put together from frames (RFC 6455, 5.4), inflated, and checked to be
/// UTF-8 as they come. For one thread at a time; what a timeout or a kill has ended goes on with
/// the next call.
///
/// Throws [CloseReceived] for a close frame, [WebSocketClosed] for what the peer must not send, and
/// an `EOFException` at the end.
final class Incoming {
    /// Is told of control frames.
    interface Listener {
        void onPing(byte[] payload) throws IOException;

        void onPong() throws IOException;

        void onMessage();
    }

    private static final byte[] EMPTY = new byte[0];
    private static final int FIRST_ROOM = 1 << 16; // however long the peer says it will be

    private final FrameInput frames;
    private final Listener listener;
    private final @Nullable Inflating inflating;
    private final Utf8Check utf8 = new Utf8Check();

    // The message that was begun.
    private boolean isOpen;
    private boolean isText;
    private boolean isCompressed;
    private boolean isLast; // its last frame was begun
    private boolean isInControl; // the payload of a control frame has not come
    private boolean isGathered; // in `bytes`, for receive()
    private byte[] bytes = EMPTY;
    private int count;

    Incoming(FrameInput frames, @Nullable Inflating inflating, Listener listener) {
        this.frames = frames;
        this.inflating = inflating;
        this.listener = listener;
    }

    /// Whether the message that was begun is text.
    boolean isText() {
        return isText;
    }

    /// The next message, whole, of so many bytes at most.
    Message receive(int most) throws IOException {
        if (!isGathered) {
            begin();
            isGathered = true;
            count = 0;
        }
        while (true) {
            ensureFits(most);
            if (count == bytes.length && (isCompressed || !isLast || frames.left() > 0)) {
                bytes = Arrays.copyOf(bytes, (int) room(most));
            }
            int n = read(bytes, count, bytes.length - count);
            if (n < 0) {
                break;
            }
            count += n;
        }
        var whole = bytes;
        bytes = EMPTY;
        if (isText) {
            return new Message.Text(new String(whole, 0, count, StandardCharsets.UTF_8));
        }
        return new Message.Binary(count == whole.length ? whole : Arrays.copyOf(whole, count));
    }

    private void ensureFits(int most) throws WebSocketClosed {
        if (count + (isCompressed || isInControl ? 0 : frames.left()) > most) {
            throw new WebSocketClosed(
                    CloseCode.TOO_BIG, "a message of more than %d bytes".formatted(most));
        }
    }

    /// How big the array is to be: as the message if that is known, but not more than twice what
    /// has come. One byte more than the limit shows what goes beyond.
    private long room(int most) {
        if (!isCompressed && isLast && frames.left() <= FIRST_ROOM) {
            return Math.max(count + frames.left(), 1);
        }
        long twice = Math.max(2L * count, isCompressed ? 1 << 10 : 1);
        long known = isCompressed ? twice : Math.max(frames.left() + count, twice);
        return Math.min(Math.min(known, Math.max(FIRST_ROOM, twice)), most + 1L);
    }

    /// Begins the next message; what is unread of the one before is passed over.
    void begin() throws IOException {
        skip();
        nextDataFrame(false);
        isOpen = true;
        isText = frames.opcode() == Opcode.TEXT;
        isCompressed = frames.isCompressed();
        utf8.reset();
    }

    /// Reads and drops what is unread of a message.
    private void skip() throws IOException {
        if (isOpen) {
            var dropped = Spares.BUFFERS.take();
            try {
                while (read(dropped, 0, dropped.length) >= 0) {
                    // more
                }
            } finally {
                Spares.BUFFERS.give(dropped);
            }
        }
    }

    /// Reads and drops messages until the peer closes, which it throws.
    void skipAll() throws IOException {
        isGathered = false;
        bytes = EMPTY;
        while (true) {
            begin();
        }
    }

    /// Reads and drops bytes, whatever they are.
    void drain(int most) throws IOException {
        frames.drain(most);
    }

    /// Content of the message that was begun, at least a byte; -1 at its end, once.
    int read(byte[] into, int offset, int length) throws IOException {
        if (!isOpen) {
            return -1;
        }
        int n = isCompressed ? readInflated(into, offset, length) : readPlain(into, offset, length);
        if (n < 0) {
            if (isText && !utf8.isComplete()) {
                throw notUtf8("text that ends within a character");
            }
            isOpen = false;
            isGathered = false;
            listener.onMessage();
        } else if (isText && !utf8.accepts(into, offset, n)) {
            throw notUtf8("text that is not UTF-8");
        }
        return n;
    }

    private static WebSocketClosed notUtf8(String message) {
        return new WebSocketClosed(CloseCode.BAD_DATA, message);
    }

    private int readPlain(byte[] into, int offset, int length) throws IOException {
        return awaitPayload() ? frames.read(into, offset, length) : -1;
    }

    private int readInflated(byte[] into, int offset, int length) throws IOException {
        var inflating = this.inflating;
        if (inflating == null) {
            throw new IllegalStateException("no compression was agreed on");
        }
        while (true) {
            int n = inflating.inflate(into, offset, length);
            if (n > 0) {
                return n;
            }
            if (awaitPayload()) {
                inflating.give(frames.piece());
            } else if (!inflating.giveTail()) {
                inflating.end();
                return -1;
            }
        }
    }

    /// Whether there is more of the message, in this frame or another.
    private boolean awaitPayload() throws IOException {
        while (isInControl || frames.left() == 0) {
            if (isLast) {
                return false;
            }
            nextDataFrame(true);
        }
        return true;
    }

    /// Begins the next frame of a message, having dealt with control frames before it.
    private void nextDataFrame(boolean within) throws IOException {
        while (true) {
            if (!isInControl) {
                frames.next();
            }
            int opcode = frames.opcode();
            if (!Opcode.isControl(opcode)) {
                break;
            }
            isInControl = true;
            var payload = frames.control();
            isInControl = false;
            control(opcode, payload);
        }
        if (within != (frames.opcode() == Opcode.CONTINUATION)) {
            throw FrameInput.violation(
                    within ? "a message begins within another" : "a continuation of nothing");
        }
        isLast = frames.isFinal();
    }

    private void control(int opcode, byte[] payload) throws IOException {
        switch (opcode) {
            case Opcode.PING -> listener.onPing(payload);
            case Opcode.PONG -> listener.onPong();
            default -> throw closed(payload);
        }
    }

    private static IOException closed(byte[] payload) {
        if (payload.length == 0) {
            return new CloseReceived(CloseCode.NONE, "");
        }
        if (payload.length == 1) {
            return FrameInput.violation("a close frame of one byte");
        }
        int code = ((payload[0] & 0xff) << Byte.SIZE) | (payload[1] & 0xff);
        if (!CloseCode.isSent(code)) {
            return FrameInput.violation("a close frame with the code " + code);
        }
        var check = new Utf8Check();
        if (!check.accepts(payload, 2, payload.length - 2) || !check.isComplete()) {
            return notUtf8("a close frame whose reason is not UTF-8");
        }
        return new CloseReceived(
                code, new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
    }

    /// Lets go of all it holds.
    void release() {
        frames.release();
        if (inflating != null) {
            inflating.release();
        }
        bytes = EMPTY;
    }
}
