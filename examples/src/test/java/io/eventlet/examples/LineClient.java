// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.util.Objects;

/// Who talks to a server by lines.
record LineClient(Socket socket, BufferedReader lines) implements AutoCloseable {
    LineClient(Socket socket) throws IOException {
        this(socket, new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)));
    }

    void say(String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(UTF_8));
    }

    String hear() throws IOException {
        return Objects.requireNonNull(lines.readLine(), "the connection has ended");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
