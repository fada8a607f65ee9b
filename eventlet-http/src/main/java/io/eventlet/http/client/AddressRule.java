// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import java.net.InetAddress;

/// Which addresses a client may connect to. For users to implement; called by threads that open
/// connections, several at once.
///
/// It is asked for each address that a name was resolved to, so that a name in somebody else's
/// hands cannot lead to a server inside (and again for each redirect, which opens its connection in
/// the same way). Behind a proxy it is asked for the address of the proxy only; SOCKS5 gets
/// addresses that were resolved here then, and asked about too.
@FunctionalInterface
public interface AddressRule {
    boolean allows(InetAddress address, int port);

    /// Only addresses of the public internet: no loopback, private, link-local, shared or reserved
    /// ones, of IPv4 or IPv6, nor IPv4 ones in the form of IPv6.
    static AddressRule publicOnly() {
        return (address, _) -> PublicAddresses.isPublic(address);
    }
}
