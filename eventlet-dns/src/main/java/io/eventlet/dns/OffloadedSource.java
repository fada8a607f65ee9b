// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import io.eventlet.offload.Offload;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.util.List;

/// The JDK's own resolver on platform threads of an [Offload] for green threads. Threads that are
/// none ask it themselves.
final class OffloadedSource implements LookupSource {
    private final JdkSource jdk;
    private final Offload threads;

    OffloadedSource(JdkSource jdk, int mostLookups) {
        this.jdk = jdk;
        threads = Offload.named("name look-ups", mostLookups);
    }

    @Override
    public List<InetAddress> addresses(String host, LookupPolicy policy)
            throws UnknownHostException {
        return Callers.areGreen()
                ? threads.<List<InetAddress>, UnknownHostException>call(
                        () -> jdk.addresses(host, policy))
                : jdk.addresses(host, policy);
    }

    @Override
    public String name(byte[] address) throws UnknownHostException {
        return Callers.areGreen()
                ? threads.<String, UnknownHostException>call(() -> jdk.name(address))
                : jdk.name(address);
    }

    @Override
    public void forget() {} // it keeps nothing

    @Override
    public String toString() {
        return "the system's resolver on platform threads";
    }
}
