// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import java.io.IOException;
import java.io.OutputStream;

/// What is sent by a TLS socket.
final class TlsOutputStream extends OutputStream {
    private final TlsLayer layer;

    TlsOutputStream(TlsLayer layer) {
        this.layer = layer;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        layer.write(from, offset, length);
    }

    @Override
    public void close() throws IOException {
        layer.close();
    }
}
