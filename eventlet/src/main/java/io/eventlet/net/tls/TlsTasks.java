// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import io.eventlet.wait.Mutex;
import io.eventlet.wait.Names;

import java.util.function.Consumer;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// What the engine of a TLS connection leaves to its user: work that takes long, and callbacks
/// (trust managers and the like), which may wait. Threads that do it take turns.
final class TlsTasks {
    private final SSLEngine engine;
    private final Consumer<Throwable> onBreak;
    private final Mutex running =
            new Mutex() {
                @Override
                public String toString() {
                    return "mutex of the tasks of a " + Names.of(TlsTasks.this);
                }
            };

    /// `onBreak` is called with what a callback threw that the engine does not catch: it has then
    /// forgotten the message that it was at, and must not be used any more.
    TlsTasks(SSLEngine engine, Consumer<Throwable> onBreak) {
        this.engine = engine;
        this.onBreak = onBreak;
    }

    /// Does all there is to do.
    void run() throws SSLException {
        running.acquire();
        try {
            while (true) {
                // before the look for it: others may open packets meanwhile
                boolean needed = engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK;
                var task = engine.getDelegatedTask();
                if (task != null) {
                    task.run();
                } else if (needed) {
                    throw new SSLException("A task of the engine was not done to its end");
                } else {
                    return;
                }
            }
        } catch (RuntimeException | Error e) {
            onBreak.accept(e);
            throw e;
        } finally {
            running.release();
        }
    }

    @Override
    public String toString() {
        return "TLS handshake";
    }
}
