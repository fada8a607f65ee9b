// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static java.net.StandardSocketOptions.IP_MULTICAST_IF;
import static java.net.StandardSocketOptions.IP_MULTICAST_LOOP;
import static java.net.StandardSocketOptions.IP_MULTICAST_TTL;
import static java.net.StandardSocketOptions.IP_TOS;
import static java.net.StandardSocketOptions.SO_BROADCAST;
import static java.net.StandardSocketOptions.SO_RCVBUF;
import static java.net.StandardSocketOptions.SO_REUSEADDR;
import static java.net.StandardSocketOptions.SO_REUSEPORT;
import static java.net.StandardSocketOptions.SO_SNDBUF;

import io.eventlet.os.SocketNumber;
import io.eventlet.os.Sockets;

import org.jspecify.annotations.Nullable;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.SocketOption;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The options of a datagram socket. A dual-stack one has those of multicast twice.
final class DatagramOptions {
    private static final int SOL_SOCKET = SocketNumber.SOL_SOCKET.here();
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_IPV6 = 41;
    private static final int MAX_TTL = 255;

    private static final Map<SocketOption<?>, KernelOption> SIMPLE =
            Stream.of(
                            ofSocket(SO_SNDBUF, SocketNumber.SO_SNDBUF),
                            ofSocket(SO_RCVBUF, SocketNumber.SO_RCVBUF),
                            ofSocket(SO_REUSEADDR, SocketNumber.SO_REUSEADDR),
                            ofSocket(SO_REUSEPORT, SocketNumber.SO_REUSEPORT),
                            ofSocket(SO_BROADCAST, SocketNumber.SO_BROADCAST),
                            new KernelOption(IP_TOS, IPPROTO_IP, SocketNumber.IP_TOS.here(), false))
                    .collect(Collectors.toUnmodifiableMap(KernelOption::option, o -> o));

    /// Those of multicast: their names for IPv4 and for IPv6.
    private record Twice(int four, int six) {
        Twice(SocketNumber four, SocketNumber six) {
            this(four.here(), six.here());
        }

        static final Map<SocketOption<?>, Twice> ALL =
                Map.of(
                        IP_MULTICAST_IF,
                        new Twice(SocketNumber.IP_MULTICAST_IF, SocketNumber.IPV6_MULTICAST_IF),
                        IP_MULTICAST_TTL,
                        new Twice(SocketNumber.IP_MULTICAST_TTL, SocketNumber.IPV6_MULTICAST_HOPS),
                        IP_MULTICAST_LOOP,
                        new Twice(
                                SocketNumber.IP_MULTICAST_LOOP, SocketNumber.IPV6_MULTICAST_LOOP));
    }

    static final Set<SocketOption<?>> SUPPORTED =
            Stream.concat(SIMPLE.keySet().stream(), Twice.ALL.keySet().stream())
                    .collect(Collectors.toUnmodifiableSet());

    private DatagramOptions() {}

    private static KernelOption ofSocket(SocketOption<?> option, SocketNumber name) {
        return new KernelOption(option, SOL_SOCKET, name.here(), false);
    }

    static void set(int descriptor, boolean ipv6, SocketOption<?> option, Object value)
            throws SocketException {
        var twice = Twice.ALL.get(option);
        if (twice == null) {
            simple(option).set(descriptor, ipv6, value);
            return;
        }
        int number =
                switch (value) {
                    case NetworkInterface on -> on.getIndex();
                    case Boolean on -> on ? 1 : 0;
                    case Integer ttl when ttl >= 0 && ttl <= MAX_TTL -> ttl;
                    case null, default ->
                            throw new IllegalArgumentException(option + " cannot be " + value);
                };
        String what = "set " + option + " to " + value;
        if (option == IP_MULTICAST_IF) { // struct ip_mreqn
            DescriptorErrors.ensure(
                    Sockets.setOption(descriptor, IPPROTO_IP, twice.four, 0, 0, number), what);
        } else {
            DescriptorErrors.ensure(
                    Sockets.setOption(descriptor, IPPROTO_IP, twice.four, number), what);
        }
        if (ipv6) {
            DescriptorErrors.ensure(
                    Sockets.setOption(descriptor, IPPROTO_IPV6, twice.six, number), what);
        }
    }

    static @Nullable Object get(int descriptor, boolean ipv6, SocketOption<?> option)
            throws SocketException {
        var twice = Twice.ALL.get(option);
        if (twice == null) {
            return simple(option).get(descriptor, ipv6);
        }
        if (option == IP_MULTICAST_IF) {
            return multicastInterface(descriptor, ipv6, twice);
        }
        var value = new int[1];
        DescriptorErrors.ensure(
                Sockets.getOption(descriptor, IPPROTO_IP, twice.four, value), "get " + option);
        return option == IP_MULTICAST_LOOP ? (Object) (value[0] != 0) : (Object) value[0];
    }

    /// Of IPv4 the kernel tells an address, of IPv6 the index.
    private static @Nullable NetworkInterface multicastInterface(
            int descriptor, boolean ipv6, Twice names) throws SocketException {
        if (!ipv6) {
            throw new UnsupportedOperationException(
                    "the kernel does not tell " + IP_MULTICAST_IF + " of a socket of IPv4");
        }
        var index = new int[1];
        DescriptorErrors.ensure(
                Sockets.getOption(descriptor, IPPROTO_IPV6, names.six, index),
                "get " + IP_MULTICAST_IF);
        return index[0] == 0 ? null : NetworkInterface.getByIndex(index[0]);
    }

    private static KernelOption simple(SocketOption<?> option) {
        return Objects.requireNonNull(SIMPLE.get(option), () -> "no such option: " + option);
    }
}
