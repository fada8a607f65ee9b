// SPDX-License-Identifier: Apache-2.0
package io.eventlet.transport;

import io.eventlet.poll.ByteEndpoint;
import io.eventlet.wait.Waits;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/// What is read from an endpoint; closed with what it belongs to.
public final class EndpointInput extends InputStream {
    private final ByteEndpoint endpoint;
    private final Available available;
    private final Closeable owner;

    /// How many bytes can be read without waiting.
    public interface Available {
        int get() throws IOException;
    }

    public EndpointInput(ByteEndpoint endpoint, Available available, Closeable owner) {
        this.endpoint = endpoint;
        this.available = available;
        this.owner = owner;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return endpoint.read(into, offset, length, Waits.NEVER);
    }

    @Override
    public int available() throws IOException {
        return available.get();
    }

    @Override
    public void close() throws IOException {
        owner.close();
    }
}
