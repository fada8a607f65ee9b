// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Which kinds of addresses a look-up wants, and which of them first.
final class Families {
    /// Found out when the first name is looked up.
    private static final class Kernel {
        static final boolean HAS_IPV6 = hasIpv6();
    }

    private Families() {}

    /// What the JVM's own look-ups want, by its properties `java.net.preferIPv4Stack` and
    /// `java.net.preferIPv6Addresses`, and by what the kernel has.
    static LookupPolicy ofJvm() {
        return ofJvm(Kernel.HAS_IPV6);
    }

    static LookupPolicy ofJvm(boolean hasIpv6) {
        if (!hasIpv6 || Boolean.getBoolean("java.net.preferIPv4Stack")) {
            return LookupPolicy.of(LookupPolicy.IPV4);
        }
        String preferred = System.getProperty("java.net.preferIPv6Addresses", "false");
        int both = LookupPolicy.IPV4 | LookupPolicy.IPV6;
        return LookupPolicy.of(
                preferred.equalsIgnoreCase("true")
                        ? both | LookupPolicy.IPV6_FIRST
                        : preferred.equalsIgnoreCase("system")
                                ? both
                                : both | LookupPolicy.IPV4_FIRST);
    }

    /// Whether sockets can be of IPv6, as the JDK sees it.
    static boolean hasIpv6() {
        try (var _ = DatagramChannel.open(StandardProtocolFamily.INET6)) {
            return true;
        } catch (UnsupportedOperationException e) {
            return false;
        } catch (IOException e) { // not for want of IPv6, as when there are too many files
            return true;
        }
    }

    static boolean has(LookupPolicy policy, int characteristic) {
        return (policy.characteristics() & characteristic) != 0;
    }

    static List<RecordType> types(LookupPolicy policy, boolean asksForIpv6) {
        var types = new ArrayList<RecordType>();
        if (has(policy, LookupPolicy.IPV4)) {
            types.add(RecordType.A);
        }
        if (has(policy, LookupPolicy.IPV6) && asksForIpv6) {
            types.add(RecordType.AAAA);
        }
        return types;
    }

    /// Those that are wanted, in the order that is wanted: IPv4 first unless IPv6 is to be.
    static List<InetAddress> sorted(List<InetAddress> addresses, LookupPolicy policy) {
        boolean ipv6First = has(policy, LookupPolicy.IPV6_FIRST);
        return addresses.stream()
                .filter(address ->
                        has(policy, isIpv4(address) ? LookupPolicy.IPV4 : LookupPolicy.IPV6))
                .sorted(Comparator.comparing(address -> isIpv4(address) == ipv6First))
                .toList();
    }

    private static boolean isIpv4(InetAddress address) {
        return address instanceof Inet4Address;
    }
}
