// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/// Socket addresses in the kernel's form, ip(7) and ipv6(7).
///
/// ```c
/// struct sockaddr_in  { u16 family; be16 port; u8 address[4]; u8 zero[8]; };
/// struct sockaddr_in6 { u16 family; be16 port; be32 flow; u8 address[16]; u32 scope; };
/// ```
///
/// Those of BSD begin with `u8 length; u8 family;`.
final class SocketAddresses {
    static final short AF_UNIX = 1;
    static final short AF_INET = 2;
    static final int AF_INET6 = SocketNumber.AF_INET6.here();
    static final int MAX_SIZE = 28;
    private static final int SIZE_OF_IPV4 = 16;

    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private SocketAddresses() {}

    /// Writes an address for a socket of the given family and returns its size, or `-EAFNOSUPPORT`:
    /// a socket of IPv4 knows no address of IPv6 but the wildcard.
    static int write(MemorySegment to, boolean ipv6, InetAddress address, int port) {
        return write(Platform.CURRENT, to, ipv6, address, port);
    }

    static int write(
            Platform platform, MemorySegment to, boolean ipv6, InetAddress address, int port) {
        if (!ipv6 && address instanceof Inet6Address && !address.isAnyLocalAddress()) {
            return -Errno.EAFNOSUPPORT;
        }
        to.asSlice(0, MAX_SIZE).fill((byte) 0);
        writeFamily(
                platform,
                to,
                ipv6 ? SocketNumber.AF_INET6.on(platform) : AF_INET,
                ipv6 ? MAX_SIZE : SIZE_OF_IPV4);
        to.set(JAVA_BYTE, 2, (byte) (port >> 8));
        to.set(JAVA_BYTE, 3, (byte) port);
        byte[] raw = address.getAddress();
        if (!ipv6) {
            MemorySegment.copy(raw, 0, to, JAVA_BYTE, 4, 4);
            return SIZE_OF_IPV4;
        }
        if (address instanceof Inet6Address six) {
            MemorySegment.copy(raw, 0, to, JAVA_BYTE, 8, 16);
            to.set(JAVA_INT, 24, six.getScopeId());
        } else if (!address.isAnyLocalAddress()) { // ::ffff:a.b.c.d; the wildcard stays ::
            to.set(JAVA_BYTE, 18, (byte) 0xff);
            to.set(JAVA_BYTE, 19, (byte) 0xff);
            MemorySegment.copy(raw, 0, to, JAVA_BYTE, 20, 4);
        }
        return MAX_SIZE;
    }

    /// Writes the first two bytes of an address.
    static void writeFamily(Platform platform, MemorySegment to, int family, int size) {
        if (platform.isBsd()) {
            to.set(JAVA_BYTE, 0, (byte) size);
            to.set(JAVA_BYTE, 1, (byte) family);
        } else {
            to.set(JAVA_SHORT, 0, (short) family);
        }
    }

    static InetSocketAddress read(MemorySegment from) {
        return read(Platform.CURRENT, from);
    }

    static InetSocketAddress read(Platform platform, MemorySegment from) {
        int port = (from.get(JAVA_BYTE, 2) & 0xff) << 8 | (from.get(JAVA_BYTE, 3) & 0xff);
        int family = family(platform, from);
        try {
            if (family == AF_UNIX) { // a process of this host: the path, if any, says no more
                return new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0);
            }
            if (family == AF_INET) {
                return new InetSocketAddress(Inet4Address.getByAddress(bytes(from, 4, 4)), port);
            }
            byte[] raw = bytes(from, 8, 16);
            InetAddress address = InetAddress.getByAddress(raw); // a mapped one becomes IPv4
            int scope = from.get(JAVA_INT, 24);
            if (scope != 0 && address instanceof Inet6Address) {
                address = Inet6Address.getByAddress(null, raw, scope);
            }
            return new InetSocketAddress(address, port);
        } catch (UnknownHostException e) {
            throw new AssertionError("the kernel gave an address of family " + family, e);
        }
    }

    /// The family of an address.
    static int family(Platform platform, MemorySegment of) {
        return platform.isBsd() ? of.get(JAVA_BYTE, 1) : of.get(JAVA_SHORT, 0);
    }

    private static byte[] bytes(MemorySegment from, long offset, int length) {
        var bytes = new byte[length];
        MemorySegment.copy(from, JAVA_BYTE, offset, bytes, 0, length);
        return bytes;
    }
}
