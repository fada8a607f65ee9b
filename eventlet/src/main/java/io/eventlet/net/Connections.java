// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import io.eventlet.GreenPool;
import io.eventlet.GreenSemaphore;
import io.eventlet.StopServe;
import io.eventlet.hub.Cancelled;
import io.eventlet.hub.UncaughtErrors;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/// The connections of one accept loop: at most so many, each with the handler in a green thread.
final class Connections {
    private static final System.Logger LOGGER = System.getLogger("io.eventlet");

    private final ConnectionHandler handler;
    private final HandlerErrors policy;
    private final @Nullable GreenSslSocketFactory tls;
    private final Consumer<@Nullable Throwable> stop;
    private final GreenSemaphore room;
    final GreenPool pool;

    /// `stop` is called when the server is to stop: with an error, or without for [StopServe].
    Connections(
            ConnectionHandler handler,
            int concurrency,
            HandlerErrors policy,
            @Nullable SSLContext tls,
            Consumer<@Nullable Throwable> stop) {
        this.handler = handler;
        this.policy = policy;
        this.tls = tls == null ? null : GreenSslSocketFactory.of(tls);
        this.stop = stop;
        room = new GreenSemaphore(concurrency);
        pool = new GreenPool(concurrency);
    }

    /// Waits for room for one more: taken before it is accepted.
    void awaitRoom() {
        room.acquire();
    }

    /// Gives room back that no connection came to need.
    void giveBack() {
        room.release();
    }

    /// Serves a connection in the room that was awaited for it.
    void serve(GreenSocket accepted) {
        try {
            var thread = pool.spawnN(() -> handle(accepted));
            thread.link(_ -> ended(accepted));
        } catch (Throwable e) {
            ended(accepted);
            throw e;
        }
    }

    /// Also when it was killed before it began.
    private void ended(GreenSocket accepted) {
        room.release();
        closeQuietly(accepted);
    }

    private void handle(GreenSocket accepted) {
        Socket client = accepted;
        try {
            if (tls != null) {
                var secured = tls.server(accepted);
                client = secured;
                secured.startHandshake();
            }
            handler.handle(client);
        } catch (StopServe e) {
            stop.accept(null);
        } catch (SocketException | SSLException | EOFException e) { // the peer has gone
            LOGGER.log(System.Logger.Level.DEBUG, "connection " + accepted + " ended: " + e);
        } catch (Cancelled e) {
            throw e;
        } catch (Throwable e) {
            if (policy == HandlerErrors.STOP) {
                stop.accept(e);
            } else {
                UncaughtErrors.report(Thread.currentThread(), e);
            }
        } finally {
            closeQuietly(client);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "closing " + socket, e);
        }
    }
}
