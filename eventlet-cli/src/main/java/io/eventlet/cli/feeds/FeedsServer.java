// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.feeds;

import io.eventlet.cli.display.Quantity;
import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.Request;
import io.eventlet.http.server.Response;
import io.eventlet.http.server.ServerLimits;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The server of `eventlet feeds`.
public final class FeedsServer implements AutoCloseable {
    private static final int LARGEST_BODY = 1024 * 1024;
    private static final int MOST_CONNECTIONS = 1000;
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
            InetSocketAddress address, TitleDispatch dispatch, int maxUrls, Consumer<String> log)
            throws IOException {
        this.dispatch = dispatch;
        this.maxUrls = maxUrls;
        this.log = log;
        server =
                HttpServer.builder(this::handle)
                        .address(address)
                        .name("feeds")
                        .connections(MOST_CONNECTIONS)
                        .limits(
                                ServerLimits.DEFAULT
                                        .withBody(Long.MAX_VALUE) // its end is not waited for
                                        .withRequestTime(BODY_LIMIT))
                        .start();
    }

    /// Starts to serve.
    ///
    /// @param maxUrls how many URLs one request may hold
    /// @param log gets one line for each request
    public static FeedsServer start(
            InetSocketAddress address, TitleDispatch dispatch, int maxUrls, Consumer<String> log)
            throws IOException {
        return new FeedsServer(address, dispatch, maxUrls, log);
    }

    public InetSocketAddress address() {
        return server.address();
    }

    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /// Accepts no more requests, and waits so long for those under way.
    void close(Duration grace) {
        var ignored = server.stop(grace);
    }

    /// A response, and what a line of the log says of it when it has been sent.
    private record Answer(Response response, Supplier<String> outcome) {
        static Answer of(int status, String text) {
            return new Answer(Response.text(status, text), () -> String.valueOf(status));
        }
    }

    private Response handle(Request request) throws IOException {
        long start = System.nanoTime();
        Answer answer = answer(request);
        return answer.response()
                .whenSent(sent ->
                        log.accept(
                                "%s %s %s%s (%d ms)"
                                        .formatted(
                                                request.method(),
                                                request.rawPath(),
                                                answer.outcome().get(),
                                                sent.failure() == null ? "" : ", cut off",
                                                (System.nanoTime() - start) / 1_000_000)));
    }

    private Answer answer(Request request) throws IOException {
        if (!"/".equals(request.path())) {
            return Answer.of(404, "There is only / here.\n");
        }
        return switch (request.method()) {
            case "GET", "HEAD" ->
                    request.headers().get("Accept", "").contains("text/html")
                            ? new Answer(page(), () -> "200")
                            : Answer.of(200, USAGE);
            case "POST" -> titles(request);
            default ->
                    new Answer(
                            Response.text(405, "Expected GET or POST.\n")
                                    .header("Allow", "GET, HEAD, POST"),
                            () -> "405");
        };
    }

    /// For browsers; the text is for others.
    private static Response page() throws IOException {
        try (var page = FeedsServer.class.getResourceAsStream("page.html")) {
            return Response.of(200)
                    .header("Content-Type", "text/html; charset=utf-8")
                    .header("Vary", "Accept")
                    .header("X-Content-Type-Options", "nosniff")
                    .header(
                            "Content-Security-Policy",
                            "default-src 'self'; style-src 'unsafe-inline'; script-src"
                                    + " 'unsafe-inline'; frame-ancestors 'none'")
                    .body(Objects.requireNonNull(page).readAllBytes());
        }
    }

    private Answer titles(Request request) throws IOException {
        byte[] body = request.body().readNBytes(LARGEST_BODY + 1);
        if (body.length > LARGEST_BODY) {
            return Answer.of(413, "The list is longer than " + LARGEST_BODY + " bytes.\n");
        }
        List<String> urls =
                new String(body, StandardCharsets.UTF_8)
                        .lines()
                        .map(FeedsServer::url)
                        .filter(line -> !line.isEmpty())
                        .toList();
        if (urls.isEmpty()) {
            return Answer.of(400, "Expected feed URLs, one a line.\n");
        }
        if (urls.size() > maxUrls) {
            String reason =
                    "%d URLs in one request; at most %d are taken.\n"
                            .formatted(urls.size(), maxUrls);
            return Answer.of(413, reason);
        }
        var missing = new AtomicInteger();
        return new Answer(
                Response.text("").body(out -> write(urls, missing, out)),
                () ->
                        "200, %s, %d without a title"
                                .formatted(Quantity.count(urls.size(), "feed"), missing.get()));
    }

    /// The URL of a line: nothing if it is a comment.
    private static String url(String line) {
        String text = line.strip();
        text = text.startsWith("\uFEFF") ? text.substring(1).strip() : text;
        return text.startsWith("#") ? "" : text;
    }

    private void write(List<String> urls, AtomicInteger missing, OutputStream out)
            throws IOException {
        dispatch.titles(
                urls,
                title -> {
                    missing.addAndGet(title instanceof TitleDispatch.Title.Missing ? 1 : 0);
                    out.write((title.line() + "\n").getBytes(StandardCharsets.UTF_8));
                    out.flush();
                });
    }
}
