// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.StopServe;
import io.eventlet.Timeout;
import io.eventlet.http.BadMessage;
import io.eventlet.http.UpgradedConnection;
import io.eventlet.http.wire.ChunkedBody;
import io.eventlet.http.wire.FixedBody;
import io.eventlet.http.wire.Framing;
import io.eventlet.http.wire.Input;
import io.eventlet.http.wire.InputBytes;
import io.eventlet.http.wire.Limits;
import io.eventlet.http.wire.Output;
import io.eventlet.http.wire.RequestHead;
import io.eventlet.http.wire.RequestReader;
import io.eventlet.http.wire.Target;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;

import javax.net.ssl.SSLSocket;

/// The cycle of request, handler, response that goes on over and over on a connection. For the
/// thread of the connection.
final class RequestCycle {
    private static final System.Logger LOGGER = System.getLogger("io.eventlet");

    private final ServerSettings settings;
    private final OpenConnections connections;
    private final TimedSocket socket;
    private final ConnectionBuffers buffers;
    private final Consumer<Runnable> onStop;
    private final Input in;
    private final Output out;
    private final Limits limits;
    private final RequestReader reader;
    private final ResponseSender sender;
    private @Nullable RequestBody body; // the last one that came
    private boolean leavesUnread;

    /// @param onStop takes what a protocol that is spoken after an upgrade does when the server
    ///   stops
    RequestCycle(
            ServerSettings settings,
            OpenConnections connections,
            TimedSocket socket,
            ConnectionBuffers buffers,
            Consumer<Runnable> onStop) {
        this.settings = settings;
        this.connections = connections;
        this.socket = socket;
        this.buffers = buffers;
        this.onStop = onStop;
        in = buffers.in();
        out = buffers.out();
        limits = settings.wireLimits();
        reader = new RequestReader(in, limits);
        sender = new ResponseSender(settings, socket, in, out);
    }

    /// The last body that came; null if none has.
    @Nullable RequestBody body() {
        return body;
    }

    /// Whether the client may send what nobody will read.
    boolean leavesUnread() {
        return leavesUnread;
    }

    /// Serves one request; whether another may follow.
    ///
    /// @param client the address of the client, as a proxy says; null if none does
    boolean serve(@Nullable InetSocketAddress client) throws IOException {
        long start = System.nanoTime();
        RequestHead head;
        Target target;
        Framing framing;
        try {
            head = reader.read();
            if (head == null) {
                return false;
            }
            target = Target.of(head);
            framing = Framing.of(head.headers(), head.minorVersion());
            settings.check(head, framing);
            ensureScheme(target);
        } catch (BadMessage e) {
            refuse(e.status(), e.getMessage(), start);
            return false;
        } catch (SocketTimeoutException e) {
            refuse(408, "the request did not come in time", start);
            return false;
        } catch (EOFException e) {
            return false;
        }
        return answer(head, target, framing, client, start);
    }

    /// What is asked for by `https` must have come over TLS (RFC 9110, 7.4).
    private void ensureScheme(Target target) throws BadMessage {
        if ("https".equals(target.scheme()) && !(socket.socket() instanceof SSLSocket)) {
            throw new BadMessage(421, "https was asked for without TLS");
        }
    }

    private boolean answer(
            RequestHead head,
            Target target,
            Framing framing,
            @Nullable InetSocketAddress client,
            long start)
            throws IOException {
        boolean awaited = head.expectsContinue();
        var exchange = new Exchange(socket, buffers, head.minorVersion(), awaited);
        var body = body(framing, exchange);
        if (framing.length() == Framing.CHUNKED || framing.length() > in.buffered()) {
            out.flush(); // answers before this one, which the client may wait for
        }
        var request = new Request(exchange, head, target, body, client);
        boolean keep = framing.keepAlive() && settings.keepAlive();
        buffers.lend();
        var given = respond(request);
        buffers.takeBack();
        var response = upgradable(given, head, body);
        if (keep && body instanceof RequestBody unread) {
            keep = exchange.isContinueAwaited() ? false : isRestSmall(unread, framing);
        }
        exchange.beginResponse();
        var sent = sender.send(request, response, keep && !connections.isStopping(), start);
        var upgrade = sent == null ? null : sent.upgrade();
        if (upgrade != null) {
            run(upgrade);
            return false;
        }
        boolean more = sent != null && sent.isKeptAlive();
        if (body instanceof RequestBody read && !read.isEnded()) {
            more = more && isDropped(read);
            leavesUnread = !more;
        }
        return more;
    }

