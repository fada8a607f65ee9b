// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/// The wildcard address as one to connect to: this host. Servers that listen on all addresses print
/// it.
final class Wildcard {
    private static final InetAddress FOUR = address(new byte[] {127, 0, 0, 1});
    private static final InetAddress SIX =
            address(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

    private Wildcard() {}

    /// Where to connect to reach an address: the first that answers. A socket that was refused over
    /// the old protocol cannot try the new one, as Linux leaves it.
    static List<InetSocketAddress> ways(InetSocketAddress to, boolean ipv6) {
        if (!to.getAddress().isAnyLocalAddress()) {
            return List.of(to);
        }
        var four = new InetSocketAddress(FOUR, to.getPort());
        return ipv6 && to.getAddress() instanceof Inet6Address
                ? List.of(new InetSocketAddress(SIX, to.getPort()), four)
                : List.of(four);
    }

    private static InetAddress address(byte[] raw) {
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new AssertionError("these bytes are an address", e);
        }
    }
}
