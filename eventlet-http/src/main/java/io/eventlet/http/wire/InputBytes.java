// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/// All that a peer sends, as a stream: for protocols that follow HTTP on a connection, and bodies
/// that end with it.
public final class InputBytes extends InputStream {
    private final Input in;

    public InputBytes(Input in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        return in.next();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        return in.read(into, offset, length);
    }

    /// What was read ahead.
    @Override
    public int available() {
        return in.buffered();
    }
}
