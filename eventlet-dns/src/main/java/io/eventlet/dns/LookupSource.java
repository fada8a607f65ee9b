// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.util.List;

/// Where look-ups come from. Waits in the thread that asks, which may be cancelled meanwhile.
interface LookupSource {
    /// The addresses of a host in the order that the policy wants, at least one.
    List<InetAddress> addresses(String host, LookupPolicy policy) throws UnknownHostException;

    /// The name of the host that has an address.
    String name(byte[] address) throws UnknownHostException;

    /// Forgets what it has kept.
    void forget();
}
