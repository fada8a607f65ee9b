// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.http.wire.Input;
import io.eventlet.http.wire.Output;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// What is buffered of a connection. The buffers come from the pool of the server, for as long as
/// requests are under way; another thread may send what is in them while a handler runs. For the
/// thread that makes it, except where others are named.
final class ConnectionBuffers {
    private static final System.Logger LOGGER = System.getLogger("io.eventlet");

    private final BufferPool pool;
    private final TimedSocket socket;
    private final Input in;
    private final Output out;
    private final Thread thread = Thread.currentThread();
    private @Nullable HeldResponses held; // once requests have come before responses had gone

    ConnectionBuffers(BufferPool pool, TimedSocket socket) {
        this.pool = pool;
        this.socket = socket;
        out = new Output(socket::write);
        in = new Input(this::read);
    }

    /// What was written goes out before anything is waited for; another thread that reads a body
    /// must not touch what this one writes.
    private int read(byte[] into, int offset, int length) throws IOException {
        if (Thread.currentThread() == thread) {
            takeOutput().flush();
        }
        return socket.read(into, offset, length);
    }

    Input in() {
        return in;
    }

    /// For what goes out while nothing is lent.
    Output out() {
        return out;
    }

    void take() {
        in.attach(pool.take());
        out.attach(pool.take());
    }

    /// Gives them back to the pool, if they have been taken.
    void give() {
        if (!in.isDetached()) {
            pool.give(in.detach());
            var known = held;
            if (known == null || known.takeAtOnce()) { // else one sends from it, of a killed one
                pool.give(out.detach());
            }
        }
    }

    /// While the handler runs, another thread may send what stands before its response.
    void lend() {
        if (!out.isEmpty()) {
            var known = held;
            if (known == null) {
                held = known = new HeldResponses(out);
            }
            known.lend();
        }
    }

    void takeBack() {
        var known = held;
        if (known != null) {
            known.take();
        }
    }

    /// For what goes out while the handler runs. Also for a thread by which the handler reads the
    /// body.
    Output takeOutput() {
        takeBack();
        return out;
    }

    /// Sends what is left of what was lent, of a connection that answers nothing more.
    void sendHeld() {
        try {
            takeOutput().flush();
        } catch (IOException e) { // those who asked have gone
            LOGGER.log(System.Logger.Level.DEBUG, "the last responses on " + socket.socket(), e);
        }
    }
}
