// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.StopServe;
import io.eventlet.errors.Cancelled;
import io.eventlet.http.BadMessage;
import io.eventlet.http.wire.Input;
import io.eventlet.http.wire.Output;
import io.eventlet.http.wire.ProxyHeader;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/// One connection of a server, from its admission to its end.
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
    private final ConnectionBuffers buffers;
    private final Input in;
    private final Output out;
    private final RequestCycle cycle;
    private final AtomicReference<State> state = new AtomicReference<>(State.BUSY);
    private @Nullable InetSocketAddress client; // as a proxy says
    private @Nullable InetAddress counted; // for the limit of each address
    private volatile @Nullable Runnable onStop; // of the protocol that is spoken after an upgrade
    private boolean turnedAway; // for want of room

    HttpConnection(ServerSettings settings, OpenConnections connections, Socket client) {
        this.settings = settings;
        this.connections = connections;
        socket = new TimedSocket(client, settings.limits());
        buffers = new ConnectionBuffers(settings.buffers(), socket);
        in = buffers.in();
        out = buffers.out();
        cycle = new RequestCycle(settings, connections, socket, buffers, this::onStop);
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
            if (cycle.leavesUnread()) {
                drain();
            }
        } catch (Cancelled e) { // the server does not wait any longer
            connections.noteCut();
            throw e;
        } catch (StopServe e) {
            buffers.sendHeld(); // what was asked for before
            throw e;
        } finally {
            connections.remove(this, counted);
            var body = cycle.body();
            if (body == null || body.giveUpAtOnce()) { // else one still reads into it
                buffers.give();
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
        var unread = cycle.body();
        if (unread == null || unread.giveUp(stall)) {
            buffers.give();
            boolean isShort = turnedAway && stall.compareTo(TURNED_AWAY) > 0;
            socket.drain(MOST_DRAINED, isShort ? TURNED_AWAY : stall);
        }
    }

    private void serveAll() throws IOException {
        boolean more = true;
        while (more) {
            more = awaitRequest() && cycle.serve(client);
        }
    }

    /// Answers a connection for which there is no room, before it says anything.
    private void turnAway() throws IOException {
        buffers.take();
        refuseForRoom();
    }

    private void refuseForRoom() throws IOException {
        turnedAway = true;
        cycle.refuse(503, "too many connections", System.nanoTime());
    }

    private boolean readProxy() throws IOException {
        try {
            client = ProxyHeader.read(in);
            if (isAdmitted()) {
                return true;
            }
            refuseForRoom();
        } catch (BadMessage e) {
            cycle.refuse(e.status(), e.getMessage(), System.nanoTime());
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
        buffers.give();
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
        buffers.take();
        return true;
    }

    @Override
    public String toString() {
        return "HTTP connection " + socket.socket();
    }
}
