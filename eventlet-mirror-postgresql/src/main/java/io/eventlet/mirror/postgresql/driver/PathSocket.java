// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql.driver;

import io.eventlet.Timeout;
import io.eventlet.net.UnixSocket;

import org.jspecify.annotations.Nullable;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;

/// A socket on a path, as far as PostgreSQL's driver uses one: options of TCP are taken and mean
/// nothing. One thread at a time uses it, and any may close it.
final class PathSocket extends Socket {
    private static final int BUFFER_BYTES = 8_192; // the driver sizes its own by that

    private final Path path;
    private volatile @Nullable UnixSocket socket;
    private volatile boolean closed;
    private volatile int readMillis;

    PathSocket(Path path) throws SocketException {
        super((SocketImpl) null);
        this.path = path;
    }

    void connect() throws IOException {
        var made = UnixSocket.connect(path);
        socket = made;
        if (closed) {
            made.close();
            throw new SocketException("Socket is closed");
        }
    }

    @Override
    public void connect(SocketAddress ignored) throws IOException {
        connect(ignored, 0);
    }

    @Override
    public void connect(SocketAddress ignored, int millis) throws IOException {
        try (var _ =
                millis == 0
                        ? Timeout.never()
                        : Timeout.after(Duration.ofMillis(millis), Expired::new)) {
            connect();
        } catch (Expired e) {
            throw (IOException)
                    new SocketTimeoutException("%s does not answer".formatted(path)).initCause(e);
        } catch (IOException e) {
            throw new SocketException("%s: %s".formatted(path, e.getMessage()), e);
        }
    }

    private UnixSocket connected() throws SocketException {
        var known = socket;
        if (known == null || closed) {
            throw new SocketException(closed ? "Socket is closed" : "Socket is not connected");
        }
        return known;
    }

    @Override
    public InputStream getInputStream() throws SocketException {
        return new Input(connected().getInputStream());
    }

    @Override
    public OutputStream getOutputStream() throws SocketException {
        return connected().getOutputStream();
    }

    @Override
    public boolean isConnected() {
        return socket != null;
    }

    @Override
    public boolean isBound() {
        return socket != null;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        var known = socket;
        if (known != null) {
            known.close();
        }
    }

    @Override
    public void setSoTimeout(int millis) {
        readMillis = millis;
    }

    @Override
    public int getSoTimeout() {
        return readMillis;
    }

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public boolean getTcpNoDelay() {
        return true;
    }

    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public boolean getKeepAlive() {
        return false;
    }

    @Override
    public void setSendBufferSize(int bytes) {}

    @Override
    public int getSendBufferSize() {
        return BUFFER_BYTES;
    }

    @Override
    public void setReceiveBufferSize(int bytes) {}

    @Override
    public int getReceiveBufferSize() {
        return BUFFER_BYTES;
    }

    @Override
    public String toString() {
        return "socket of " + path;
    }

    private static final class Expired extends RuntimeException {
        private static final long serialVersionUID = 1;

        Expired() {
            super("expired", null, false, false);
        }
    }

    /// Heeds the limit of a read.
    private final class Input extends FilterInputStream {
        Input(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int millis = readMillis;
            if (millis == 0) {
                return in.read(into, offset, length);
            }
            try (var _ = Timeout.after(Duration.ofMillis(millis), Expired::new)) {
                return in.read(into, offset, length);
            } catch (Expired e) {
                throw (IOException) new SocketTimeoutException("Read timed out").initCause(e);
            }
        }
    }
}
