// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.testing;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

import javax.net.ssl.SSLContext;

/// A web site on loopback that answers as a test tells it to; anything else is a 404.
public final class LocalSite implements AutoCloseable {
    private final HttpServer server;
    private final String scheme;
    private final CountDownLatch closing = new CountDownLatch(1);

    private LocalSite(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    public static LocalSite start() {
        try {
            return new LocalSite(HttpServer.create(anyPort(), 100), "http");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static LocalSite startTls(SSLContext context) {
        try {
            HttpsServer server = HttpsServer.create(anyPort(), 100);
            server.setHttpsConfigurator(new HttpsConfigurator(context));
            return new LocalSite(server, "https");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /// Answers a path with a status and a text.
    public LocalSite with(String path, int status, String contentType, String body) {
        return with(
                path,
                exchange -> {
                    try (exchange) {
                        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                        exchange.getResponseHeaders().set("Content-Type", contentType);
                        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
                        exchange.getResponseBody().write(bytes);
                    }
                });
    }

    public LocalSite with(String path, String body) {
        return with(path, 200, "text/plain", body);
    }

    /// Sends those who ask for a path to another one.
    public LocalSite withRedirect(String path, String target) {
        return with(
                path,
                exchange -> {
                    try (exchange) {
                        exchange.getResponseHeaders().set("Location", target);
                        exchange.sendResponseHeaders(302, -1);
                    }
                });
    }

    /// Never answers a path.
    public LocalSite withSilence(String path) {
        return with(
                path,
                exchange -> {
                    try (exchange) {
                        closing.await();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    public LocalSite with(String path, HttpHandler handler) {
        server.createContext(path, handler);
        return this;
    }

    public String url(String path) {
        return scheme + "://localhost:" + server.getAddress().getPort() + path;
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
    }
}
