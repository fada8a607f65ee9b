// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Stream sockets of the kernel: socket(7), tcp(7). All are non-blocking and close-on-exec.
///
/// Every call returns a result that is not negative, or `-errno`.
public final class Sockets {
    public static final int SHUT_RD = 0;
    public static final int SHUT_WR = 1;
    public static final int MSG_OOB = 1;

    static final int SOCK_STREAM = 1;

    /// What a new descriptor is to be; 0 where it can be made so only afterwards.
    static final int FLAGS = SocketNumber.SOCK_NONBLOCK.here() | SocketNumber.SOCK_CLOEXEC.here();

    static final int MSG_NOSIGNAL = SocketNumber.MSG_NOSIGNAL.here();
    private static final int MSG_PEEK = 2;
    private static final int FIONREAD = SocketNumber.FIONREAD.here();
    private static final int F_DUPFD_CLOEXEC = SocketNumber.F_DUPFD_CLOEXEC.here();
    private static final int F_GETFD = 1;
    private static final int F_SETFD = 2;
    private static final int F_SETFL = 4;
    private static final int FD_CLOEXEC = 1;
    private static final int SOL_SOCKET = SocketNumber.SOL_SOCKET.here();
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = SocketNumber.IPV6_V6ONLY.here();
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = SocketNumber.TCP_INFO.here();

    /// The states of a connection whose peer may send more: of linux/tcp_states.h `TCP_ESTABLISHED`
    /// to `TCP_FIN_WAIT2`; of netinet/tcp_fsm.h `TCPS_SYN_SENT` to `TCPS_ESTABLISHED`,
    /// `TCPS_FIN_WAIT_1` and `TCPS_FIN_WAIT_2`.
    private static final int[] OPEN_ON_LINUX = {1, 2, 3, 4, 5};

    private static final int[] OPEN_ON_BSD = {2, 3, 4, 6, 9};

