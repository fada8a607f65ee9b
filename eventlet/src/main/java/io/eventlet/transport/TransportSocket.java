// SPDX-License-Identifier: Apache-2.0
package io.eventlet.transport;

import java.net.Socket;
import java.net.SocketException;
import java.net.SocketImpl;

/// A socket as what has a [Transport]: behind each `GreenSocket`, so that this is found by
/// [Transport#of] and is no method of it.
public abstract class TransportSocket extends Socket {
    final Transport transport;

    protected <T extends SocketImpl & Transport> TransportSocket(T impl) throws SocketException {
        super(impl);
        transport = impl;
    }
}
