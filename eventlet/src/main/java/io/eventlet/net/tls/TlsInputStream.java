// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import java.io.IOException;
import java.io.InputStream;

/// What is received by a TLS socket.
final class TlsInputStream extends InputStream {
    private final TlsLayer layer;

    TlsInputStream(TlsLayer layer) {
        this.layer = layer;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return layer.read(into, offset, length);
    }

    /// What was received and decrypted; more may have come.
    @Override
    public int available() throws IOException {
        return layer.available();
    }

    @Override
    public void close() throws IOException {
        layer.close();
    }
}
