// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import io.eventlet.hub.HubStrand;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/// Looks up the names of hosts, and only the thread that asks waits.
///
/// ```java
/// List<InetAddress> addresses = GreenResolver.ofJvm().lookup("example.org");
/// ```
///
/// [#ofJvm()] is the one that `java.net.InetAddress` asks, and with it all code in the JVM, as long
/// as this module is on the path. Another one has settings of its own:
///
/// ```java
/// var resolver = GreenResolver.builder()
///         .server(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 53))
///         .timeout(Duration.ofSeconds(1))
///         .build();
/// ```
///
/// Equal look-ups at the same time are made once. A [io.eventlet.Timeout], a kill or an interrupt
/// ends the wait of a green thread at once, and nobody else's. On a hub of a simulation, which has
/// no network of the system's, names are looked up by the JDK's own resolver and keep the hub.
/// Thread-safe, from green and other threads.
public final class GreenResolver {
    private final LookupSource source;
    final JoinedLookups<HostKey, List<InetAddress>> lookups = new JoinedLookups<>();
    final JoinedLookups<ByteBuffer, String> reverse = new JoinedLookups<>();

    GreenResolver(LookupSource source) {
        this.source = source;
    }

    /// The one that `java.net.InetAddress` asks. Throws an `IllegalStateException` if that asks
    /// another one, as when this module is not on the path of the JVM's own class loader.
    public static GreenResolver ofJvm() {
        return JvmNameService.inUseByJdk().current();
    }

    /// Has `java.net.InetAddress` ask this one from now on. The JDK keeps what it has been told for
    /// half a minute. Throws as [#ofJvm()].
    public void useForJvm() {
        JvmNameService.inUseByJdk().change(this);
    }

    /// One with settings of its own; what is not set is as `/etc/hosts` and `/etc/resolv.conf` say.
    public static GreenResolverBuilder builder() {
        return new GreenResolverBuilder();
    }

    /// One that asks the JDK's own resolver, and by it the system, on at most 20 platform threads:
    /// for names that only the system knows, of mDNS, LDAP or the like. It keeps no answers. Throws
    /// as [#ofJvm()].
    public static GreenResolver ofSystem() {
        return JvmNameService.inUseByJdk().ofSystem();
    }

    /// The addresses of a host, at least one, in the order that the JVM's properties
    /// `java.net.preferIPv4Stack` and `java.net.preferIPv6Addresses` want: IPv4 first if they say
    /// nothing. Waits for servers for as long as `/etc/resolv.conf` says, unless it has the answer.
    ///
    /// Throws `UnknownHostException` if there is no such host, or no server can say. What ends the
    /// wait is thrown: the cause of a kill or a timeout, or [io.eventlet.errors.Cancelled] for an
    /// interrupt.
    public List<InetAddress> lookup(String host) throws UnknownHostException {
        return addresses(Objects.requireNonNull(host), Families.ofJvm());
    }

    /// The name of the host that has an address; waits and throws as [#lookup]. What it says may be
    /// anything: only the owner of the address has written it.
    public String nameOf(InetAddress address) throws UnknownHostException {
        return name(address.getAddress());
    }

    /// Forgets all answers that it has kept.
    public void clear() {
        source.forget();
    }

    List<InetAddress> addresses(String host, LookupPolicy policy) throws UnknownHostException {
        if (HubStrand.isApart()) {
            var jdk = JvmNameService.ofJdk();
            return jdk == null
                    ? List.of(InetAddress.getAllByName(host))
                    : jdk.source.addresses(host, policy); // who waits for others passes time
        }
        return lookups.call(HostKey.of(host, policy), () -> source.addresses(host, policy));
    }

    String name(byte[] address) throws UnknownHostException {
        if (HubStrand.isApart()) {
            var jdk = JvmNameService.ofJdk();
            return jdk == null
                    ? InetAddress.getByAddress(address).getCanonicalHostName()
                    : jdk.source.name(address);
        }
        return reverse.call(ByteBuffer.wrap(address), () -> source.name(address));
    }

    /// For dumps and reports.
    @Override
    public String toString() {
        return source.toString();
    }
}
