// SPDX-License-Identifier: Apache-2.0
package io.eventlet.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A name service of a test, until it is closed.
public final class FakeNames extends NameService implements AutoCloseable {
    private final Map<String, List<InetAddress>> hosts = new HashMap<>();

    public FakeNames() {
        replace(this);
    }

    /// Adds a host with addresses.
    public FakeNames with(String host, String... addresses) {
        hosts.put(
                host,
                Arrays.stream(addresses)
                        .map(InetAddress::ofLiteral)
                        .map(address -> named(host, address))
                        .toList());
        return this;
    }

    private static InetAddress named(String host, InetAddress address) {
        try {
            return InetAddress.getByAddress(host, address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public List<InetAddress> addresses(String host) throws UnknownHostException {
        var known = hosts.get(host);
        if (known == null) {
            throw new UnknownHostException(host);
        }
        return known;
    }

    @Override
    public boolean isGreen() {
        return true;
    }

    @Override
    public void makeGreen(boolean green) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        replace(null);
    }

    @Override
    public String toString() {
        return "names of a test";
    }
}
