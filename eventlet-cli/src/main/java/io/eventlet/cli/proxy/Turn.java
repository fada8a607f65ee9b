// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import io.eventlet.GreenSemaphore;

import org.jspecify.annotations.Nullable;

/// The place of a request among those that are passed on at once, up to the end of its answer, or
/// of the protocol that was spoken in place of HTTP. For one thread.
final class Turn implements AutoCloseable {
    private final GreenSemaphore permits;
    private @Nullable Upstream upstream; // that has it to do
    private boolean closed;

    /// Of a permit that has been acquired.
    Turn(GreenSemaphore permits) {
        this.permits = permits;
    }

    /// It is this upstream's from now on, and not that of the one before.
    void begin(Upstream next) {
        end();
        upstream = next;
        next.begin();
    }

    private void end() {
        if (upstream != null) {
            upstream.end();
            upstream = null;
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            end();
            permits.release();
        }
    }
}
