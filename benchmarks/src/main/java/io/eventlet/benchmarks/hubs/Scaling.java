// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.hubs;

import io.eventlet.net.server.GreenServer;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/// Answers each request of HTTP with the same 64 KB of text, compressed anew, so that the server's
/// work dominates. Arguments: `hubs`, a number of hubs, a port; or `jdk` and a port, for a virtual
/// thread of the JDK per connection, whose parallelism a property of the JDK sets.
public final class Scaling {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final byte[] TEXT = text();

    private Scaling() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("hubs")) {
            var server =
                    GreenServer.builder(Scaling::serve)
                            .address(new InetSocketAddress(HERE, Integer.parseInt(arguments[2])))
                            .hubs(Integer.parseInt(arguments[1]))
                            .start();
            server.await();
        } else {
            jdk(Integer.parseInt(arguments[1]));
        }
    }

    private static void jdk(int port) throws IOException {
        try (var listener = new ServerSocket(port, 1024, HERE)) {
            while (true) {
                var client = listener.accept();
                var ignored =
                        Thread.ofVirtual()
                                .start(() -> {
                                    try (client) {
                                        serve(client);
                                    } catch (IOException e) { // the load has gone
                                    }
                                });
            }
        }
    }

    /// Numbers of a fixed sequence in words and digits, which gzip halves as it does prose.
    private static byte[] text() {
        var text = new StringBuilder();
        long n = 1;
        while (text.length() < 65_536) {
            n = n * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
            text.append("item ").append(n >>> 40).append('\n');
        }
        return text.substring(0, 65_536).getBytes(StandardCharsets.US_ASCII);
    }

    private static void serve(Socket client) throws IOException {
        var in = client.getInputStream();
        var out = new BufferedOutputStream(client.getOutputStream(), 65_536);
        while (readHead(in)) {
            var body = new ByteArrayOutputStream(65_536);
            try (var gzip = new GZIPOutputStream(body)) {
                gzip.write(TEXT);
            }
            var head =
                    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
                            .formatted(body.size());
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            body.writeTo(out);
            out.flush();
        }
    }

    /// Reads to the empty line; false if the client has ended. The load sends no next request
    /// before it has the answer.
    private static boolean readHead(InputStream in) throws IOException {
        var buffer = new byte[4096];
        int last = 0;
        while (true) {
            int n = in.read(buffer);
            if (n < 0) {
                return false;
            }
            for (int i = 0; i < n; i++) { // counts the ends of lines in a row
                last = buffer[i] == '\n' ? last + 1 : buffer[i] == '\r' ? last : 0;
            }
            if (last >= 2) {
                return true;
            }
        }
    }
}
