// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import io.eventlet.GreenSemaphore;
import io.eventlet.http.Headers;
import io.eventlet.http.UpgradedConnection;
import io.eventlet.http.client.ClientRequest;
import io.eventlet.http.client.ClientResponse;
import io.eventlet.http.client.ConnectTimedOut;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.http.client.RequestBody;
import io.eventlet.http.server.Handler;
import io.eventlet.http.server.Request;
import io.eventlet.http.server.Response;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
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
/// The body of a request is still passed on while the answer is passed back. What is left of it
/// when the answer has ended is not.
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
        if (!request.rawPath().startsWith("/")) { // CONNECT, OPTIONS *
            return Response.text(501, "this is no proxy for that\n");
        }
        if (hasDotSegments(request.path())) { // they could leave the path of an upstream
            return Response.text(400, "a path with dot segments\n");
        }
        var hops = new MaxForwards(request);
        if (!hops.isValid()) {
            return Response.text(400, "Max-Forwards is not a number\n");
        }
        if (hops.isUsedUp()) { // for this proxy, then, which has nothing to trace
            return request.isMethod("OPTIONS")
                    ? Response.of(204)
                    : Response.text(501, "this proxy answers no TRACE\n");
        }
        if (!permits.acquire(patience)) {
            return Response.text(503, "too many requests at once\n").header("Retry-After", "1");
        }
        var turn = new Turn(permits);
        boolean passedOn = false;
        try {
            var response = pass(request, turn);
            passedOn = true;
            return response;
        } finally {
            if (!passedOn) {
                turn.close();
            }
        }
    }

    private static boolean hasDotSegments(String path) {
        return path.contains("/../")
                || path.contains("/./")
                || path.endsWith("/..")
                || path.endsWith("/.");
    }

    private Response pass(Request request, Turn turn) throws IOException {
        var tried = new HashSet<Upstream>();
        for (var to = balance.next(tried); to != null; to = balance.next(tried)) {
            tried.add(to);
            turn.begin(to);
            try {
                return passedBack(request, client.send(outgoing(request, to)), turn);
            } catch (ConnectException
                    | ConnectTimedOut
                    | UnknownHostException
                    | NoRouteToHostException e) {
                to.rest(REST);
                problems.accept("%s cannot be reached: %s".formatted(to, e.getMessage()));
            } catch (IOException e) {
                if (request.isBodyFailure(e)) {
                    throw e; // it is the client's
                }
                problems.accept("%s: %s: %s".formatted(to, request, e.getMessage()));
                return failed(e).whenSent(_ -> turn.close());
            }
        }
        return Response.text(502, "no server behind this proxy can be reached\n")
                .whenSent(_ -> turn.close());
    }

    private static Response failed(IOException error) {
        return error instanceof SocketTimeoutException
                ? Response.text(504, "the server behind this proxy is too slow\n")
                : Response.text(502, "the server behind this proxy gave no proper answer\n");
    }

    private ClientRequest outgoing(Request request, Upstream to) {
        var base = to.url().path();
        var path = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        var query = request.query() == null ? "" : "?" + request.query();
        var url = HttpUrl.of(to + path + request.rawPath() + query);
        var fields = ProxyFields.ofRequest(request, keepsHost);
        var outgoing =
                ClientRequest.of(request.method(), url)
                        .headers(new MaxForwards(request).counted(fields))
                        .redirects(0)
                        .decoding(false)
                        .whenInformational((status, hints) -> inform(request, status, hints));
        return withBody(outgoing, request);
    }

    private static void inform(Request request, int status, Headers fields) {
        try {
            request.sendInformational(status, ProxyFields.ofResponse(fields));
        } catch (IOException e) {
            return; // the client has gone, as the answer will show
        }
    }

    /// With the body as it is framed. One that the client sends only on demand is asked for when
    /// the upstream asks for it, or does not say (RFC 9110, 10.1.1).
    private static ClientRequest withBody(ClientRequest outgoing, Request request) {
        var length = request.header("Content-Length");
        if (length == null && !request.headers().contains("Transfer-Encoding")) {
            return outgoing;
        }
        var with =
                length != null
                        ? outgoing.body(RequestBody.once(Long.parseLong(length), request.body()))
                        : outgoing.body(RequestBody.once(request.body()))
                                .trailers(() -> ProxyFields.ofTrailers(request.trailers()));
        return "100-continue".equalsIgnoreCase(request.header("Expect"))
                ? with.expectContinue()
                : with;
    }

    /// The answer is closed with the response, or here if there is none.
    private static Response passedBack(Request request, ClientResponse answer, Turn turn)
            throws IOException {
        boolean done = false;
        try {
            var response = response(request, answer, turn);
            done = true;
            return response;
        } finally {
            if (!done) {
                answer.close();
            }
        }
    }

    private static Response response(Request request, ClientResponse answer, Turn turn)
            throws IOException {
        var fields = ProxyFields.ofResponse(answer.headers());
        if (answer.status() == 101) {
            return upgrade(answer, fields, turn);
        }
        var response =
                Response.of(answer.status())
                        .headers(fields)
                        .whenSent(_ -> {
                            answer.close();
                            turn.close();
                        });
        boolean toHead = request.isMethod("HEAD");
        if (toHead || answer.status() == 304) {
            var length = answer.headers().get("Content-Length", "");
            if (length.matches("[0-9]{1,18}")) {
                return response.header("Content-Length", length);
            }
            return toHead ? response.body(InputStream.nullInputStream()) : response; // none is said
        }
        var body = new Closing(answer);
        return answer.length() < 0
                ? response.body(body).trailers(() -> ProxyFields.ofTrailers(answer.trailers()))
                : response.body(body, answer.length());
    }

    /// The connections stay joined, and count for the limit, until both have ended.
    private static Response upgrade(ClientResponse answer, Headers fields, Turn turn)
            throws IOException {
        var protocol = answer.headers().get("Upgrade", "unknown");
        var behind = answer.upgraded();
        boolean done = false;
        try {
            var response = Response.upgrade(protocol, fields, client -> join(client, behind, turn));
            done = true;
            return response.whenSent(sent -> {
                if (sent.failure() != null || sent.status() != 101) {
                    close(behind);
                    turn.close();
                }
            });
        } finally {
            if (!done) {
                close(behind);
            }
        }
    }

    private static void join(UpgradedConnection client, UpgradedConnection behind, Turn turn)
            throws IOException {
        try (turn;
                behind) {
            Tunnel.join(
                    new Tunnel.Side(client.input(), client.output(), client.socket()),
                    new Tunnel.Side(behind.input(), behind.output(), behind.socket()));
        }
    }

    private static void close(UpgradedConnection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            return; // it is lost, one way or the other
        }
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
