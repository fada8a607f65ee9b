// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.transport.OpenFile;
import io.eventlet.wait.Mutex;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/// What is sent by a green socket. Threads that write at the same time take turns, so that what
/// each writes stays together.
final class GreenOutputStream extends OutputStream {
    private final GreenSocketImpl impl;
    private final Mutex writing =
            new Mutex() {
                @Override
                public String toString() {
                    return "mutex of writes to " + impl.name();
                }
            };
    @Nullable GreenSocket socket; // closed with this; set before anyone sees this

    GreenOutputStream(GreenSocketImpl impl) {
        this.impl = impl;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        if (length == 0) { // also to a closed one
            return;
        }
        acquireToWrite();
        try {
            var endpoint = impl.endpoint();
            int written = endpoint.write(from, offset, length, Waits.NEVER);
            while (written < length) {
                written += endpoint.write(from, offset + written, length - written, Waits.NEVER);
            }
        } catch (IOException e) {
            throw impl.failures().noted(e);
        } catch (RuntimeException | Error e) {
            throw impl.told(e, socket);
        } finally {
            writing.release();
        }
    }

    /// Waits until what was deferred has been sent.
    @Override
    public void flush() throws IOException {
        if (!impl.hasDeferred()) {
            return;
        }
        acquireToWrite();
        try {
            impl.endpoint().flush(Waits.NEVER);
        } catch (IOException e) {
            throw impl.failures().noted(e);
        } catch (RuntimeException | Error e) {
            throw impl.told(e, socket);
        } finally {
            writing.release();
        }
    }

    /// As `Transport.sendFile`.
    int send(OpenFile file, long position, int length) throws IOException {
        acquireToWrite();
        try {
            return impl.endpoint().sendFile(file.descriptor(), position, length, Waits.NEVER);
        } catch (IOException e) {
            throw impl.failures().noted(e);
        } catch (RuntimeException | Error e) {
            throw impl.told(e, socket);
        } finally {
            writing.release();
        }
    }

    /// Ends the output behind what those have written who had their turn before.
    void shutdown() throws IOException {
        acquireToWrite();
        try {
            impl.endpoint().shutdownOutput();
        } catch (IOException e) {
            throw impl.failures().noted(e);
        } catch (RuntimeException | Error e) {
            throw impl.told(e, socket);
        } finally {
            writing.release();
        }
    }

    private void acquireToWrite() throws IOException {
        try {
            writing.acquire();
        } catch (RuntimeException | Error e) {
            throw impl.toldNotBegun(e);
        }
    }

    void urgent(int data) throws IOException {
        acquireToWrite();
        try {
            impl.endpoint().sendUrgent(data);
        } catch (IOException e) {
            throw impl.failures().noted(e);
        } catch (RuntimeException | Error e) {
            throw impl.told(e, socket);
        } finally {
            writing.release();
        }
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
        }
    }
}