    /// Reads what the handler has left of a body: whether that was possible.
    private boolean isDropped(RequestBody body) throws IOException {
        out.flush();
        try {
            return body.drop(settings.limits().unreadBody());
        } catch (IOException e) { // it is broken, or does not come
            LOGGER.log(
                    System.Logger.Level.DEBUG, "what is left of a body on " + socket.socket(), e);
            return false;
        }
    }

    /// Another protocol begins behind the request, and HTTP/1.0 knows of none (RFC 9110, 7.8).
    private Response upgradable(Response response, RequestHead head, InputStream body)
            throws IOException {
        if (!(response.body() instanceof ResponseBody.Upgrade)) {
            return response;
        }
        if (response.status() == 101 && head.minorVersion() == 0) {
            return sender.inPlaceOf(
                    response, FailedHandling.closing(400, "HTTP/1.0 knows of no other protocols"));
        }
        return body instanceof RequestBody unread && !unread.isEnded() && !isDropped(unread)
                ? sender.inPlaceOf(
                        response,
                        FailedHandling.closing(
                                400, "the request has a body that is too long, or broken"))
                : response;
    }

    private InputStream body(Framing framing, Exchange exchange) {
        long length = framing.length();
        if (length == 0 || length == Framing.NOT_GIVEN) {
            return InputStream.nullInputStream();
        }
        var framed =
                length == Framing.CHUNKED ? new ChunkedBody(in, limits) : new FixedBody(in, length);
        var next = new RequestBody(framed, exchange, settings.limits().body());
        exchange.setBody(next);
        body = next;
        return next;
    }

    private boolean isRestSmall(RequestBody body, Framing framing) {
        return body.failure() == null
                && (body.isEnded()
                        || framing.length() - body.count() <= settings.limits().unreadBody());
    }

    private Response respond(Request request) {
        try (var _ = Timeout.after(settings.limits().requestTime())) {
            return Objects.requireNonNull(settings.handler().handle(request), "no response");
        } catch (StopServe | OutOfMemoryError e) {
            throw e;
        } catch (Throwable e) {
            return FailedHandling.answerTo(request, e);
        }
    }

    private void run(UpgradeHandler handler) throws IOException {
        socket.giveUpLimits();
        if (in.buffered() == 0) { // else a client that did not wait for the response keeps one
            buffers.give();
        }
        try (var upgraded = new UpgradedConnection(socket.socket(), new InputBytes(in), onStop)) {
            handler.handle(upgraded);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("an upgraded connection failed", e);
        }
    }

    /// Answers what is no request, or comes when there is no room. Nobody knows where the next
    /// would begin.
    void refuse(int status, @Nullable String text, long start) throws IOException {
        leavesUnread = true;
        var body = (text + "\n").getBytes(StandardCharsets.UTF_8);
        out.write(StatusLine.of(status));
        out.write("Content-Type: text/plain; charset=utf-8\r\n");
        out.write(DateField.now());
        out.write(status == 503 ? "Retry-After: 1\r\n" : "");
        out.write("Connection: close\r\nContent-Length: ");
        out.writeDecimal(body.length);
        out.write("\r\n\r\n");
        out.write(body);
        out.flush();
        settings.log(socket.socket(), null, status, body.length, start, null);
    }
}
