// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

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
            Libc.has("pipe2") ? Libc.critical("pipe2", JAVA_INT, ADDRESS, JAVA_INT) : null;
    private static final MethodHandle PIPE = Libc.critical("pipe", JAVA_INT, ADDRESS);
    private static final MethodHandle READ =
            Libc.critical("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle WRITE =
            Libc.critical("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);

    private Pipes() {}

    /// Opens a pipe: the end that is read from, and the end that is written to.
    public static int open(int[] descriptors) {
        var state = CallState.current();
        try {
            int result =
                    state.result(
                            PIPE_WITH_FLAGS == null
                                    ? (int) PIPE.invokeExact(state.errno, state.scratch)
                                    : (int)
                                            PIPE_WITH_FLAGS.invokeExact(
                                                    state.errno, state.scratch, FLAGS));
            if (result >= 0) {
                MemorySegment.copy(state.scratch, JAVA_INT, 0, descriptors, 0, 2);
            }
            return result < 0 || PIPE_WITH_FLAGS != null ? result : Sockets.prepare(descriptors);
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /// Reads into an array: the number of bytes, 0 at the end, or `-errno`.
    public static int read(int descriptor, byte[] into, int offset, int length) {
        var state = CallState.current();
        try {
            return state.result(
                    (long)
                            READ.invokeExact(
                                    state.errno,
                                    descriptor,
                                    MemorySegment.ofArray(into).asSlice(offset, length),
                                    (long) length));
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
                                    descriptor,
                                    MemorySegment.ofArray(from).asSlice(offset, length),
                                    (long) length));
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }
}
