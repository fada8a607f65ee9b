// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.util.List;

/// The JDK's own resolver, which asks the system, and blocks its thread and the hub of that.
record JdkSource(InetAddressResolver builtin) implements LookupSource {
    @Override
    public List<InetAddress> addresses(String host, LookupPolicy policy)
            throws UnknownHostException {
        try (var found = builtin.lookupByName(host, policy)) {
            return found.toList();
        }
    }

    @Override
    public String name(byte[] address) throws UnknownHostException {
        return builtin.lookupByAddress(address);
    }

    @Override
    public void forget() {} // it keeps nothing

    @Override
    public String toString() {
        return "the JDK's own resolver";
    }
}
