// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import io.eventlet.GreenSemaphore;
import io.eventlet.http.Headers;
import io.eventlet.http.client.ClientRequest;
import io.eventlet.http.client.ClientResponse;
import io.eventlet.http.client.ConnectTimedOut;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.http.client.RequestBody;
import io.eventlet.http.server.Handler;
import io.eventlet.http.server.Request;
import io.eventlet.http.server.Response;

import org.jspecify.annotations.Nullable;

import java.io.FilterInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.function.Consumer;

/// Passes requests on to one of several servers, and their responses back, as they come: the
/// dispatch pattern. One limit holds for all requests; those beyond it wait for a while, and get a
/// 503 then. Each message is read and written anew, so that what stands behind never reads it in
/// another way.
///
/// An upstream to which nobody can connect is left alone for some seconds, and the next one is
/// tried. What was sent to an upstream is never sent to another.
final class ReverseProxy implements Handler {
    private static final Duration REST = Duration.ofSeconds(5);

    private final Balance balance;
    private final HttpClient client;
    private final GreenSemaphore permits;
    private final Duration patience;
    private final boolean keepsHost;
    private final Consumer<String> problems;

    ReverseProxy(
            Balance balance,
            HttpClient client,
            int limit,
            Duration patience,
            boolean keepsHost,
            Consumer<String> problems) {
        this.balance = balance;
        this.client = client;
        permits = new GreenSemaphore(limit);
        this.patience = patience;
        this.keepsHost = keepsHost;
        this.problems = problems;
    }

    @Override
    public Response handle(Request request) throws IOException {
        if (!request.rawPath().startsWith("/") || "0".equals(request.header("Max-Forwards"))) {
            return Response.text(501, "this is no proxy for that\n"); // CONNECT, OPTIONS *
        }
        if (hasDotSegments(request.path())) { // they could leave the path of an upstream
            return Response.text(400, "a path with dot segments\n");
        }
        if (!permits.acquire(patience)) {
            return Response.text(503, "too many requests at once\n").header("Retry-After", "1");
        }
        boolean passedOn = false;
        try {
            var response = pass(request);
            passedOn = true;
            return response.whenSent(_ -> permits.release());
        } finally {
            if (!passedOn) {
                permits.release();
            }
        }
    }

    private static boolean hasDotSegments(String path) {
        return path.contains("/../")
                || path.contains("/./")
                || path.endsWith("/..")
                || path.endsWith("/.");
    }

    private Response pass(Request request) throws IOException {
        var tried = new HashSet<Upstream>();
        for (var to = balance.next(tried); to != null; to = balance.next(tried)) {
            tried.add(to);
            try {
                return pass(request, to);
            } catch (ConnectException
                    | ConnectTimedOut
                    | UnknownHostException
                    | NoRouteToHostException e) {
                to.rest(REST);
                problems.accept("%s cannot be reached: %s".formatted(to, e.getMessage()));
            } catch (SocketTimeoutException e) {
                if (request.isBodyFailure(e)) {
                    throw e; // it is the client's
                }
                problems.accept("%s: %s: %s".formatted(to, request, e.getMessage()));
                return Response.text(504, "the server behind this proxy is too slow\n");
            } catch (IOException e) {
                if (request.isBodyFailure(e)) {
                    throw e; // it is the client's
                }
                problems.accept("%s: %s: %s".formatted(to, request, e.getMessage()));
                return Response.text(502, "the server behind this proxy gave no proper answer\n");
            }
        }
        return Response.text(502, "no server behind this proxy can be reached\n");
    }

    private Response pass(Request request, Upstream to) throws IOException {
        to.begin();
        boolean passedOn = false;
        try {
            var answer = client.send(outgoing(request, to));
            var response = response(request, answer);
            passedOn = true;
            return response.whenSent(_ -> {
                to.end();
                answer.close();
            });
        } finally {
            if (!passedOn) {
                to.end();
            }
        }
    }

    private ClientRequest outgoing(Request request, Upstream to) {
        var base = to.url().path();
        var path = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        var query = request.query() == null ? "" : "?" + request.query();
        var url = HttpUrl.of(to + path + request.rawPath() + query);
        var fields = ProxyFields.ofRequest(request, keepsHost);
        var upgrade = request.header("Upgrade");
        if (upgrade != null
                && request.version().equals("HTTP/1.1")
                && request.headers().hasToken("Connection", "upgrade")) {
            fields = fields.with("Upgrade", upgrade);
        }
        return ClientRequest.of(request.method(), url)
                .headers(fields)
                .redirects(0)
                .decoding(false)
                .body(body(request));
    }

    private static @Nullable RequestBody body(Request request) {
        var length = request.header("Content-Length");
        if (length != null) {
            return RequestBody.once(Long.parseLong(length), request.body());
        }
        return request.headers().contains("Transfer-Encoding")
                ? RequestBody.once(request.body())
                : null;
    }

    private static Response response(Request request, ClientResponse answer) throws IOException {
        var fields = ProxyFields.ofResponse(answer.headers());
        if (answer.status() == 101) {
            return upgrade(answer, fields);
        }
        var response = Response.of(answer.status()).headers(fields);
        if (request.isMethod("HEAD") || answer.status() == 304) {
            var length = answer.headers().get("Content-Length");
            return length == null ? response : response.header("Content-Length", length);
        }
        var body = new Closing(answer);
        return answer.length() < 0
                ? response.body(body).trailers(answer::trailers)
                : response.body(body, answer.length());
    }

    private static Response upgrade(ClientResponse answer, Headers fields) throws IOException {
        var protocol = answer.headers().get("Upgrade", "unknown");
        var behind = answer.upgraded();
        return Response.upgrade(
                protocol,
                fields,
                client -> {
                    try (behind) {
                        Tunnel.join(
                                new Tunnel.Side(client.input(), client.output(), client.socket()),
                                new Tunnel.Side(behind.input(), behind.output(), behind.socket()));
                    }
                });
    }

    /// The body of an answer, which is closed with it.
    private static final class Closing extends FilterInputStream {
        private final ClientResponse answer;

        Closing(ClientResponse answer) {
            super(answer.body());
            this.answer = answer;
        }

        @Override
        public void close() {
            answer.close();
        }
    }
}
