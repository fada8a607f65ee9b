// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/// A web site on loopback that counts the visits of each page.
final class LocalSite implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Integer> visits = new ConcurrentHashMap<>();
    private final Function<String, String> pages;

    /// A site whose pages are made when they are asked for; an empty one is not found.
    LocalSite(Function<String, String> pages) throws IOException {
        this(pages, HttpServer.create());
    }

    /// A site on a server that is not bound, which may be one for TLS.
    LocalSite(Function<String, String> pages, HttpServer server) throws IOException {
        this.pages = pages;
        this.server = server;
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        HttpContext ignored = server.createContext("/", this::answer);
        server.start();
    }

    static LocalSite of(Map<String, String> pages) throws IOException {
        return new LocalSite(path -> pages.getOrDefault(path, ""));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().toString();
            visits.merge(path, 1, Integer::sum);
            byte[] page = pages.apply(path).getBytes(UTF_8);
            exchange.sendResponseHeaders(page.length == 0 ? 404 : 200, page.length);
            exchange.getResponseBody().write(page);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI at(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /// How often each page was asked for.
    Map<String, Integer> visits() {
        return visits;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