    private static final MethodHandle SOCKET =
            Libc.critical("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND =
            Libc.critical("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle LISTEN =
            Libc.critical("listen", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final @Nullable MethodHandle ACCEPT_WITH_FLAGS = // not on macOS
            Libc.has("accept4")
                    ? Libc.critical("accept4", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT)
                    : null;
    private static final MethodHandle ACCEPT =
            Libc.critical("accept", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle CONNECT =
            Libc.critical("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle RECV =
            Libc.critical("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SEND =
            Libc.critical("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle SHUTDOWN =
            Libc.critical("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle GETSOCKNAME =
            Libc.critical("getsockname", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle GETSOCKOPT =
            Libc.critical("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle SETSOCKOPT =
            Libc.critical("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle IOCTL =
            Libc.variadic("ioctl", JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
    private static final MethodHandle FCNTL =
            Libc.variadic("fcntl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    // close(2) may sleep: SO_LINGER
    private static final MethodHandle CLOSE = Libc.blocking("close", JAVA_INT, JAVA_INT);

    private static final int ADDRESS_AT = 0;
    private static final int LENGTH_AT = 32;

    private Sockets() {}

    /// Makes a socket; one for IPv6 is for IPv4 too, whatever net.ipv6.bindv6only says.
    public static int open(boolean ipv6) {
        return open(ipv6, SOCK_STREAM);
    }

    static int open(boolean ipv6, int type) {
        int descriptor = open(ipv6 ? SocketAddresses.AF_INET6 : SocketAddresses.AF_INET, type);
        if (ipv6 && descriptor >= 0) {
            int result = setOption(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 0);
            if (result < 0) {
                close(descriptor);
                return result;
            }
        }
        return descriptor;
    }

    static int open(int family, int type) {
        var state = CallState.current();
        try {
            int made = state.result((int) SOCKET.invokeExact(state.errno, family, type | FLAGS, 0));
            return FLAGS == 0 ? prepared(made) : made;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    public static int bind(int descriptor, boolean ipv6, InetAddress address, int port) {
        var state = CallState.current();
        int size = SocketAddresses.write(state.scratch, ipv6, address, port);
        if (size < 0) {
            return size;
        }
        try {
            return state.result(
                    (int) BIND.invokeExact(state.errno, descriptor, state.scratch, size));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    public static int listen(int descriptor, int backlog) {
        var state = CallState.current();
        try {
            return state.result((int) LISTEN.invokeExact(state.errno, descriptor, backlog));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// A connection that was accepted.
    public record Accepted(int descriptor, InetSocketAddress remote) {}

    /// Accepts a connection: an [Accepted] whose descriptor may be `-errno`.
    public static Accepted accept(int listener) {
        var state = CallState.current();
        var length = state.scratch.asSlice(LENGTH_AT, 4);
        length.set(JAVA_INT, 0, SocketAddresses.MAX_SIZE);
        try {
            int descriptor = accept(state, listener, state.scratch, length);
            return accepted(descriptor, state.scratch);
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    static int accept(CallState state, int listener, MemorySegment address, MemorySegment length)
            throws Throwable {
        if (ACCEPT_WITH_FLAGS != null) {
            return state.result(
                    (int)
                            ACCEPT_WITH_FLAGS.invokeExact(
                                    state.errno, listener, address, length, FLAGS));
        }
        return prepared(
                state.result((int) ACCEPT.invokeExact(state.errno, listener, address, length)));
    }

    /// Makes a new descriptor what it is to be, where it could not be asked for: without waiting,
    /// closed when another program is started, and without a signal for a write that nobody reads.
    static int prepared(int descriptor) {
        if (descriptor < 0) {
            return descriptor;
        }
        int result = control(descriptor, F_SETFD, FD_CLOEXEC);
        if (result >= 0) {
            result = control(descriptor, F_SETFL, SocketNumber.O_NONBLOCK.here());
        }
        if (result >= 0 && Platform.CURRENT == Platform.MACOS) {
            int ignored =
                    setOption( // for a pipe it is none
                            descriptor, SOL_SOCKET, SocketNumber.SO_NOSIGPIPE.here(), 1);
        }
        if (result < 0) {
            close(descriptor);
            return result;
        }
        return descriptor;
    }

    /// As [#prepared] for both of a pair; neither is left open if that fails.
    static int prepare(int[] both) {
        int first = prepared(both[0]);
        int second = first < 0 ? first : prepared(both[1]);
        if (second < 0) {
            close(both[first < 0 ? 1 : 0]);
            return second;
        }
        return 0;
    }

    private static int control(int descriptor, int command, int argument) {
        var state = CallState.current();
        try {
            return state.result(
                    (int) FCNTL.invokeExact(state.errno, descriptor, command, argument));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    private static Accepted accepted(int descriptor, MemorySegment remote) {
        if (descriptor < 0) {
            return new Accepted(descriptor, NOBODY);
        }
        try {
            return new Accepted(descriptor, SocketAddresses.read(remote));
        } catch (Throwable e) { // no memory
            close(descriptor);
            throw e;
        }
    }

    private static final InetSocketAddress NOBODY = new InetSocketAddress(0);

    public static int connect(int descriptor, boolean ipv6, InetAddress address, int port) {
        var state = CallState.current();
        int size = SocketAddresses.write(state.scratch, ipv6, address, port);
        if (size < 0) {
            return size;
        }
        try {
            return state.result(
                    (int) CONNECT.invokeExact(state.errno, descriptor, state.scratch, size));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// Receives into an array: the number of bytes, 0 at the end of the stream, or `-errno`.
    public static int recv(int descriptor, byte[] into, int offset, int length) {
        var state = CallState.current();
        try {
            return state.result(
                    (long)
                            RECV.invokeExact(
                                    state.errno,
                                    descriptor,
                                    MemorySegment.ofArray(into).asSlice(offset, length),
                                    (long) length,
                                    0));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// Looks whether a receive would have something: 1 for bytes, 0 for the end of the stream, or
    /// `-errno`.
    public static int peek(int descriptor) {
        var state = CallState.current();
        try {
            return state.result(
                    (long) RECV.invokeExact(state.errno, descriptor, state.scratch, 1L, MSG_PEEK));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    public static int send(int descriptor, byte[] from, int offset, int length) {
        return send(descriptor, from, offset, length, MSG_NOSIGNAL);
    }

    /// Sends one byte of urgent data, tcp(7).
    public static int sendUrgent(int descriptor, int data) {
        return send(descriptor, new byte[] {(byte) data}, 0, 1, MSG_NOSIGNAL | MSG_OOB);
    }

    private static int send(int descriptor, byte[] from, int offset, int length, int flags) {
        var state = CallState.current();
        try {
            return state.result(
                    (long)
                            SEND.invokeExact(
                                    state.errno,
                                    descriptor,
                                    MemorySegment.ofArray(from).asSlice(offset, length),
                                    (long) length,
                                    flags));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    public static int shutdown(int descriptor, int how) {
        var state = CallState.current();
        try {
            return state.result((int) SHUTDOWN.invokeExact(state.errno, descriptor, how));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// The address a descriptor is bound to. The descriptor must be a socket.
    public static InetSocketAddress localAddress(int descriptor) {
        var state = CallState.current();
        var length = state.scratch.asSlice(LENGTH_AT, 4);
        length.set(JAVA_INT, 0, SocketAddresses.MAX_SIZE);
        try {
            int result =
                    state.result(
                            (int)
                                    GETSOCKNAME.invokeExact(
                                            state.errno, descriptor, state.scratch, length));
            return result < 0 ? NOBODY : SocketAddresses.read(state.scratch);
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// The number of bytes that can be received without waiting.
    public static int available(int descriptor) {
        var state = CallState.current();
        try {
            int result =
                    state.result(
                            (int)
                                    IOCTL.invokeExact(
                                            state.errno,
                                            descriptor,
                                            (long) FIONREAD,
                                            state.scratchInt(0)));
            return result < 0 ? result : state.scratch.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// Whether the peer of a connection has ended its direction or reset it, by the state that the
    /// kernel has it in: other ways to ask take the error from who reads next.
    public static boolean isEndedByPeer(int descriptor) {
        var info = new int[1]; // struct tcp_info begins with the state, a byte
        int result = getOption(descriptor, IPPROTO_TCP, TCP_INFO, info);
        return result >= 0 && isEnded(Platform.CURRENT, info[0] & 0xff);
    }

    static boolean isEnded(Platform platform, int state) {
        for (int open : platform.isBsd() ? OPEN_ON_BSD : OPEN_ON_LINUX) {
            if (state == open) {
                return false;
            }
        }
        return true;
    }

    /// Takes the error that has ended a connect: `-errno`, or 0 if there is none.
    public static int takeError(int descriptor) {
        var error = new int[1];
        int result = getOption(descriptor, SOL_SOCKET, SocketNumber.SO_ERROR.here(), error);
        return result < 0 ? result : -BsdErrno.toLinux(Platform.CURRENT, error[0]);
    }

    /// Reads an option of one or two ints; the second is at index 1 of the result.
    public static int getOption(int descriptor, int level, int name, int[] into) {
        var state = CallState.current();
        var length = state.scratch.asSlice(LENGTH_AT, 4);
        length.set(JAVA_INT, 0, into.length * 4);
        state.scratch.asSlice(ADDRESS_AT, LENGTH_AT).fill((byte) 0);
        try {
            int result =
                    state.result(
                            (int)
                                    GETSOCKOPT.invokeExact(
                                            state.errno,
                                            descriptor,
                                            level,
                                            name,
                                            state.scratch,
                                            length));
            MemorySegment.copy(state.scratch, JAVA_INT, 0, into, 0, into.length);
            return result;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    public static int setOption(int descriptor, int level, int name, int... values) {
        var state = CallState.current();
        MemorySegment.copy(values, 0, state.scratch, JAVA_INT, 0, values.length);
        try {
            return state.result(
                    (int)
                            SETSOCKOPT.invokeExact(
                                    state.errno,
                                    descriptor,
                                    level,
                                    name,
                                    state.scratch,
                                    values.length * 4));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// What listens: of TCP over IPv4 or IPv6, or on a path.
    public enum Listener {
        IPV4,
        IPV6,
        PATH
    }

    /// What kind of listener a descriptor is that another program has opened; null if it is none.
    public static @Nullable Listener listener(int descriptor) {
        var value = new int[1];
        if (getOption(descriptor, SOL_SOCKET, SocketNumber.SO_ACCEPTCONN.here(), value) < 0
                || value[0] == 0) {
            return null;
        }
        if (getOption(descriptor, SOL_SOCKET, SocketNumber.SO_DOMAIN.here(), value) < 0) {
            return null;
        }
        if (value[0] == SocketAddresses.AF_INET6) { // each system has its own
            return Listener.IPV6;
        }
        return switch (value[0]) {
            case SocketAddresses.AF_UNIX -> Listener.PATH;
            case SocketAddresses.AF_INET -> Listener.IPV4;
            default -> null;
        };
    }

    /// Makes a descriptor that another program has opened non-blocking and close-on-exec, as ours
    /// are.
    public static int adopt(int descriptor) {
        int result = control(descriptor, F_SETFL, SocketNumber.O_NONBLOCK.here());
        return result < 0 ? result : control(descriptor, F_SETFD, FD_CLOEXEC);
    }

    /// Whether there is a descriptor of that number: not negative, or `-errno`.
    public static int look(int descriptor) {
        return control(descriptor, F_GETFD, 0);
    }

    /// Another descriptor of the same socket.
    public static int duplicate(int descriptor) {
        return control(descriptor, F_DUPFD_CLOEXEC, 0);
    }

    public static int close(int descriptor) {
        var state = CallState.current();
        try {
            return state.result((int) CLOSE.invokeExact(state.errno, descriptor));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// Whether the kernel makes IPv6 sockets here.
    public static boolean supportsIpv6() {
        int descriptor = open(true);
        if (descriptor >= 0) {
            close(descriptor);
        }
        return descriptor != -Errno.EAFNOSUPPORT; // the others, as EMFILE, say nothing of IPv6
    }
}
