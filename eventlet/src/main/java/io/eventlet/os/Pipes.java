// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Pipes of the kernel, pipe(7): non-blocking and close-on-exec. Every call returns a result that
/// is not negative, or `-errno`.
///
/// A write to a pipe that nobody reads is an `EPIPE` here: the JVM ignores the signal.
public final class Pipes {
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;

    private static final MethodHandle PIPE = Libc.critical("pipe2", JAVA_INT, ADDRESS, JAVA_INT);
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
                            (int)
                                    PIPE.invokeExact(
                                            state.errno, state.scratch, O_NONBLOCK | O_CLOEXEC));
            if (result >= 0) {
                MemorySegment.copy(state.scratch, JAVA_INT, 0, descriptors, 0, 2);
            }
            return result;
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
