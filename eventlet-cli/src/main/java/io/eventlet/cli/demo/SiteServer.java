// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import io.eventlet.Eventlet;
import io.eventlet.net.server.GreenServer;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/// Serves the embedded site on loopback: HTTP/1.1 with keep-alive, as much of it as a demonstration
/// needs.
final class SiteServer implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 2000;
    private static final int LONGEST_LINE = 8192;
    private static final byte[] CUT_SHORT =
            "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nThis page ends before it"
                    .getBytes(StandardCharsets.US_ASCII);

    private final DemoSite site;
    private final GreenServer server;

    private SiteServer(DemoSite site) throws IOException {
        this.site = site;
        server =
                GreenServer.builder(this::serve)
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .concurrency(MOST_CONNECTIONS)
                        .name("demo-site")
                        .start();
    }

    static SiteServer start(DemoSite site) throws IOException {
        return new SiteServer(site);
    }

    /// The URL of a path of the site.
    String url(String path) {
        return "http://" + host() + path;
    }

    @Override
    public void close() {
        boolean ignored = server.close(Duration.ZERO);
    }

    private String host() {
        String address = InetAddress.getLoopbackAddress().getHostAddress();
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + server.port();
    }

    /// Answers one request after another, until the client goes away or asks for the end.
    private void serve(Socket client) {
        try {
            client.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(client.getInputStream(), 1024);
            OutputStream out = client.getOutputStream();
            Request request;
            while ((request = Request.read(in)) != null && answer(request, out)) {
                out.flush();
            }
        } catch (IOException _) {
            // Clients of the demonstration give up on the slow page; that is what it is there for.
        }
    }

    /// Whether the connection stays open.
    private boolean answer(Request request, OutputStream out) throws IOException {
        DemoSite.Reply reply = site.reply(request.path());
        Eventlet.sleep(reply.delay());
        return switch (reply) {
            case DemoSite.Reply.CutShort _ -> {
                out.write(CUT_SHORT);
                yield false;
            }
            case DemoSite.Reply.Whole whole -> {
                out.write(message(whole, request));
                yield request.keepsAlive();
            }
        };
    }

    private static byte[] message(DemoSite.Reply.Whole reply, Request request) {
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        byte[] head =
                "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n"
                        .formatted(
                                reply.status(),
                                reason(reply.status()),
                                reply.contentType(),
                                body.length,
                                request.keepsAlive() ? "" : "Connection: close\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        int bodyLength = request.isHead() ? 0 : body.length;
        byte[] message = new byte[head.length + bodyLength];
        System.arraycopy(head, 0, message, 0, head.length);
        System.arraycopy(body, 0, message, head.length, bodyLength);
        return message;
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 404 -> "Not Found";
            case 500 -> "Internal Server Error";
            default -> "";
        };
    }

    /// The parts of a request that matter here.
    private record Request(String method, String path, boolean keepsAlive) {
        /// The next request, or null when the client sends no more.
        static @Nullable Request read(InputStream in) throws IOException {
            String line = readLine(in);
            if (line == null) {
                return null;
            }
            String[] words = line.split(" ", -1);
            if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
                throw new IOException("not a request: " + line);
            }
            boolean keepsAlive = words[2].equals("HTTP/1.1");
            String header;
            while ((header = readLine(in)) != null && !header.isEmpty()) {
                if (header.toLowerCase(Locale.ROOT).startsWith("connection:")) {
                    keepsAlive = !header.toLowerCase(Locale.ROOT).contains("close");
                }
            }
            return new Request(words[0], words[1], keepsAlive);
        }

        boolean isHead() {
            return method.equals("HEAD");
        }

        private static @Nullable String readLine(InputStream in) throws IOException {
            var line = new StringBuilder();
            int c;
            while ((c = in.read()) != '\n') {
                if (c == -1) {
                    return null;
                }
                if (line.length() == LONGEST_LINE) {
                    throw new IOException("a line of more than " + LONGEST_LINE + " characters");
                }
                line.append((char) c);
            }
            return line.toString().stripTrailing();
        }
    }
}
