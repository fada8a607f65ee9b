// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries.servers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The JDK's HTTP server: `/echo/QUESTION/MILLIS` is answered by the question, after so long, or as
/// [HeldAnswers] say; `page` and `feed` in place of `echo` by an HTML page and by a feed that have
/// it as their title.
public final class EchoServer implements AutoCloseable {
    private static final String FEED =
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <rss version="2.0"><channel>
              <title>%s</title><link>http://localhost/</link><description>a feed</description>
            </channel></rss>
            """;

    static {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // else an answer takes 40 ms
    }

    private final HttpServer server;
    private final HeldAnswers held = new HeldAnswers();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private EchoServer(HttpServer server) {
        this.server = server;
    }

    public static EchoServer start() throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var echo = new EchoServer(HttpServer.create(address, 500));
        echo.answer("/echo/", "text/plain", "%s");
        echo.answer("/page/", "text/html", "<!doctype html><title>%s</title>");
        echo.answer("/feed/", "application/rss+xml", FEED);
        echo.server.setExecutor(echo.threads);
        echo.server.start();
        return echo;
    }

    private void answer(String path, String type, String text) {
        var ignored = server.createContext(path, exchange -> answer(exchange, type, text));
    }

    private void answer(HttpExchange exchange, String type, String text) throws IOException {
        try (exchange) {
            exchange.getRequestBody().transferTo(java.io.OutputStream.nullOutputStream());
            String[] path = exchange.getRequestURI().getPath().split("/", -1);
            await(Long.parseLong(path[3]));
            var body = text.formatted(path[2]).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private void await(long millis) throws IOException {
        try {
            held.awaitRelease(millis);
        } catch (InterruptedException e) {
            throw new IOException("the server is closed", e);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public HeldAnswers held() {
        return held;
    }

    @Override
    public void close() {
        held.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
