// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicReference;

/// Frames to the peer. Thread-safe: messages do not mix, and control frames go between the frames
/// of one.
final class Outgoing {
    private static final int LEAST_TO_COMPRESS = 128; // where one may choose

    private final OutputStream output;
    private final boolean masks;
    private final @Nullable Deflating deflating; // by who has `messages`
    private final Runnable onBroken;
    private final Turn messages = new Turn("messages");
    private final Turn frames = new Turn("frames");
    private final AtomicReference<byte @Nullable []> pong = new AtomicReference<>();
    private volatile boolean isClosed; // written by who has `frames`

    /// `onBroken` is called when a frame was sent in part: nothing can follow it.
    Outgoing(OutputStream output, boolean masks, @Nullable Deflating deflating, Runnable onBroken) {
        this.output = output;
        this.masks = masks;
        this.deflating = deflating;
        this.onBroken = onBroken;
    }

    /// Whether a close frame was sent.
    boolean isClosed() {
        return isClosed;
    }

    void send(int opcode, byte[] bytes, int offset, int length) throws IOException {
        messages.acquire();
        try {
            if (deflating == null || (deflating.isOptional() && length < LEAST_TO_COMPRESS)) {
                frame(Opcode.FIN | opcode, bytes, offset, length);
                return;
            }
            ensureOpen();
            int n = deflating.deflate(bytes, offset, length, true);
            if (!deflating.isOptional()) { // what follows refers to it
                frameOrNone(Opcode.FIN | Opcode.RSV1 | opcode, deflating.output(), 0, n);
            } else if (n < length) {
                frame(Opcode.FIN | Opcode.RSV1 | opcode, deflating.output(), 0, n);
            } else {
                frame(Opcode.FIN | opcode, bytes, offset, length);
            }
        } finally {
            endMessage();
        }
    }

    // ---- a message in pieces

    void beginMessage() throws IOException {
        messages.acquire();
        if (isClosed) {
            endMessage();
            ensureOpen();
        }
    }

    /// Sends a piece; the opcode is that of the message for the first, else 0.
    void piece(int opcode, byte[] bytes, int offset, int length, boolean last) throws IOException {
        int fin = last ? Opcode.FIN : 0;
        if (deflating == null) {
            frameOrNone(fin | opcode, bytes, offset, length);
            return;
        }
        int rsv1 = opcode == Opcode.CONTINUATION ? 0 : Opcode.RSV1;
        int n = deflating.deflate(bytes, offset, length, last);
        frameOrNone(fin | rsv1 | opcode, deflating.output(), 0, n);
    }

    void endMessage() {
        if (deflating != null) {
            deflating.forget();
            if (isClosed) {
                deflating.release();
            }
        }
        messages.release();
    }

    // ---- control frames

    /// Sends a ping or a pong.
    void control(int opcode, byte[] payload) throws IOException {
        frame(Opcode.FIN | opcode, payload, 0, payload.length);
    }

    /// Answers a ping: at once, or after the frame that another thread is sending. The reader does
    /// not wait for that one, since the peer may wait for the reader. Of several pings the last may
    /// be the one that is answered (RFC 6455, 5.5.3).
    void answer(byte[] ping) throws IOException {
        pong.set(ping);
        sendPong();
    }

    /// Sends a ping if no frame is being sent.
    void tryPing() throws IOException {
        if (!isClosed && frames.tryAcquire()) {
            try {
                write(Opcode.FIN | Opcode.PING, new byte[0], 0, 0);
            } finally {
                frames.release();
            }
            sendPong();
        }
    }

    private void sendPong() throws IOException {
        while (pong.get() != null && frames.tryAcquire()) {
            try {
                byte[] payload = pong.getAndSet(null);
                if (payload != null && !isClosed) {
                    write(Opcode.FIN | Opcode.PONG, payload, 0, payload.length);
                }
            } finally {
                frames.release();
            }
        }
    }

