// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/// A server of the JDK's interface on the loopback address, and clients that send what they are
/// told.
final class Site implements AutoCloseable {
    static final String LAST = "Host: a\nConnection: close\n\n";

    final HttpServer server;

    Site(Maker maker) throws Exception {
        this(maker, loopback());
    }

    private Site(Maker maker, InetSocketAddress address) throws Exception {
        server = maker.provider().createHttpServer(address, 0);
    }

    /// With a handler for all paths, and started.
    Site(Maker maker, HttpHandler handler) throws Exception {
        this(maker);
        server.createContext("/", handler);
        server.start();
    }

    /// On a port that is known.
    Site(Maker maker, int port, HttpHandler handler) throws Exception {
        this(maker, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        server.createContext("/", handler);
        server.start();
    }

    static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    HttpContext context(String path, String answer) {
        return server.createContext(path, saying(answer));
    }

    static HttpHandler saying(String answer) {
        return exchange -> say(exchange, answer);
    }

    static void say(HttpExchange exchange, String answer) throws IOException {
        var bytes = answer.getBytes(ISO_8859_1);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    Socket connect() throws IOException {
        var socket = new Socket(server.getAddress().getAddress(), server.getAddress().getPort());
        socket.setSoTimeout(50_000); // for servers that keep it for ever
        return socket;
    }

    /// The body of what is answered to a GET on a connection of its own.
    String get(String path) throws IOException {
        var answer = ask("GET %s HTTP/1.1\n".formatted(path) + LAST);
        return answer.substring(answer.indexOf("\n\n") + 2);
    }

    /// What is answered to lines, up to the end of the connection, with `\n` for CR LF.
    String ask(String lines) throws IOException {
        try (var socket = connect()) {
            return ask(socket, lines);
        }
    }

    static void send(Socket socket, String lines) throws IOException {
        socket.getOutputStream().write(lines.replace("\n", "\r\n").getBytes(ISO_8859_1));
    }

    /// Reads up to a letter.
    static void readTo(Socket socket, char last) throws IOException {
        int c = 0;
        while (c != last && c >= 0) {
            c = socket.getInputStream().read();
        }
    }

    static String ask(Socket socket, String lines) throws IOException {
        send(socket, lines);
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1).replace("\r\n", "\n");
    }

    /// The head of an answer in small letters.
    static String head(String answer) {
        return answer.substring(0, answer.indexOf("\n\n") + 1).toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
