// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Datagram sockets of the kernel: udp(7), ip(7), ipv6(7). What they have in common with stream
/// sockets is in [Sockets]. Every call returns a result that is not negative, or `-errno`.
public final class Datagrams {
    private static final int SOCK_DGRAM = 2;
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IP_ADD_MEMBERSHIP = SocketNumber.IP_ADD_MEMBERSHIP.here();
    private static final int IP_DROP_MEMBERSHIP = SocketNumber.IP_DROP_MEMBERSHIP.here();
    private static final int IPV6_ADD_MEMBERSHIP = SocketNumber.IPV6_ADD_MEMBERSHIP.here();
    private static final int IPV6_DROP_MEMBERSHIP = SocketNumber.IPV6_DROP_MEMBERSHIP.here();
    private static final int LENGTH_AT = 32;
    private static final int SIZE_OF_NOWHERE = 16;

    private static final MethodHandle RECVFROM = Libc.call("recvfrom");
    private static final MethodHandle SENDTO = Libc.call("sendto");
    private static final MethodHandle CONNECT = Libc.call("connect");

    private static final InetSocketAddress NOBODY = new InetSocketAddress(0);

    private Datagrams() {}

    /// Makes a socket; one for IPv6 is for IPv4 too.
    public static int open(boolean ipv6) {
        return Sockets.open(ipv6, SOCK_DGRAM);
    }

    /// A datagram that has been received: how long it is, as far as there was room, or `-errno`.
    public record Received(int length, InetSocketAddress from) {}

    public static Received receive(int descriptor, byte[] into, int offset, int length) {
        var state = CallState.current();
        state.scratch.set(JAVA_INT, LENGTH_AT, SocketAddresses.MAX_SIZE);
        try {
            int n =
                    state.result(
                            (long)
                                    RECVFROM.invokeExact(
                                            state.errno,
                                            (long) descriptor,
                                            MemorySegment.ofArray(into).asSlice(offset, length),
                                            (long) length,
                                            0L,
                                            state.scratch.address(),
                                            state.scratch.address() + LENGTH_AT));
            return new Received(n, n < 0 ? NOBODY : SocketAddresses.read(state.scratch));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    public static int send(
            int descriptor,
            boolean ipv6,
            byte[] from,
            int offset,
            int length,
            InetSocketAddress to) {
        var state = CallState.current();
        int size = SocketAddresses.write(state.scratch, ipv6, to.getAddress(), to.getPort());
        if (size < 0) {
            return size;
        }
        try {
            return state.result(
                    (long)
                            SENDTO.invokeExact(
                                    state.errno,
                                    (long) descriptor,
                                    MemorySegment.ofArray(from).asSlice(offset, length),
                                    (long) length,
                                    (long) Sockets.MSG_NOSIGNAL,
                                    state.scratch.address(),
                                    (long) size));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// Undoes a connect: connect(2) with an address of no family.
    public static int disconnect(int descriptor) {
        var state = CallState.current();
        state.scratch.asSlice(0, SIZE_OF_NOWHERE).fill((byte) 0);
        SocketAddresses.writeFamily(Platform.CURRENT, state.scratch, 0, SIZE_OF_NOWHERE);
        int result = state.call(CONNECT, descriptor, state.scratch.address(), SIZE_OF_NOWHERE);
        boolean isDone = // BSD says so of the address when it has done it
                Platform.CURRENT.isBsd()
                        && (result == -Errno.EAFNOSUPPORT || result == -Errno.EADDRNOTAVAIL);
        return isDone ? 0 : result;
    }

    /// Joins a multicast group on an interface, by its index, or leaves it.
    public static int changeMembership(
            int descriptor, InetAddress group, int interfaceIndex, boolean join) {
        byte[] raw = group.getAddress();
        if (group instanceof Inet4Address) { // struct ip_mreqn
            int option = join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP;
            return Sockets.setOption(
                    descriptor, IPPROTO_IP, option, word(raw, 0), 0, interfaceIndex);
        }
        int option = join ? IPV6_ADD_MEMBERSHIP : IPV6_DROP_MEMBERSHIP;
        return Sockets.setOption( // struct ipv6_mreq
                descriptor,
                IPPROTO_IPV6,
                option,
                word(raw, 0),
                word(raw, 4),
                word(raw, 8),
                word(raw, 12),
                interfaceIndex);
    }

    /// Four bytes as the int that lies in memory like them: x86-64 and aarch64 are little-endian.
    private static int word(byte[] raw, int at) {
        return (raw[at] & 0xff)
                | (raw[at + 1] & 0xff) << 8
                | (raw[at + 2] & 0xff) << 16
                | raw[at + 3] << 24;
    }
}