    /// Sends a close frame, the last one; nothing if that was done.
    void close(byte[] payload) throws IOException {
        frames.acquire();
        try {
            if (!isClosed) {
                isClosed = true;
                write(Opcode.FIN | Opcode.CLOSE, payload, 0, payload.length);
            }
        } finally {
            frames.release();
        }
    }

    /// As [#close], if no frame is being sent.
    void tryClose(byte[] payload) throws IOException {
        if (frames.tryAcquire()) {
            try {
                if (!isClosed) {
                    isClosed = true;
                    write(Opcode.FIN | Opcode.CLOSE, payload, 0, payload.length);
                }
            } finally {
                frames.release();
            }
        }
    }

    /// Nothing can be sent any more.
    void end() {
        isClosed = true;
        if (deflating != null && messages.tryAcquire()) {
            endMessage();
        }
    }

    // ---- frames

    private void ensureOpen() throws WebSocketClosed {
        if (isClosed) {
            throw new WebSocketClosed(0, "the WebSocket is closed");
        }
    }

    private void frame(int first, byte[] bytes, int offset, int length) throws IOException {
        frames.acquire();
        try {
            ensureOpen();
            write(first, bytes, offset, length);
        } finally {
            frames.release();
        }
        sendPong();
    }

    /// Sends a frame that may not be left out: if it is, nothing can follow.
    private void frameOrNone(int first, byte[] bytes, int offset, int length) throws IOException {
        boolean done = false;
        try {
            frame(first, bytes, offset, length);
            done = true;
        } finally {
            if (!done) {
                breakOff();
            }
        }
    }

    private void breakOff() {
        if (!isClosed) {
            isClosed = true;
            onBroken.run();
        }
    }

    private void write(int first, byte[] bytes, int offset, int length) throws IOException {
        boolean done = false;
        var buffer = Spares.BUFFERS.take();
        try {
            int key = masks ? MaskKeys.next() : 0;
            int at = header(buffer, first, length, key);
            int n = Math.min(length, buffer.length - at);
            put(key, 0, bytes, offset, buffer, at, n);
            output.write(buffer, 0, at + n);
            if (!masks && n < length) {
                output.write(bytes, offset + n, length - n);
                n = length;
            }
            while (n < length) {
                int more = Math.min(length - n, buffer.length);
                put(key, n, bytes, offset + n, buffer, 0, more);
                output.write(buffer, 0, more);
                n += more;
            }
            done = true;
        } finally {
            Spares.BUFFERS.give(buffer);
            if (!done) { // by an error of the socket, a timeout or a kill
                isClosed = true;
                onBroken.run();
            }
        }
    }

    private void put(int key, int phase, byte[] from, int offset, byte[] to, int at, int length) {
        if (masks) {
            Masking.copy(key, phase, from, offset, to, at, length);
        } else {
            System.arraycopy(from, offset, to, at, length);
        }
    }

    /// Writes the header; where the payload begins.
    private int header(byte[] into, int first, int length, int key) {
        int mask = masks ? Opcode.MASKED : 0;
        into[0] = (byte) first;
        int at = 2;
        if (length < Opcode.TWO_BYTES) {
            into[1] = (byte) (mask | length);
        } else if (length < 1 << Short.SIZE) {
            into[1] = (byte) (mask | Opcode.TWO_BYTES);
            at = putNumber(into, at, length, Short.BYTES);
        } else {
            into[1] = (byte) (mask | Opcode.EIGHT_BYTES);
            at = putNumber(into, at, length, Long.BYTES);
        }
        return masks ? putNumber(into, at, key, Integer.BYTES) : at;
    }

    private static int putNumber(byte[] into, int at, long number, int bytes) {
        for (int i = 0; i < bytes; i++) {
            into[at + i] = (byte) (number >> ((bytes - 1 - i) * Byte.SIZE));
        }
        return at + bytes;
    }
}
