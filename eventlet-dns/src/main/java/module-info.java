// SPDX-License-Identifier: Apache-2.0

/// Names of hosts for green threads: what `java.net.InetAddress` asks blocks no hub.
@org.jspecify.annotations.NullMarked
module io.eventlet.dns {
    requires static org.jspecify; // annotations that nobody needs who uses this
    requires io.eventlet;

    exports io.eventlet.dns;

    provides java.net.spi.InetAddressResolverProvider with
            io.eventlet.dns.GreenResolverProvider;
}
