// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.StopServe;
import io.eventlet.Timeout;
import io.eventlet.errors.Cancelled;
import io.eventlet.http.BadMessage;
import io.eventlet.http.UpgradedConnection;
import io.eventlet.http.wire.ChunkedBody;
import io.eventlet.http.wire.FixedBody;
import io.eventlet.http.wire.Framing;
import io.eventlet.http.wire.Input;
import io.eventlet.http.wire.InputBytes;
import io.eventlet.http.wire.Limits;
import io.eventlet.http.wire.Output;
import io.eventlet.http.wire.ProxyHeader;
import io.eventlet.http.wire.RequestHead;
import io.eventlet.http.wire.RequestReader;
import io.eventlet.http.wire.Target;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import javax.net.ssl.SSLSocket;

/// One connection of a server: reads a request, has it answered, and so on.
///
/// ```
/// IDLE ──(first byte)──> BUSY ──(response sent)──> IDLE
///   └────(the server stops)───> CLOSED
/// ```
final class HttpConnection {
    private static final System.Logger LOGGER = System.getLogger("io.eventlet");
    private static final int MOST_DRAINED = 1 << 24;
    private static final Duration TURNED_AWAY = Duration.ofSeconds(1); // to see why

    private enum State {
        IDLE,
        BUSY,
        CLOSED
    }

    private final ServerSettings settings;
    private final OpenConnections connections;
    private final TimedSocket socket;
    private final Input in;
    private final Output out;
    private final RequestReader reader;
    private final ResponseSender sender;
    private final Limits limits;
    private final Thread thread = Thread.currentThread();
    private final AtomicReference<State> state = new AtomicReference<>(State.BUSY);
    private @Nullable InetSocketAddress client; // as a proxy says
    private @Nullable InetAddress counted; // for the limit of each address
    private volatile @Nullable Runnable onStop; // of the protocol that is spoken after an upgrade
    private @Nullable RequestBody body; // the last one that came
    private boolean turnedAway; // for want of room
    private boolean drains; // the client may send what nobody will read
    private @Nullable HeldResponses held; // once requests have come before responses had gone

    HttpConnection(ServerSettings settings, OpenConnections connections, Socket client) {
        this.settings = settings;
        this.connections = connections;
        socket = new TimedSocket(client, settings.limits());
        out = new Output(socket::write);
        in = new Input(this::read);
        limits = settings.wireLimits();
        reader = new RequestReader(in, limits);
        sender = new ResponseSender(settings, socket, in, out);
    }

    /// What was written goes out before anything is waited for; another thread that reads a body
    /// must not touch what this one writes.
    private int read(byte[] into, int offset, int length) throws IOException {
        if (Thread.currentThread() == thread) {
            output().flush();
        }
        return socket.read(into, offset, length);
    }

    void run() throws IOException {
        try {
            socket.socket().setTcpNoDelay(true); // what is flushed is meant to go out
            if (!connections.add(this) || !(settings.proxyProtocol() || isAdmitted())) {
                turnAway();
            } else if (!settings.proxyProtocol() || (awaitRequest() && readProxy())) {
                serveAll();
            }
            out.flush();
            if (drains) {
                drain();
            }
        } catch (Cancelled e) { // the server does not wait any longer
            connections.noteCut();
            throw e;
        } catch (StopServe e) {
            sendHeld(); // what was asked for before
            throw e;
        } finally {
            connections.remove(this, counted);
            if (body == null || body.giveUpAtOnce()) { // else one still reads into it
                giveBuffers();
            }
        }
    }

    /// Without buffers, and not when the server stops: it closes this as it closes an idle one.
    /// Whoever still reads a body leaves it before.
    private void drain() {
        state.set(State.IDLE);
        boolean lingers = !turnedAway || connections.linger(this, counted);
        if (!lingers || connections.isStopping() || !socket.endOutput()) {
            return;
        }
        var stall = settings.limits().stallTime();
        var unread = body;
        if (unread == null || unread.giveUp(stall)) {
            giveBuffers();
            boolean isShort = turnedAway && stall.compareTo(TURNED_AWAY) > 0;
            socket.drain(MOST_DRAINED, isShort ? TURNED_AWAY : stall);
        }
    }

    private void serveAll() throws IOException {
        boolean more = true;
        while (more) {
            more = awaitRequest() && serve();
        }
    }

    /// Answers a connection for which there is no room, before it says anything.
    private void turnAway() throws IOException {
        takeBuffers();
        refuseForRoom();
    }

    private void refuseForRoom() throws IOException {
        turnedAway = true;
        refuse(503, "too many connections", System.nanoTime());
    }

