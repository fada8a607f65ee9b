// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Stream sockets whose address is a path, unix(7). What they have in common with those of TCP is
/// in [Sockets]. Every call returns a result that is not negative, or `-errno`.
public final class UnixSockets {
    /// The longest path, in bytes: the kernel's array holds its end as well.
    public static final int MAX_PATH = maxPath(Platform.CURRENT);

    private static final short AF_UNIX = 1;
    // struct sockaddr_un { u16 family; char path[108]; }, or { u8 length, family; char path[104]; }
    private static final int SIZE = MAX_PATH + 3;

    private static final MethodHandle SOCKETPAIR = Libc.call("socketpair");
    private static final MethodHandle BIND = Libc.call("bind");
    private static final MethodHandle CONNECT = Libc.call("connect");

    private UnixSockets() {}

    public static int open() {
        return Sockets.open(AF_UNIX, Sockets.SOCK_STREAM);
    }

    /// Opens two sockets that are connected with each other.
    public static int pair(int[] descriptors) {
        var state = CallState.current();
        int result =
                state.call(
                        SOCKETPAIR,
                        AF_UNIX,
                        Sockets.SOCK_STREAM | Sockets.FLAGS,
                        0,
                        state.scratch.address());
        if (result >= 0) {
            MemorySegment.copy(state.scratch, JAVA_INT, 0, descriptors, 0, 2);
        }
        return result < 0 || Sockets.FLAGS != 0 ? result : Sockets.prepare(descriptors);
    }

    /// Makes the file of a listener. The path must not be longer than [#MAX_PATH].
    public static int bind(int descriptor, byte[] path) {
        var state = CallState.current();
        write(state.scratch, path);
        return state.call(BIND, descriptor, state.scratch.address(), SIZE);
    }

    /// Connects: `-EAGAIN` if the listener has no room, and then nothing tells when it has.
    public static int connect(int descriptor, byte[] path) {
        var state = CallState.current();
        write(state.scratch, path);
        return state.call(CONNECT, descriptor, state.scratch.address(), SIZE);
    }

    public static int accept(int listener) {
        var state = CallState.current();
        return Sockets.accept(state, listener, 0, 0);
    }

    static int maxPath(Platform platform) {
        return platform.isBsd() ? 103 : 107;
    }

    private static void write(MemorySegment to, byte[] path) {
        write(Platform.CURRENT, to, path);
    }

    static void write(Platform platform, MemorySegment to, byte[] path) {
        int size = maxPath(platform) + 3;
        to.asSlice(0, size).fill((byte) 0);
        SocketAddresses.writeFamily(platform, to, AF_UNIX, size);
        MemorySegment.copy(path, 0, to, JAVA_BYTE, 2, path.length);
    }
}
