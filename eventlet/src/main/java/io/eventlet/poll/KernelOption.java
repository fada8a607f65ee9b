// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Errno;
import io.eventlet.os.Sockets;

import jdk.net.ExtendedSocketOptions;

import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How the kernel calls an option of a stream socket: its level and name, socket(7) and tcp(7).
record KernelOption(SocketOption<?> option, int level, int name) {
    private static final int SOL_SOCKET = 1;
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IP_TOS = 1;
    private static final int IPV6_TCLASS = 67;

    private static final Map<SocketOption<?>, KernelOption> OPTIONS =
            Stream.of(
                            new KernelOption(StandardSocketOptions.SO_REUSEADDR, SOL_SOCKET, 2),
                            new KernelOption(StandardSocketOptions.SO_REUSEPORT, SOL_SOCKET, 15),
                            new KernelOption(StandardSocketOptions.SO_SNDBUF, SOL_SOCKET, 7),
                            new KernelOption(StandardSocketOptions.SO_RCVBUF, SOL_SOCKET, 8),
                            new KernelOption(StandardSocketOptions.SO_KEEPALIVE, SOL_SOCKET, 9),
                            new KernelOption(StandardSocketOptions.SO_LINGER, SOL_SOCKET, 13),
                            new KernelOption(StandardSocketOptions.TCP_NODELAY, IPPROTO_TCP, 1),
                            new KernelOption(ExtendedSocketOptions.TCP_KEEPIDLE, IPPROTO_TCP, 4),
                            new KernelOption(
                                    ExtendedSocketOptions.TCP_KEEPINTERVAL, IPPROTO_TCP, 5),
                            new KernelOption(ExtendedSocketOptions.TCP_KEEPCOUNT, IPPROTO_TCP, 6),
                            new KernelOption(ExtendedSocketOptions.TCP_QUICKACK, IPPROTO_TCP, 12),
                            new KernelOption(StandardSocketOptions.IP_TOS, IPPROTO_IP, IP_TOS))
                    .collect(Collectors.toUnmodifiableMap(KernelOption::option, o -> o));

    static KernelOption of(SocketOption<?> option) {
        var known = OPTIONS.get(option);
        if (known == null) {
            throw new UnsupportedOperationException(
                    "'%s' is not an option of a stream socket; there are %s"
                            .formatted(option, OPTIONS.keySet()));
        }
        return known;
    }

    static Set<SocketOption<?>> supported() {
        return OPTIONS.keySet();
    }

    void set(int descriptor, boolean ipv6, Object value) throws SocketException {
        if (value == null) {
            throw new IllegalArgumentException("the value of " + option + " is null");
        }
        int result =
                switch (value) {
                    case Boolean on -> Sockets.setOption(descriptor, level, name, on ? 1 : 0);
                    case Integer n when option == StandardSocketOptions.SO_LINGER ->
                            Sockets.setOption(
                                    descriptor, level, name, n >= 0 ? 1 : 0, Math.max(n, 0));
                    case Integer n when level == IPPROTO_IP -> setTrafficClass(descriptor, ipv6, n);
                    case Integer n -> Sockets.setOption(descriptor, level, name, positive(n));
                    default ->
                            throw new IllegalArgumentException(
                                    "%s takes a %s, not %s"
                                            .formatted(
                                                    option, option.type().getSimpleName(), value));
                };
        ensure(result, "set " + option + " to " + value);
    }

    Object get(int descriptor, boolean ipv6) throws SocketException {
        if (option == StandardSocketOptions.SO_LINGER) {
            var linger = new int[2];
            ensure(Sockets.getOption(descriptor, level, name, linger), "get " + option);
            return linger[0] == 0 ? -1 : linger[1];
        }
        var value = new int[1];
        int result =
                level == IPPROTO_IP && ipv6
                        ? Sockets.getOption(descriptor, IPPROTO_IPV6, IPV6_TCLASS, value)
                        : Sockets.getOption(descriptor, level, name, value);
        ensure(result, "get " + option);
        return option.type() == Boolean.class ? (Object) (value[0] != 0) : (Object) value[0];
    }

    /// A dual-stack socket has two traffic classes, one for each protocol it may come to speak.
    private static int setTrafficClass(int descriptor, boolean ipv6, int value) {
        int result = Sockets.setOption(descriptor, IPPROTO_IP, IP_TOS, value);
        return ipv6 ? Sockets.setOption(descriptor, IPPROTO_IPV6, IPV6_TCLASS, value) : result;
    }

    private int positive(int n) {
        if (n < 0) {
            throw new IllegalArgumentException(option + " must not be negative: " + n);
        }
        return n;
    }

    private static void ensure(int result, String what) throws SocketException {
        if (result < 0) {
            throw new SocketException("Cannot " + what + ": " + Errno.message(-result));
        }
    }
}
