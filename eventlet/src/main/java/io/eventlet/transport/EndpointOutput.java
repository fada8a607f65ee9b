// SPDX-License-Identifier: Apache-2.0
package io.eventlet.transport;

import io.eventlet.poll.ByteEndpoint;
import io.eventlet.wait.Mutex;
import io.eventlet.wait.Waits;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/// What is written to an endpoint; closed with what it belongs to. Threads that write at the same
/// time take turns, so that what each writes stays together.
public final class EndpointOutput extends OutputStream {
    private final ByteEndpoint endpoint;
    private final Closeable owner;
    private final Mutex writing =
            new Mutex() {
                @Override
                public String toString() {
                    return "mutex of writes to " + endpoint;
                }
            };

    public EndpointOutput(ByteEndpoint endpoint, Closeable owner) {
        this.endpoint = endpoint;
        this.owner = owner;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        writing.acquire();
        try {
            for (int written = 0; written < length; ) {
                written += endpoint.write(from, offset + written, length - written, Waits.NEVER);
            }
        } finally {
            writing.release();
        }
    }

    @Override
    public void close() throws IOException {
        owner.close();
    }
}