    private boolean readProxy() throws IOException {
        try {
            client = ProxyHeader.read(in);
            if (isAdmitted()) {
                return true;
            }
            refuseForRoom();
        } catch (BadMessage e) {
            refuse(e.status(), e.getMessage(), System.nanoTime());
        } catch (EOFException | SocketTimeoutException e) { // it gave up
            LOGGER.log(System.Logger.Level.DEBUG, "no header of a proxy on " + this, e);
        }
        return false;
    }

    /// Whether there is room for one more of this client, which is known when this is called.
    private boolean isAdmitted() {
        counted = client == null ? socket.socket().getInetAddress() : client.getAddress();
        return connections.admit(counted);
    }

    /// Called by the thread that stops the server.
    boolean closeIfIdle() {
        boolean wasIdle = state.compareAndSet(State.IDLE, State.CLOSED);
        if (wasIdle) {
            closeSocket();
        }
        tellOfStop();
        return wasIdle;
    }

    private void onStop(Runnable action) {
        onStop = action;
        if (connections.isStopping()) {
            tellOfStop();
        }
    }

    private void tellOfStop() {
        var action = onStop;
        if (action != null) {
            try {
                action.run();
            } catch (RuntimeException e) { // the others are to be told all the same
                LOGGER.log(System.Logger.Level.WARNING, "telling " + this + " of the stop", e);
            }
        }
    }

    private void closeSocket() {
        try {
            socket.socket().close();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "closing " + socket.socket(), e);
        }
    }

    /// Waits for the first byte of the next request, without buffers; false if there will be none.
    private boolean awaitRequest() throws IOException {
        socket.beginRequest(in.buffered() > 0);
        if (in.buffered() > 0) {
            return true;
        }
        out.flush();
        giveBuffers();
        state.set(State.IDLE);
        if (connections.isStopping()) {
            return false;
        }
        try {
            socket.awaitRequest();
        } catch (IOException e) { // too long, or closed by either side
            return false;
        }
        if (!state.compareAndSet(State.IDLE, State.BUSY)) {
            return false;
        }
        takeBuffers();
        return true;
    }

    private void takeBuffers() {
        in.attach(settings.buffers().take());
        out.attach(settings.buffers().take());
    }

    private void giveBuffers() {
        if (!in.isDetached()) {
            settings.buffers().give(in.detach());
            var known = held;
            if (known == null || known.takeAtOnce()) { // else one sends from it, of a killed one
                settings.buffers().give(out.detach());
            }
        }
    }

    /// While the handler runs, another thread may send what stands before its response.
    private void lendHeld() {
        if (!out.isEmpty()) {
            var known = held;
            if (known == null) {
                held = known = new HeldResponses(out);
            }
            known.lend();
        }
    }

    /// For what goes out while the handler runs.
    Output output() {
        takeHeld();
        return out;
    }

    private void sendHeld() {
        try {
            output().flush();
        } catch (IOException e) { // those who asked have gone
            LOGGER.log(System.Logger.Level.DEBUG, "the last responses on " + this, e);
        }
    }

    private void takeHeld() {
        var known = held;
        if (known != null) {
            known.take();
        }
    }

    /// Serves one request; whether another may follow.
    private boolean serve() throws IOException {
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
        return answer(head, target, framing, start);
    }

    /// What is asked for by `https` must have come over TLS (RFC 9110, 7.4).
    private void ensureScheme(Target target) throws BadMessage {
        if ("https".equals(target.scheme()) && !(socket.socket() instanceof SSLSocket)) {
            throw new BadMessage(421, "https was asked for without TLS");
        }
    }

    private boolean answer(RequestHead head, Target target, Framing framing, long start)
            throws IOException {
        boolean awaited = head.expectsContinue();
        var exchange = new Exchange(socket, this, head.minorVersion(), awaited);
        var body = body(framing, exchange);
        if (framing.length() == Framing.CHUNKED || framing.length() > in.buffered()) {
            out.flush(); // answers before this one, which the client may wait for
        }
        var request = new Request(exchange, head, target, body, client);
        boolean keep = framing.keepAlive() && settings.keepAlive();
        lendHeld();
        var given = respond(request);
        takeHeld();
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
            drains = !more;
        }
        return more;
    }

    /// Reads what the handler has left of a body: whether that was possible.
    private boolean isDropped(RequestBody body) throws IOException {
        out.flush();
        try {
            return body.drop(settings.limits().unreadBody());
        } catch (IOException e) { // it is broken, or does not come
            LOGGER.log(System.Logger.Level.DEBUG, "what is left of a body on " + this, e);
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
            giveBuffers();
        }
        try (var upgraded =
                new UpgradedConnection(socket.socket(), new InputBytes(in), this::onStop)) {
            handler.handle(upgraded);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("an upgraded connection failed", e);
        }
    }

    /// Answers what is no request. Nobody knows where the next would begin.
    private void refuse(int status, @Nullable String text, long start) throws IOException {
        drains = true;
        var body = (text + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
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

    @Override
    public String toString() {
        return "HTTP connection " + socket.socket();
    }
}
