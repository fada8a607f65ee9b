// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import java.io.IOException;
import java.io.InputStream;

/// The body of a request until it is closed: what is left is dropped by the connection then.
final class RequestStream extends InputStream {
    private final InputStream body;
    private volatile boolean closed;

    RequestStream(InputStream body) {
        this.body = body;
    }

    @Override
    public int read() throws IOException {
        ensureOpen();
        return body.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        ensureOpen();
        return body.read(into, offset, length);
    }

    @Override
    public int available() throws IOException {
        ensureOpen();
        return body.available();
    }

    private void ensureOpen() throws IOException {
        if (closed) {
            throw new IOException("the body of the request is closed");
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
