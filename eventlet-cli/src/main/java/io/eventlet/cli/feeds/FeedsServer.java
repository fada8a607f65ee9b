// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.feeds;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.eventlet.GreenPool;
import io.eventlet.Timeout;
import io.eventlet.TimeoutExpired;
import io.eventlet.cli.display.Quantity;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// The server of `eventlet feeds`: the JDK's HTTP server, each request in a green thread.
public final class FeedsServer implements AutoCloseable {
    private static final int LARGEST_BODY = 1024 * 1024;
    private static final int MOST_REQUESTS = 1000;
    private static final Duration BODY_LIMIT = Duration.ofSeconds(30);

    private static final String USAGE =
            """
            POST a list of feed URLs to this address, one a line, and get their titles, one a line,
            in the same order. RSS and Atom are understood. A feed without a title to give answers
            with a line such as "error: timeout: URL".

                printf '%s\\n' https://example.org/feed.xml | curl --data-binary @- ADDRESS
            """;

    private final HttpServer server;
    private final TitleDispatch dispatch;
    private final int maxUrls;
    private final Consumer<String> log;

    private FeedsServer(
            HttpServer server, TitleDispatch dispatch, int maxUrls, Consumer<String> log) {
        this.server = server;
        this.dispatch = dispatch;
        this.maxUrls = maxUrls;
        this.log = log;
    }

    /// Starts to serve.
    ///
    /// @param maxUrls how many URLs one request may hold
    /// @param log gets one line for each request
    public static FeedsServer start(
            InetSocketAddress address, TitleDispatch dispatch, int maxUrls, Consumer<String> log)
            throws IOException {
        var server = new FeedsServer(HttpServer.create(address, 1024), dispatch, maxUrls, log);
        server.server.setExecutor(new GreenPool(MOST_REQUESTS));
        server.server.createContext("/", server::handle);
        server.server.start();
        return server;
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /// Accepts no more requests, and waits so long for those under way.
    void close(Duration grace) {
        server.stop(wholeSeconds(grace));
    }

    /// The JDK's server waits for whole seconds: begun ones count.
    static int wholeSeconds(Duration time) {
        long seconds = time.toSeconds() + (time.toNanosPart() > 0 ? 1 : 0);
        return (int) Math.min(Integer.MAX_VALUE, seconds);
    }

    private void handle(HttpExchange exchange) throws IOException {
        long start = System.nanoTime();
        try (exchange) {
            String outcome = answer(exchange);
            log.accept(
                    "%s %s %s (%d ms)"
                            .formatted(
                                    exchange.getRequestMethod(),
                                    exchange.getRequestURI().getRawPath(),
                                    outcome,
                                    (System.nanoTime() - start) / 1_000_000));
        }
    }

    private String answer(HttpExchange exchange) throws IOException {
        if (!"/".equals(exchange.getRequestURI().getPath())) {
            return send(exchange, 404, "There is only / here.\n");
        }
        return switch (exchange.getRequestMethod()) {
            case "GET", "HEAD" -> send(exchange, 200, USAGE);
            case "POST" -> titles(exchange);
            default -> {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD, POST");
                yield send(exchange, 405, "Expected GET or POST.\n");
            }
        };
    }

    private String titles(HttpExchange exchange) throws IOException {
        byte[] body = body(exchange);
        if (body.length > LARGEST_BODY) {
            return send(exchange, 413, "The list is longer than " + LARGEST_BODY + " bytes.\n");
        }
        List<String> urls =
                new String(body, StandardCharsets.UTF_8)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
        if (urls.isEmpty()) {
            return send(exchange, 400, "Expected feed URLs, one a line.\n");
        }
        if (urls.size() > maxUrls) {
            String reason =
                    "%d URLs in one request; at most %d are taken.\n"
                            .formatted(urls.size(), maxUrls);
            return send(exchange, 413, reason);
        }
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(200, 0);
        int[] missing = {0};
        try (OutputStream out = exchange.getResponseBody()) {
            dispatch.titles(
                    urls,
                    title -> {
                        missing[0] += title instanceof TitleDispatch.Title.Missing ? 1 : 0;
                        out.write((title.line() + "\n").getBytes(StandardCharsets.UTF_8));
                        out.flush();
                    });
        }
        return "200, %s, %d without a title"
                .formatted(Quantity.count(urls.size(), "feed"), missing[0]);
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        try {
            return Timeout.call(
                    BODY_LIMIT, () -> exchange.getRequestBody().readNBytes(LARGEST_BODY + 1));
        } catch (TimeoutExpired e) {
            throw new IOException(
                    "the list did not come within " + BODY_LIMIT.toSeconds() + " s", e);
        }
    }

    private static String send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
        return String.valueOf(status);
    }
}
