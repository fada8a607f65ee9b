// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.http.BadMessage;
import io.eventlet.http.wire.LenientReader;
import io.eventlet.http.wire.ResponseFraming;
import io.eventlet.http.wire.ResponseHead;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
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
    private @Nullable ResponseHead early; // came in place of leave to send the body
    private @Nullable Upload upload; // of a body that is not sent at once

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
            var head = early != null ? early : awaitHead(connection);
            var body = body(connection, head);
            var response = new ClientResponse(request, head, body, settings);
            done = true; // from here on the body gives the connection back
            body.endIfEmpty();
            return response;
        } finally {
            if (!done) {
                connection.abort();
                connections.release(connection, 0);
                if (upload != null) {
                    upload.abort();
                }
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
        if (body != null && request.options().expectsContinue() && !isWanted(connection)) {
            return;
        }
        if (body == null || (body.bytes() != null && body.length() <= SMALL && !chunked)) {
            connection.beginSending();
            sendSmall(connection, body == null ? null : body.bytes());
            sentWhole = true;
        } else {
            sent = true;
            upload = new Upload(connection, request, chunked, deadline, settings.idleMillis());
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

    /// Sends the head, and waits a while for leave to send the body, whatever other interim answers
    /// come meanwhile; false if there is an error instead. An answer that is none may go on with
    /// what the body says.
    private boolean isWanted(ClientConnection connection) throws IOException {
        sendSmall(connection, null);
        long nanos = Duration.ofMillis(settings.continueMillis()).toNanos();
        var limit =
                new TimedSocket.Limit(
                        "leave to send a body to ", route, Connector.earlier(deadline, nanos), 0);
        for (int i = 0; i < MOST_INTERIM; i++) {
            connection.socket.await(limit);
            if (!connection.awaitInput()) {
                if (Waits.hasPassed(deadline)) {
                    throw limit.late(null);
                }
                return true;
            }
            awaitRestOfHead(connection);
            var head = nextHead(connection);
            if (isAnswer(head)) {
                early = head;
                return head.status() < ERRORS;
            }
            if (head.status() == CONTINUE) {
                return true;
            }
        }
        throw new BadMessage(BAD_GATEWAY, "too many interim responses");
    }

    // ---- receiving

    /// The head of the answer, while the body may still be on its way.
    private ResponseHead awaitHead(ClientConnection connection) throws IOException {
        var sending = upload;
        if (sending == null) {
            return readHead(connection);
        }
        try {
            var head = readHead(connection);
            if (head.status() >= ERRORS) {
                sending.stop();
            }
            return head;
        } catch (IOException e) {
            throw sending.cause(e);
        }
    }

    /// The limit of the head begins when the body has been sent.
    private void awaitInput(ClientConnection connection, Upload sending) throws IOException {
        long nanos = settings.headNanos();
        while (true) {
            boolean ended = sending.hasEnded();
            long until =
                    nanos == 0
                            ? Waits.NEVER
                            : ended ? sending.end() + nanos : Waits.deadlineAfter(nanos);
            var limit =
                    new TimedSocket.Limit(
                            "an answer to ", request, Connector.earlierOf(deadline, until), 0);
            connection.socket.await(limit);
            if (connection.awaitInput()) {
                return;
            }
            if (ended || Waits.hasPassed(deadline)) {
                throw limit.late(null);
            }
        }
    }

    /// The head of the answer. Informational ones are told and skipped, but 101 if it was asked
    /// for.
    private ResponseHead readHead(ClientConnection connection) throws IOException {
        for (int i = 0; i < MOST_INTERIM; i++) {
            if (upload != null) {
                awaitInput(connection, upload);
            }
            if (i == 0 || upload != null) {
                awaitRestOfHead(connection);
            }
            var head = nextHead(connection);
            if (isAnswer(head)) {
                return head;
            }
        }
        throw new BadMessage(BAD_GATEWAY, "too many interim responses");
    }

    private void awaitRestOfHead(ClientConnection connection) {
        connection.socket.await(
                "an answer to ", request, Connector.earlier(deadline, settings.headNanos()), 0);
    }

    /// The next head, told if it is informational.
    private ResponseHead nextHead(ClientConnection connection) throws IOException {
        var head = LenientReader.read(connection.in, settings.headLimits());
        if (head == null) {
            throw new EOFException("%s closed the connection without an answer".formatted(route));
        }
        answered = true;
        if (!isAnswer(head)) {
            if (head.status() == SWITCHING) {
                throw new BadMessage(BAD_GATEWAY, "a change of protocol that nobody asked for");
            }
            var told = request.options().whenInformational();
            if (told != null) {
                told.handle(head.status(), head.headers());
            }
        }
        return head;
    }

    private boolean isAnswer(ResponseHead head) {
        return head.status() >= OK
                || (head.status() == SWITCHING && request.headers().contains("Upgrade"));
    }

    private ResponseBody body(ClientConnection connection, ResponseHead head) throws IOException {
        connection.socket.await("more of the answer to ", request, deadline, settings.idleMillis());
        boolean upgraded = head.status() == SWITCHING;
        var framing = ResponseFraming.of(head, request.method().equals("HEAD"));
        boolean kept =
                !upgraded
                        && framing.keepAlive()
                        && (sentWhole || upload != null)
                        && !request.headers().hasToken("Connection", "close");
        return new ResponseBody(
                connections,
                connection,
                framing.length(),
                settings,
                upgraded,
                kept ? kept(head) : 0,
                upload);
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
