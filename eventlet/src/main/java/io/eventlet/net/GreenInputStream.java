// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.util.Objects;

/// What is received by a green socket.
final class GreenInputStream extends InputStream {
    private final GreenSocketImpl impl;
    @Nullable GreenSocket socket; // closed with this; set before anyone sees this

    GreenInputStream(GreenSocketImpl impl) {
        this.impl = impl;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) { // also of a closed one
            Objects.checkFromIndexSize(offset, length, into.length);
            return 0;
        }
        try {
            int n =
                    impl.isInputShut()
                            ? readNothing(into, offset, length)
                            : impl.endpoint().read(into, offset, length, impl.deadline());
            if (n < 0) {
                impl.failures().noteEnd();
            }
            return n;
        } catch (IOException e) {
            throw impl.failures().noted(e);
        } catch (RuntimeException | Error e) {
            throw impl.told(e, socket);
        }
    }

    void awaitReadable() throws IOException {
        try {
            if (!impl.isInputShut()) {
                impl.endpoint().awaitReadable(impl.deadline());
            }
        } catch (IOException e) {
            throw impl.failures().noted(e);
        } catch (RuntimeException | Error e) {
            throw impl.told(e, socket);
        }
    }

    private int readNothing(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (!impl.endpoint().isOpen()) {
            throw new SocketException("Socket closed");
        }
        return -1;
    }

    @Override
    public int available() throws IOException {
        try {
            return impl.available();
        } catch (IOException e) {
            throw impl.failures().noted(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
        }
    }
}
