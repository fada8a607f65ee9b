// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Stream sockets whose address is a path, unix(7). What they have in common with those of TCP is
/// in [Sockets]. Every call returns a result that is not negative, or `-errno`.
public final class UnixSockets {
    /// The longest path, in bytes: the kernel's array holds its end as well.
    public static final int MAX_PATH = 107;

    private static final short AF_UNIX = 1;
    private static final int SIZE = 110; // struct sockaddr_un { u16 family; char path[108]; }
    private static final int FLAGS = 0x80800; // SOCK_NONBLOCK | SOCK_CLOEXEC

    private static final MethodHandle SOCKETPAIR =
            Libc.critical("socketpair", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle BIND =
            Libc.critical("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle CONNECT =
            Libc.critical("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle ACCEPT =
            Libc.critical("accept4", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);

    private UnixSockets() {}

    public static int open() {
        return Sockets.open(AF_UNIX, Sockets.SOCK_STREAM);
    }

    /// Opens two sockets that are connected with each other.
    public static int pair(int[] descriptors) {
        var state = CallState.current();
        try {
            int result =
                    state.result(
                            (int)
                                    SOCKETPAIR.invokeExact(
                                            state.errno,
                                            (int) AF_UNIX,
                                            Sockets.SOCK_STREAM | FLAGS,
                                            0,
                                            state.scratch));
            if (result >= 0) {
                MemorySegment.copy(state.scratch, JAVA_INT, 0, descriptors, 0, 2);
            }
            return result;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// Makes the file of a listener. The path must not be longer than [#MAX_PATH].
    public static int bind(int descriptor, byte[] path) {
        var state = CallState.current();
        write(state.scratch, path);
        try {
            return state.result(
                    (int) BIND.invokeExact(state.errno, descriptor, state.scratch, SIZE));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// Connects: `-EAGAIN` if the listener has no room, and then nothing tells when it has.
    public static int connect(int descriptor, byte[] path) {
        var state = CallState.current();
        write(state.scratch, path);
        try {
            return state.result(
                    (int) CONNECT.invokeExact(state.errno, descriptor, state.scratch, SIZE));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    public static int accept(int listener) {
        var state = CallState.current();
        try {
            return state.result(
                    (int)
                            ACCEPT.invokeExact(
                                    state.errno,
                                    listener,
                                    MemorySegment.NULL,
                                    MemorySegment.NULL,
                                    FLAGS));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    private static void write(MemorySegment to, byte[] path) {
        to.asSlice(0, SIZE).fill((byte) 0);
        to.set(JAVA_SHORT, 0, AF_UNIX);
        MemorySegment.copy(path, 0, to, JAVA_BYTE, 2, path.length);
    }
}
