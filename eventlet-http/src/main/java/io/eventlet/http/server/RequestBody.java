// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.GreenSemaphore;
import io.eventlet.http.BadMessage;
import io.eventlet.http.Headers;
import io.eventlet.http.wire.ChunkedBody;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;

/// The body of a request as its handler reads it: asks the client for it when it is first read, and
/// ends at the limit.
///
/// A handler may have another thread read it, also while its response is sent. What is left of it
/// then is dropped by the thread of the connection, which waits for the end of that read. If that
/// is too much, or the connection ends, nobody can read it any more.
final class RequestBody extends InputStream {
    private final InputStream body;
    private final Exchange exchange;
    private final GreenSemaphore turn = new GreenSemaphore(1); // to read
    private long left; // of the limit
    private long count;
    private boolean begun;
    private boolean ended;
    private @Nullable IOException failure;

    RequestBody(InputStream body, Exchange exchange, long limit) {
        this.body = body;
        this.exchange = exchange;
        left = limit;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        turn.acquire();
        try {
            return readNext(into, offset, length);
        } finally {
            turn.release();
        }
    }

    private int readNext(byte[] into, int offset, int length) throws IOException {
        if (failure != null) {
            throw new IOException("the body cannot be read to its end", failure);
        }
        if (ended) {
            return -1;
        }
        try {
            begin();
            int n = body.read(into, offset, length);
            if (n < 0) {
                ended = true;
                return n;
            }
            left -= n;
            count += n;
            if (left < 0) {
                throw new BadMessage(413, "the body is longer than the server takes");
            }
            return n;
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public int available() throws IOException {
        return ended || failure != null ? 0 : body.available();
    }

    private void begin() throws IOException {
        if (!begun) {
            begun = true;
            exchange.beginBody();
        }
    }

    /// How much of it has been read.
    long count() {
        return count;
    }

    /// What kept it from its end.
    @Nullable IOException failure() {
        return failure;
    }

    Headers trailers() {
        return body instanceof ChunkedBody chunked ? chunked.trailers() : Headers.empty();
    }

    /// Reads what is left, at most so many bytes; whether that was all.
    boolean drop(int most) throws IOException {
        var dropped = new byte[Math.clamp(most, 1, 4096)];
        int n = 0;
        for (int all = 0; all <= most; all += n) {
            n = read(dropped, 0, dropped.length);
            if (n < 0) {
                return true;
            }
        }
        return false;
    }

    /// Lets nobody read any more of it, once the read that goes on is over: false if that takes
    /// longer.
    boolean giveUp(Duration patience) {
        return turn.acquire(patience) && giveUp();
    }

    boolean giveUpAtOnce() {
        return turn.tryAcquire() && giveUp();
    }

    private boolean giveUp() { // with the turn
        if (!ended && failure == null) {
            failure = new IOException("the request has been answered");
        }
        turn.release();
        return true;
    }

    boolean isEnded() {
        return ended;
    }
}
