// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.Eventlet;
import io.eventlet.http.wire.Output;
import io.eventlet.wait.Mutex;

import java.io.IOException;

/// Responses that stay in the buffer of a connection while requests behind theirs are answered, so
/// that they go out together. Another green thread sends them when that of the connection comes to
/// wait in a handler: a hub runs it before it waits itself.
///
/// ```
/// TAKEN ──(lend)──> LENT ──(take, or sent)──> TAKEN
/// ```
final class HeldResponses extends Mutex {
    private static final System.Logger LOGGER = System.getLogger("io.eventlet");
    private static final long serialVersionUID = 1;

    private final transient Output out;
    private transient boolean lent; // with the mutex
    private transient boolean senderComes; // with the mutex

    HeldResponses(Output out) {
        this.out = out;
    }

    /// Lets another thread send them from now on.
    void lend() {
        acquire();
        try {
            lent = true;
            if (!senderComes) {
                var ignored = Eventlet.spawnN(this::send);
                senderComes = true;
            }
        } finally {
            release();
        }
    }

    /// Keeps others from sending, waiting for one that does. Called by the thread of the connection
    /// before it writes.
    void take() {
        acquire();
        lent = false;
        release();
    }

    /// Whether nobody sends or will: what has been lent need not be taken any more.
    boolean takeAtOnce() {
        if (!tryAcquire()) {
            return false;
        }
        lent = false;
        release();
        return true;
    }

    private void send() {
        acquire();
        try {
            senderComes = false;
            if (lent) {
                lent = false;
                out.flush();
            }
        } catch (IOException e) { // the connection is told by its next write
            LOGGER.log(System.Logger.Level.DEBUG, this + " are not sent", e);
        } finally {
            release();
        }
    }

    @Override
    public String toString() {
        return "held responses";
    }
}
