// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;

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
    public static final int SHUT_RDWR = 2;
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

    private static final MethodHandle SOCKET = Libc.call("socket");
    private static final MethodHandle BIND = Libc.call("bind");
    private static final MethodHandle LISTEN = Libc.call("listen");
    private static final @Nullable MethodHandle ACCEPT_WITH_FLAGS = // not on macOS
            Libc.has("accept4") ? Libc.call("accept4") : null;
    private static final MethodHandle ACCEPT = Libc.call("accept");
    private static final MethodHandle CONNECT = Libc.call("connect");
    private static final MethodHandle RECV = Libc.call("recv");
    private static final MethodHandle SEND = Libc.call("send");
    private static final MethodHandle SHUTDOWN = Libc.call("shutdown");
    private static final MethodHandle GETSOCKNAME = Libc.call("getsockname");
    private static final MethodHandle GETSOCKOPT = Libc.call("getsockopt");
    private static final MethodHandle SETSOCKOPT = Libc.call("setsockopt");
    private static final MethodHandle IOCTL = Libc.variadicCall("ioctl");
    private static final MethodHandle FCNTL = Libc.variadicCall("fcntl");
    // close(2) may sleep: SO_LINGER
    private static final MethodHandle CLOSE = Libc.blockingCall("close");

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
        int made = state.call(SOCKET, family, type | FLAGS);
        return FLAGS == 0 ? prepared(made) : made;
    }

    public static int bind(int descriptor, boolean ipv6, InetAddress address, int port) {
        var state = CallState.current();
        int size = SocketAddresses.write(state.scratch, ipv6, address, port);
        if (size < 0) {
            return size;
        }
        return state.call(BIND, descriptor, state.scratch.address(), size);
    }

    public static int listen(int descriptor, int backlog) {
        return CallState.current().call(LISTEN, descriptor, backlog);
    }

    /// A connection that was accepted.
    public record Accepted(int descriptor, InetSocketAddress remote) {}

    /// Accepts a connection: an [Accepted] whose descriptor may be `-errno`.
    public static Accepted accept(int listener) {
        var state = CallState.current();
        state.scratch.set(JAVA_INT, LENGTH_AT, SocketAddresses.MAX_SIZE);
        long address = state.scratch.address();
        int descriptor = accept(state, listener, address, address + LENGTH_AT);
        return accepted(descriptor, state.scratch);
    }

    /// @param address where that of the peer is written to; 0 for nowhere
    /// @param length where that of the address is
    static int accept(CallState state, int listener, long address, long length) {
        if (ACCEPT_WITH_FLAGS != null) {
            return state.call(ACCEPT_WITH_FLAGS, listener, address, length, FLAGS);
        }
        return prepared(state.call(ACCEPT, listener, address, length));
    }

    /// Makes a new descriptor what it is to be, where it could not be asked for: without waiting,
    /// closed when another program is started, and without a signal for a write that nobody reads.
    static int prepared(int descriptor) {
        if (descriptor < 0) {
            return descriptor;
        }
        int result = closeOnExec(descriptor);
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
        return CallState.current().call(FCNTL, descriptor, command, argument);
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
        return state.call(CONNECT, descriptor, state.scratch.address(), size);
    }

    /// Receives into an array: the number of bytes, 0 at the end of the stream, or `-errno`.
    public static int recv(int descriptor, byte[] into, int offset, int length) {
        var state = CallState.current();
        try {
            return state.result(
                    (long)
                            RECV.invokeExact(
                                    state.errno,
                                    (long) descriptor,
                                    MemorySegment.ofArray(into).asSlice(offset, length),
                                    (long) length,
                                    0L,
                                    0L,
                                    0L));
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
                    (long)
                            RECV.invokeExact(
                                    state.errno,
                                    (long) descriptor,
                                    state.scratch,
                                    1L,
                                    (long) MSG_PEEK,
                                    0L,
                                    0L));
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
                                    (long) descriptor,
                                    MemorySegment.ofArray(from).asSlice(offset, length),
                                    (long) length,
                                    (long) flags,
                                    0L,
                                    0L));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// Breaks a TCP connection off, at once, whoever else has the descriptor.
    public static int disconnect(int descriptor) {
        var state = CallState.current();
        state.scratch.asSlice(0, 16).fill((byte) 0); // AF_UNSPEC
        return state.call(CONNECT, descriptor, state.scratch.address(), 16);
    }

    public static int shutdown(int descriptor, int how) {
        return CallState.current().call(SHUTDOWN, descriptor, how);
    }

    /// The address a descriptor is bound to. The descriptor must be a socket.
    public static InetSocketAddress localAddress(int descriptor) {
        var state = CallState.current();
        return writeLocalAddress(state, descriptor) < 0
                ? NOBODY
                : SocketAddresses.read(state.scratch);
    }

    private static int writeLocalAddress(CallState state, int descriptor) {
        state.scratch.set(JAVA_INT, LENGTH_AT, SocketAddresses.MAX_SIZE);
        return state.call(
                GETSOCKNAME,
                descriptor,
                state.scratch.address(),
                state.scratch.address() + LENGTH_AT);
    }

    /// The number of bytes that can be received without waiting.
    public static int available(int descriptor) {
        var state = CallState.current();
        int result = state.call(IOCTL, descriptor, FIONREAD, state.scratchInt(0).address());
        return result < 0 ? result : state.scratch.get(JAVA_INT, 0);
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
        state.scratch.set(JAVA_INT, LENGTH_AT, into.length * 4);
        state.scratch.asSlice(ADDRESS_AT, LENGTH_AT).fill((byte) 0);
        int result =
                state.call(
                        GETSOCKOPT,
                        descriptor,
                        level,
                        name,
                        state.scratch.address(),
                        state.scratch.address() + LENGTH_AT);
        MemorySegment.copy(state.scratch, JAVA_INT, 0, into, 0, into.length);
        return result;
    }

    public static int setOption(int descriptor, int level, int name, int... values) {
        var state = CallState.current();
        MemorySegment.copy(values, 0, state.scratch, JAVA_INT, 0, values.length);
        return state.call(
                SETSOCKOPT, descriptor, level, name, state.scratch.address(), 4L * values.length);
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
        var state = CallState.current();
        if (writeLocalAddress(state, descriptor) < 0) {
            return null;
        }
        int family = SocketAddresses.family(Platform.CURRENT, state.scratch);
        if (family == SocketAddresses.AF_INET6) { // each system has its own
            return Listener.IPV6;
        }
        return switch (family) {
            case SocketAddresses.AF_UNIX -> Listener.PATH;
            case SocketAddresses.AF_INET -> Listener.IPV4;
            default -> null;
        };
    }

    /// Makes a descriptor that another program has opened non-blocking and close-on-exec, as ours
    /// are.
    public static int adopt(int descriptor) {
        int result = control(descriptor, F_SETFL, SocketNumber.O_NONBLOCK.here());
        return result < 0 ? result : closeOnExec(descriptor);
    }

    static int closeOnExec(int descriptor) {
        return control(descriptor, F_SETFD, FD_CLOEXEC);
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
        return CallState.current().call(CLOSE, descriptor);
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
