// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import javax.net.ssl.SSLEngine;

/// What the engine of a TLS connection leaves to its user: work that takes long, and callbacks
/// (trust managers and the like), which may wait.
final class TlsTasks {
    private final SSLEngine engine;

    TlsTasks(SSLEngine engine) {
        this.engine = engine;
    }

    /// Does all there is to do.
    void run() {
        Runnable task;
        while ((task = engine.getDelegatedTask()) != null) {
            task.run();
        }
    }
}
