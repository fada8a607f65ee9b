// SPDX-License-Identifier: Apache-2.0
package io.eventlet.transport;

import java.net.ServerSocket;
import java.net.SocketImpl;

/// A listener as what has a [Transport] and [CloseHooks]: behind each `GreenServerSocket`, so that
/// these are found by [Transport#of] and [CloseHooks#of] and are no methods of it.
public abstract class TransportListener extends ServerSocket {
    final CloseHooks closeHooks = new CloseHooks();
    final Transport transport;

    protected <T extends SocketImpl & Transport> TransportListener(T impl) {
        super(impl);
        transport = impl;
    }

    /// Called when it is closed.
    protected final void runCloseHooks() {
        closeHooks.run();
    }
}
