// SPDX-License-Identifier: Apache-2.0
package io.eventlet.transport;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/// The address of a host by its name.
public final class HostAddress {
    private HostAddress() {}

    /// That of a port, unresolved if there is no such host. An empty name is an error: the JDK
    /// takes it for the loopback address and Eventlet for all addresses, and it is often the value
    /// of a variable that was not set.
    public static InetSocketAddress of(String host, int port) throws UnknownHostException {
        if (host.isEmpty()) {
            throw new UnknownHostException(
                    "The host is empty: write \"localhost\" for this host alone, \"0.0.0.0\" to"
                            + " listen on all addresses");
        }
        return new InetSocketAddress(host, port);
    }
}
