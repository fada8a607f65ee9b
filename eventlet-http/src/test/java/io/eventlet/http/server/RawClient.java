// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.eventlet.net.GreenSocket;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;

/// A client that sends what it is told, byte by byte, and shows what comes.
final class RawClient implements AutoCloseable {
    final GreenSocket socket;

    RawClient(int port) throws IOException {
        socket = new GreenSocket(InetAddress.getLoopbackAddress(), port);
    }

    RawClient(HttpServer server) throws IOException {
        this(server.port());
    }

    /// Line ends are written as `\n` and sent as CR LF.
    RawClient send(String lines) throws IOException {
        return sendExactly(lines.replace("\n", "\r\n"));
    }

    RawClient sendExactly(String bytes) throws IOException {
        socket.sendAll(bytes.getBytes(ISO_8859_1));
        return this;
    }

    /// All up to the end of the connection, without `Date`, with `\n` for CR LF.
    String readAll() throws IOException {
        var all = socket.getInputStream().readAllBytes();
        return new String(all, ISO_8859_1).replaceAll("Date: [^\r]*\r\n", "").replace("\r\n", "\n");
    }

    /// All up to and with a text.
    String readTo(String end) throws IOException {
        var all = new ByteArrayOutputStream();
        int b = 0;
        var in = socket.getInputStream();
        while (!all.toString(ISO_8859_1).endsWith(end)) {
            b = in.read();
            if (b < 0) {
                throw new IOException("ended after " + all.toString(ISO_8859_1));
            }
            all.write(b);
        }
        return all.toString(ISO_8859_1);
    }

    /// What a server answers to one request on a connection of its own.
    static String ask(HttpServer server, String lines) throws IOException {
        try (var client = new RawClient(server)) {
            return client.send(lines).readAll();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
