// SPDX-License-Identifier: Apache-2.0
package io.eventlet.transport;

import java.net.ServerSocket;
import java.net.SocketImpl;

/// A listener as what has [CloseHooks]: behind each `GreenServerSocket`, so that these are found by
/// [CloseHooks#of] and are no methods of it.
public abstract class TransportListener extends ServerSocket {
    final CloseHooks closeHooks = new CloseHooks();

    protected TransportListener(SocketImpl impl) {
        super(impl);
    }

    /// Called when it is closed.
    protected final void runCloseHooks() {
        closeHooks.run();
    }
}
