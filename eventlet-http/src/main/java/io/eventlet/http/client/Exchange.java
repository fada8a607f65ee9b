// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.Timeout;
import io.eventlet.http.BadMessage;
import io.eventlet.http.wire.ChunkedOutput;
import io.eventlet.http.wire.FixedOutput;
import io.eventlet.http.wire.LenientReader;
import io.eventlet.http.wire.ResponseFraming;
import io.eventlet.http.wire.ResponseHead;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// One request on one connection, and the head of its answer.
///
/// If anything is thrown, the connection is closed: nobody knows what is still to come on it.
final class Exchange {
    private static final int BAD_GATEWAY = 502;
    private static final int CONTINUE = 100;
    private static final int SWITCHING = 101;
    private static final int OK = 200;
    private static final int ERRORS = 300; // and what else tells that no body is wanted
    private static final int SMALL = 16_384; // fits into the kernel's buffer of an idle connection
    private static final int MOST_INTERIM = 100;

    private final ClientSettings settings;
    private final Connections connections;
    private final ClientRequest request;
    private final Route route;
    private final long deadline;
    private boolean reused;
    private long before; // bytes that the connection had sent
    private boolean sent; // some of it, perhaps
    private boolean answered;
    private boolean sentWhole;
    private @Nullable ResponseHead early; // came before the body was sent

    Exchange(
            ClientSettings settings,
            Connections connections,
            ClientRequest request,
            Route route,
            long deadline) {
        this.settings = settings;
        this.connections = connections;
        this.request = request;
        this.route = route;
        this.deadline = deadline;
    }

    /// Whether it may be made again after it has failed, on a new connection: the old one had been
    /// idle, so that the peer may just have closed it, nothing came from it, and either nothing was
    /// sent or it does no harm to ask twice (RFC 9110, 9.2.2; RFC 9112, 9.3.1).
    boolean mayBeRepeated(IOException failure) {
        return reused
                && !answered
                && (!sent || request.isIdempotent())
                && request.isRepeatable()
                && !(failure instanceof SocketTimeoutException)
                && !(failure instanceof BadMessage);
    }

    /// Whether an answer says that the server had given up waiting for a request before this one
    /// came.
    boolean isStale(ClientResponse response) {
        return reused
                && response.status() == 408
                && request.isIdempotent()
                && request.isRepeatable();
    }

    ClientResponse run(
            @Nullable String credentials, @Nullable String proxyCredentials, boolean fresh)
            throws IOException {
        var connection = connections.acquire(route, deadline, fresh);
        boolean done = false;
        try {
            reused = connection.reused;
            send(connection, credentials, proxyCredentials);
            var head = early != null ? early : readHead(connection);
            var response = response(connection, head);
            done = true;
            return response;
        } finally {
            if (!done) {
                connection.abort();
                connections.release(connection, 0);
            }
        }
    }

    // ---- sending

    private void send(
            ClientConnection connection,
            @Nullable String credentials,
            @Nullable String proxyCredentials)
            throws IOException {
        var body = request.body();
        boolean chunked =
                body != null && (body.length() < 0 || request.options().trailers() != null);
        connection.beginSending();
        before = connection.out.written();
        new RequestWriter(request, settings, route)
                .write(connection.out, credentials, proxyCredentials, chunked);
        boolean small =
                body == null || (body.bytes() != null && body.length() <= SMALL && !chunked);
        if (small && (body == null || !request.options().expectsContinue())) {
            sendSmall(connection, body == null ? null : body.bytes());
            sentWhole = true;
            return;
        }
        if (!request.options().expectsContinue() || awaitContinue(connection)) {
            sendBody(connection, java.util.Objects.requireNonNull(body), chunked);
        }
    }

    private void sendSmall(ClientConnection connection, byte @Nullable [] body) throws IOException {
        try {
            if (body != null) {
                connection.out.write(body);
            }
            connection.endSending();
            sent = true;
        } catch (IOException e) {
            // The kernel has refused the first bytes, so the peer has none of them.
            sent =
                    !connection.socket.hasFailedToWrite()
                            || connection.out.written() - before > SMALL;
            throw e;
        }
    }

    /// Sends the head, and waits a while for leave to send the body; false if there is an answer.
    private boolean awaitContinue(ClientConnection connection) throws IOException {
        sendSmall(connection, null);
        connection.socket.await(
                "leave to send a body to " + route, Waits.NEVER, settings.continueMillis());
        if (connection.awaitInput()) {
            early = readHead(connection, true);
            if (early.status() != CONTINUE) {
                return false;
            }
            early = null;
        }
        return true;
    }

