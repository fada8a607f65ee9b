// SPDX-License-Identifier: Apache-2.0
package io.eventlet.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/// The addresses of a host by its name.
///
/// An empty name is an error: the JDK takes it for the loopback address and Eventlet for all
/// addresses, and it is often the value of a variable that was not set.
public final class HostAddress {
    private HostAddress() {}

    /// That of a port by the first of them, unresolved if there is no such host.
    public static InetSocketAddress of(String host, int port) throws UnknownHostException {
        ensureNotEmpty(host);
        try {
            return new InetSocketAddress(allOf(host).getFirst(), port);
        } catch (UnknownHostException e) {
            return InetSocketAddress.createUnresolved(host, port);
        }
    }

    private static void ensureNotEmpty(String host) throws UnknownHostException {
        if (host.isEmpty()) {
            throw new UnknownHostException(
                    "The host is empty: write \"localhost\" for this host alone, \"0.0.0.0\" to"
                            + " listen on all addresses");
        }
    }

    /// All of them, in the order in which they are to be tried: from the JVM's [NameService], past
    /// what the JDK keeps, if it has one.
    public static List<InetAddress> allOf(String host) throws UnknownHostException {
        ensureNotEmpty(host);
        var service = NameService.inUse();
        return service == null ? List.of(InetAddress.getAllByName(host)) : service.addresses(host);
    }
}
