// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Errno;
import io.eventlet.os.Platform;
import io.eventlet.os.SocketNumber;
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
///
/// @param ofListeners whether listeners have it too; the same ones as those of the JDK
record KernelOption(SocketOption<?> option, int level, int name, boolean ofListeners) {
    private static final int SOL_SOCKET = SocketNumber.SOL_SOCKET.here();
    private static final int SO_LINGER = SocketNumber.SO_LINGER.here();
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IP_TOS = SocketNumber.IP_TOS.here();
    private static final int IPV6_TCLASS = SocketNumber.IPV6_TCLASS.here();
    private static final int TCP_NODELAY = SocketNumber.TCP_NODELAY.here();
    private static final int MAX_LINGER = 65_535;
    private static final int MAX_TOS = 255;

    private static final Map<SocketOption<?>, KernelOption> OF_SOCKETS =
            Stream.of(
                            ofBoth(
                                    StandardSocketOptions.SO_REUSEADDR,
                                    SOL_SOCKET,
                                    SocketNumber.SO_REUSEADDR),
                            ofBoth(
                                    StandardSocketOptions.SO_REUSEPORT,
                                    SOL_SOCKET,
                                    SocketNumber.SO_REUSEPORT),
                            ofSocket(
                                    StandardSocketOptions.SO_SNDBUF,
                                    SOL_SOCKET,
                                    SocketNumber.SO_SNDBUF),
                            ofBoth(
                                    StandardSocketOptions.SO_RCVBUF,
                                    SOL_SOCKET,
                                    SocketNumber.SO_RCVBUF),
                            ofSocket(
                                    StandardSocketOptions.SO_KEEPALIVE,
                                    SOL_SOCKET,
                                    SocketNumber.SO_KEEPALIVE),
                            ofSocket(
                                    StandardSocketOptions.SO_LINGER,
                                    SOL_SOCKET,
                                    SocketNumber.SO_LINGER),
                            ofBoth(
                                    ExtendedSocketOptions.SO_INCOMING_NAPI_ID,
                                    SOL_SOCKET,
                                    SocketNumber.SO_INCOMING_NAPI_ID),
                            ofSocket(
                                    StandardSocketOptions.TCP_NODELAY,
                                    IPPROTO_TCP,
                                    SocketNumber.TCP_NODELAY),
                            ofBoth(
                                    ExtendedSocketOptions.TCP_KEEPIDLE,
                                    IPPROTO_TCP,
                                    SocketNumber.TCP_KEEPIDLE),
                            ofBoth(
                                    ExtendedSocketOptions.TCP_KEEPINTERVAL,
                                    IPPROTO_TCP,
                                    SocketNumber.TCP_KEEPINTVL),
                            ofBoth(
                                    ExtendedSocketOptions.TCP_KEEPCOUNT,
                                    IPPROTO_TCP,
                                    SocketNumber.TCP_KEEPCNT),
                            ofBoth(
                                    ExtendedSocketOptions.TCP_QUICKACK,
                                    IPPROTO_TCP,
                                    SocketNumber.TCP_QUICKACK),
                            ofBoth(StandardSocketOptions.IP_TOS, IPPROTO_IP, SocketNumber.IP_TOS))
                    .filter(o -> o.name >= 0) // those that this system has
                    .collect(Collectors.toUnmodifiableMap(KernelOption::option, o -> o));

    private static final Map<SocketOption<?>, KernelOption> OF_LISTENERS =
            OF_SOCKETS.values().stream()
                    .filter(KernelOption::ofListeners)
                    .collect(Collectors.toUnmodifiableMap(KernelOption::option, o -> o));

    private static KernelOption ofSocket(SocketOption<?> option, int level, SocketNumber name) {
        return new KernelOption(option, level, name.here(), false);
    }

    private static KernelOption ofBoth(SocketOption<?> option, int level, SocketNumber name) {
        return new KernelOption(option, level, name.here(), true);
    }

    static KernelOption of(SocketOption<?> option, boolean listener) {
        var options = options(listener);
        var known = options.get(option);
        if (known == null) {
            throw new UnsupportedOperationException(
                    "'%s' is not an option of a %s; there are %s"
                            .formatted(
                                    option,
                                    listener ? "listener" : "stream socket",
                                    options.keySet()));
        }
        return known;
    }

    static Set<SocketOption<?>> supported(boolean listener) {
        return options(listener).keySet();
    }

    private static Map<SocketOption<?>, KernelOption> options(boolean listener) {
        return listener ? OF_LISTENERS : OF_SOCKETS;
    }

    void set(int descriptor, boolean ipv6, Object value) throws SocketException {
        if (value == null) {
            throw new IllegalArgumentException("the value of " + option + " is null");
        }
        if (option == ExtendedSocketOptions.SO_INCOMING_NAPI_ID) {
            throw new SocketException("Attempt to set read only option " + option);
        }
        ensure(written(descriptor, ipv6, value), "set " + option + " to " + value);
    }

    private int written(int descriptor, boolean ipv6, Object value) {
        if (value instanceof Boolean on) { // no switch: docs/performance.md
            return Sockets.setOption(descriptor, level, name, on ? 1 : 0);
        }
        if (!(value instanceof Integer n)) {
            throw new IllegalArgumentException(
                    "%s takes a %s, not %s"
                            .formatted(option, option.type().getSimpleName(), value));
        }
        if (option == StandardSocketOptions.SO_LINGER) {
            return Sockets.setOption(
                    descriptor, level, name, n >= 0 ? 1 : 0, Math.clamp(n, 0, MAX_LINGER));
        }
        return level == IPPROTO_IP
                ? setTrafficClass(descriptor, ipv6, n)
                : Sockets.setOption(descriptor, level, name, checked(n));
    }

    /// Has a close return at once.
    static void noLinger(int descriptor) {
        Sockets.setOption(descriptor, SOL_SOCKET, SO_LINGER, 0, 0);
    }

    /// Has writes leave at once.
    static void noDelay(int descriptor) {
        Sockets.setOption(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    }

    /// Has a close break the connection off.
    static void breakOff(int descriptor) {
        Sockets.setOption(descriptor, SOL_SOCKET, SO_LINGER, 1, 0);
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
        if (isBuffer() && Platform.CURRENT == Platform.LINUX) { // it doubles it for its own use
            return value[0] / 2;
        }
        return option.type() == Boolean.class ? (Object) (value[0] != 0) : (Object) value[0];
    }

    /// A dual-stack socket has two traffic classes, one for each protocol it may come to speak.
    private static int setTrafficClass(int descriptor, boolean ipv6, int value) {
        if (value < 0 || value > MAX_TOS) {
            throw new IllegalArgumentException("IP_TOS must be from 0 to 255: " + value);
        }
        int result = Sockets.setOption(descriptor, IPPROTO_IP, IP_TOS, value);
        return ipv6 ? Sockets.setOption(descriptor, IPPROTO_IPV6, IPV6_TCLASS, value) : result;
    }

    private int checked(int n) {
        if (isBuffer() && n < 0) { // the kernel would take it for something else
            throw new IllegalArgumentException(option + " must not be negative: " + n);
        }
        return n;
    }

    private boolean isBuffer() {
        return option == StandardSocketOptions.SO_SNDBUF
                || option == StandardSocketOptions.SO_RCVBUF;
    }

    private static void ensure(int result, String what) throws SocketException {
        if (result < 0) {
            throw new SocketException("Cannot " + what + ": " + Errno.message(-result));
        }
    }
}
