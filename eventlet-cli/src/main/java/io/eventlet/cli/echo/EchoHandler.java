// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.echo;

import io.eventlet.net.server.ConnectionHandler;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/// Sends back whatever a client sends, until it stops.
///
/// A connection keeps a small buffer, so that ten thousand idle ones hold 2.5 MB. A client that
/// fills it gets larger ones for as long as there is more than fits; a read that leaves room means
/// that the next one will wait, and nobody should wait with a large buffer in hand.
public final class EchoHandler implements ConnectionHandler {
    private static final int SMALL = 256;
    private static final int LARGE = 16 * 1024; // in two steps of eight

    @Override
    public void handle(Socket client) throws IOException {
        client.setTcpNoDelay(true);
        InputStream in = client.getInputStream();
        OutputStream out = client.getOutputStream();
        byte[] small = new byte[SMALL];
        byte[] buffer = small;
        int n;
        while ((n = in.read(buffer)) != -1) {
            out.write(buffer, 0, n);
            if (n < buffer.length) {
                buffer = small;
            } else if (n < LARGE) {
                buffer = new byte[8 * n];
            }
        }
    }
}
