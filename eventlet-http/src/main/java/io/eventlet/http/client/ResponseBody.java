// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.http.Headers;
import io.eventlet.http.UpgradedConnection;
import io.eventlet.http.wire.ChunkedBody;
import io.eventlet.http.wire.FixedBody;
import io.eventlet.http.wire.Framing;
import io.eventlet.http.wire.InputBytes;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/// The body of a response as it is sent. It holds the connection, which goes back to the pool with
/// the last byte, and is closed if anything else ends the reading.
final class ResponseBody extends InputStream {
    private static final int LAST_CHUNK = 5; // 0 CR LF CR LF

    private final Connections connections;
    private final ClientConnection connection;
    private final InputStream framed;
    private final long length; // or CHUNKED, NOT_GIVEN
    private final long limit; // 0 for none
    private final long keptNanos;
    private final boolean upgraded;
    private final @Nullable Upload upload; // of the request, which may still be going on
    private final AtomicBoolean released = new AtomicBoolean();
    private final AtomicBoolean busy = new AtomicBoolean(); // somebody reads, or looks at the rest
    private boolean ended; // reading thread
    private long count;

    ResponseBody(
            Connections connections,
            ClientConnection connection,
            long length,
            ClientSettings settings,
            boolean upgraded,
            long keptNanos,
            @Nullable Upload upload)
            throws IOException {
        this.connections = connections;
        this.connection = connection;
        this.length = length;
        this.upgraded = upgraded;
        this.keptNanos = keptNanos;
        this.upload = upload;
        limit = settings.bodyLimit();
        framed =
                length == Framing.CHUNKED
                        ? new ChunkedBody(connection.in, settings.headLimits())
                        : length == Framing.NOT_GIVEN
                                ? new InputBytes(connection.in)
                                : new FixedBody(connection.in, length);
        if (limit > 0 && length > limit) {
            throw tooLong(limit);
        }
    }

    /// Gives the connection back if there is no body. Not for the constructor: whoever calls that
    /// gives it back when it fails.
    void endIfEmpty() {
        if (length == 0 && !upgraded) {
            end();
        }
    }

    static IOException tooLong(long limit) {
        return new IOException("a body is longer than the limit of %d bytes".formatted(limit));
    }

    /// How long it is; -1 if that was not said.
    long length() {
        return Math.max(length, -1);
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int size) throws IOException {
        Objects.checkFromIndexSize(offset, size, into.length);
        if (ended || upgraded) {
            return size == 0 ? 0 : -1;
        }
        if (!busy.compareAndSet(false, true)) {
            throw new IOException(
                    released.get()
                            ? "this response has been closed"
                            : "two threads read the body of a response");
        }
        boolean done = false;
        try {
            if (released.get()) {
                throw new IOException("this response has been closed");
            }
            int n = framed.read(into, offset, size);
            count += Math.max(0, n);
            if (limit > 0 && count > limit) {
                throw tooLong(limit);
            }
            if (n < 0 || count == length) {
                end();
            }
            done = true;
            return n;
        } catch (IOException e) {
            throw upload == null ? e : upload.cause(e);
        } finally {
            if (!done) {
                release(0);
            }
            busy.set(false);
        }
    }

    /// Without chunks, also what has come and is in no buffer yet.
    @Override
    public int available() throws IOException {
        if (ended || upgraded || released.get()) {
            return 0;
        }
        int buffered = framed.available();
        return buffered > 0 || length == Framing.CHUNKED
                ? buffered
                : (int)
                        Math.min(
                                length < 0 ? Long.MAX_VALUE : length - count, connection.arrived());
    }

    /// What is left of the request's body then is not sent: nobody would know of its failure. Its
    /// source is closed, also if it waits.
    private void end() {
        ended = true;
        if (upload == null) {
            release(keptNanos);
            return;
        }
        upload.stop();
        boolean kept = false;
        try {
            kept = keptNanos > 0 && upload.isWholeSoon();
        } finally {
            release(kept ? keptNanos : 0);
            upload.abort();
        }
    }

    /// Waits for nothing, so that nothing keeps a connection from going back.
    private void release(long nanos) {
        if (released.compareAndSet(false, true)) {
            if (nanos <= 0) {
                connection.abort();
            }
            connections.release(connection, nanos);
        }
    }

    /// What came behind the chunks; none before the end.
    Headers trailers() {
        return framed instanceof ChunkedBody chunks ? chunks.trailers() : Headers.empty();
    }

    /// Takes the connection, which speaks another protocol now.
    UpgradedConnection upgrade() throws IOException {
        if (!upgraded) {
            throw new IllegalStateException("the connection still speaks HTTP");
        }
        if (upload != null) { // the other protocol begins behind it (RFC 9110, 7.8)
            upload.awaitWhole();
        }
        if (!released.compareAndSet(false, true)) {
            throw new IllegalStateException("this response has been closed");
        }
        boolean done = false;
        try {
            connection.socket.await(TimedSocket.Limit.NONE);
            connection.socket.socket().setSoTimeout(0);
            done = true;
        } finally {
            if (!done) {
                connection.abort();
            }
            connections.detach(connection);
        }
        return new UpgradedConnection(connection.socket.socket(), new InputBytes(connection.in));
    }

    /// Gives the connection back, if the rest has come already and nobody reads it; else closes it.
    @Override
    public void close() {
        try {
            giveBack();
        } finally {
            if (upload != null) {
                upload.abort();
            }
        }
    }

    private void giveBack() {
        if (released.get()) {
            return;
        }
        if (upgraded || keptNanos <= 0 || !busy.compareAndSet(false, true)) {
            release(0);
            return;
        }
        boolean kept = false;
        try {
            kept = (upload == null || upload.isWhole()) && !released.get() && isRestThere();
        } finally {
            release(kept ? keptNanos : 0);
            busy.set(false);
        }
    }

    private boolean isRestThere() {
        try {
            if (length >= 0 && length - count <= connection.in.buffered()) {
                framed.skipNBytes(length - count);
                return true;
            }
            if (length == Framing.CHUNKED && connection.in.buffered() >= LAST_CHUNK) {
                connection.socket.await("the end of a body", "", io.eventlet.wait.Waits.NEVER, 1);
                framed.skipNBytes(framed.available());
                return connection.in.buffered() >= LAST_CHUNK && framed.read() < 0;
            }
        } catch (IOException e) {
            // it is closed, then
        }
        return false;
    }
}
