// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import io.eventlet.http.server.Response;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/// The body of a response: there is none before its headers have been sent, and closing it ends the
/// exchange.
final class ResponseStream extends OutputStream {
    private static final long ANY = Long.MAX_VALUE;

    private final Handover handover;
    private final RequestStream request;
    private @Nullable OutputStream out;
    private long left; // of the length; ANY in chunks
    private boolean closed;

    ResponseStream(Handover handover, RequestStream request) {
        this.handover = handover;
        this.request = request;
    }

    /// Sends the headers, for a body of a length, or in chunks if that is 0.
    void begin(Response response, long length) throws IOException {
        left = length == 0 ? ANY : length;
        var framed =
                length == 0 ? response.body(handover::lend) : response.body(handover::lend, length);
        out = handover.beginBody(framed);
    }

    /// There is no body.
    void beginNone() {
        closed = true;
        request.close();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        var to = ensureOpen();
        if (length > left) {
            throw failed(new IOException("the body is longer than its length was said to be"));
        }
        try {
            to.write(from, offset, length);
        } catch (IOException e) {
            throw failed(e);
        }
        if (left != ANY) {
            left -= length;
        }
    }

    @Override
    public void flush() throws IOException {
        var to = ensureOpen();
        try {
            to.flush();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private OutputStream ensureOpen() throws IOException {
        if (closed) {
            throw new IOException("the body of the response is closed");
        }
        if (out == null) {
            throw new IOException("the response headers have not been sent yet");
        }
        handover.ensureLent();
        return out;
    }

    private IOException failed(IOException error) {
        closed = true;
        request.close();
        boolean ignored = handover.fail(error);
        return error;
    }

    /// Throws an `IOException` if the body is shorter than was said: the connection is cut.
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        if (out == null) {
            throw new IOException("the response headers have not been sent yet");
        }
        if (left != ANY && left > 0) {
            throw failed(new IOException("the body lacks %d bytes of its length".formatted(left)));
        }
        closed = true;
        request.close();
        handover.end();
    }
}