    private void sendBody(ClientConnection connection, RequestBody body, boolean chunked)
            throws IOException {
        sent = true;
        awaitTaking(connection);
        connection.socket.expectSlowWrites(true);
        connection.beginSending();
        try (var _ = deadline == Waits.NEVER ? Timeout.never() : timeout();
                var source = body.open()) {
            sentWhole =
                    chunked
                            ? copyChunked(connection, source)
                            : copyFixed(connection, source, body.length());
            if (sentWhole) {
                connection.endSending();
            } else {
                connection.haltSending();
            }
        } catch (TimedSocket.Passed e) {
            throw connection.socket.late(e);
        } catch (IOException e) {
            boolean stopped = e instanceof SocketTimeoutException && connection.hasInput();
            if (!stopped && !connection.socket.hasFailedToWrite()) {
                throw e;
            }
            connection.haltSending();
            early = answerInSpiteOf(connection, e);
        } finally {
            connection.socket.expectSlowWrites(false);
        }
    }

    private void awaitTaking(ClientConnection connection) {
        connection.socket.await(
                "the server to take a body: " + route, deadline, settings.idleMillis());
    }

    private Timeout timeout() {
        return Timeout.after(Connector.left(deadline), TimedSocket.Passed::new);
    }

    /// The peer has closed its end while we were sending, or takes no more: it may have said why.
    private ResponseHead answerInSpiteOf(ClientConnection connection, IOException failure)
            throws IOException {
        try {
            return readHead(connection);
        } catch (IOException e) {
            failure.addSuppressed(e);
            throw failure;
        }
    }

    private boolean copyFixed(ClientConnection connection, InputStream source, long length)
            throws IOException {
        var out = new FixedOutput(connection.out, length);
        if (!copy(connection, source, out, length)) {
            return false;
        }
        out.close();
        return true;
    }

    private boolean copyChunked(ClientConnection connection, InputStream source)
            throws IOException {
        var out = new ChunkedOutput(connection.out);
        if (!copy(connection, source, out, Long.MAX_VALUE)) {
            return false;
        }
        var trailers = request.options().trailers();
        if (trailers == null) {
            out.close();
        } else {
            out.end(trailers.get());
        }
        return true;
    }

    /// Copies up to the end, or a length; false if the server does not want the rest.
    private boolean copy(
            ClientConnection connection, InputStream source, OutputStream out, long length)
            throws IOException {
        var piece = new byte[SMALL];
        long left = length;
        while (left > 0) {
            int n = source.read(piece, 0, (int) Math.min(piece.length, left));
            if (n < 0) {
                return true;
            }
            left -= n;
            out.write(piece, 0, n);
            if (source.available() == 0) { // it may be long until there is more
                out.flush();
            }
            if (early == null && connection.hasInput()) {
                connection.receiveWhileSending();
                early = readHead(connection, false);
                if (early.status() >= ERRORS) {
                    return false;
                }
                awaitTaking(connection);
            }
        }
        return true;
    }

    // ---- receiving

    private ResponseHead readHead(ClientConnection connection) throws IOException {
        return readHead(connection, false);
    }

    /// The head of the answer; 1xx are skipped, but 101 if it was asked for, and 100 if it is
    /// awaited.
    private ResponseHead readHead(ClientConnection connection, boolean awaitsContinue)
            throws IOException {
        connection.socket.await(
                "an answer to " + request, Connector.earlier(deadline, settings.headNanos()), 0);
        for (int i = 0; i < MOST_INTERIM; i++) {
            var head = LenientReader.read(connection.in, settings.headLimits());
            if (head == null) {
                throw new EOFException(
                        "%s closed the connection without an answer".formatted(route));
            }
            answered = true;
            if (head.status() >= OK
                    || (head.status() == SWITCHING && request.headers().contains("Upgrade"))
                    || (head.status() == CONTINUE && awaitsContinue)) {
                return head;
            }
            if (head.status() == SWITCHING) {
                throw new BadMessage(BAD_GATEWAY, "a change of protocol that nobody asked for");
            }
        }
        throw new BadMessage(BAD_GATEWAY, "too many interim responses");
    }

    private ClientResponse response(ClientConnection connection, ResponseHead head)
            throws IOException {
        connection.socket.await(
                "more of the answer to " + request, deadline, settings.idleMillis());
        boolean upgraded = head.status() == SWITCHING;
        var framing = ResponseFraming.of(head, request.method().equals("HEAD"));
        boolean kept =
                !upgraded
                        && framing.keepAlive()
                        && sentWhole
                        && !request.headers().hasToken("Connection", "close");
        var body =
                new ResponseBody(
                        connections,
                        connection,
                        framing.length(),
                        settings,
                        upgraded,
                        kept ? kept(head) : 0);
        return new ClientResponse(request, head, body, settings);
    }

    /// How long the connection may be idle: not longer than the server keeps it, and a bit less.
    private long kept(ResponseHead head) {
        var hint = head.headers().get("Keep-Alive");
        if (hint == null) {
            return settings.keepNanos();
        }
        int at = hint.indexOf("timeout=");
        long seconds = 0;
        int i = at + "timeout=".length();
        for (; at >= 0 && i < hint.length() && i < at + 15; i++) {
            int digit = hint.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            seconds = 10 * seconds + digit;
        }
        if (at < 0) {
            return settings.keepNanos();
        }
        return Math.min(
                settings.keepNanos(), Duration.ofSeconds(seconds).minusMillis(500).toNanos());
    }
}
