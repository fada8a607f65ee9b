// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Pipes of the kernel, pipe(7): non-blocking and close-on-exec. Every call returns a result that
/// is not negative, or `-errno`.
///
/// A write to a pipe that nobody reads is an `EPIPE` here: the JVM ignores the signal.
public final class Pipes {
    private static final int FLAGS = SocketNumber.O_NONBLOCK.here() | SocketNumber.O_CLOEXEC.here();

    private static final @Nullable MethodHandle PIPE_WITH_FLAGS = // not on macOS
            Libc.has("pipe2") ? Libc.call("pipe2") : null;
    private static final MethodHandle PIPE = Libc.call("pipe");
    private static final MethodHandle READ = Libc.call("read");
    private static final MethodHandle WRITE = Libc.call("write");

    private Pipes() {}

    /// Opens a pipe: the end that is read from, and the end that is written to.
    public static int open(int[] descriptors) {
        var state = CallState.current();
        long made = state.scratch.address();
        int result =
                PIPE_WITH_FLAGS == null
                        ? state.call(PIPE, made)
                        : state.call(PIPE_WITH_FLAGS, made, FLAGS);
        if (result >= 0) {
            MemorySegment.copy(state.scratch, JAVA_INT, 0, descriptors, 0, 2);
        }
        return result < 0 || PIPE_WITH_FLAGS != null ? result : Sockets.prepare(descriptors);
    }

    /// Reads into an array: the number of bytes, 0 at the end, or `-errno`.
    public static int read(int descriptor, byte[] into, int offset, int length) {
        var state = CallState.current();
        try {
            return state.result(
                    (long)
                            READ.invokeExact(
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

    public static int write(int descriptor, byte[] from, int offset, int length) {
        var state = CallState.current();
        try {
            return state.result(
                    (long)
                            WRITE.invokeExact(
                                    state.errno,
                                    (long) descriptor,
                                    MemorySegment.ofArray(from).asSlice(offset, length),
                                    (long) length,
                                    0L,
                                    0L,
                                    0L));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }
}
