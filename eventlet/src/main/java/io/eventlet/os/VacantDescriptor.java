// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// A descriptor of this process with which nothing can be done, and which can take the place of
/// others: so what these stand for is closed, and their numbers are given to nobody yet.
///
/// On Linux it is one of `O_PATH`, open(2), for which each call on a socket fails with `EBADF`.
/// Elsewhere it is a directory, for which these fail, too.
public final class VacantDescriptor {
    private static final byte[] ANY = "/\0".getBytes(StandardCharsets.US_ASCII);
    private static final boolean LINUX = Platform.CURRENT == Platform.LINUX;
    private static final int O_PATH = LINUX ? 1 << 21 : 0;
    private static final int O_CLOEXEC = SocketNumber.O_CLOEXEC.here();

    private static final MethodHandle OPEN = Libc.blockingCall("open");
    // both close, and that may sleep
    private static final @Nullable MethodHandle DUP3 = LINUX ? Libc.blockingCall("dup3") : null;
    private static final @Nullable MethodHandle DUP2 = LINUX ? null : Libc.blockingCall("dup2");

    private static int known = -1;

    private VacantDescriptor() {}

    /// Opens it, unless that was done: not negative, or `-errno`.
    public static synchronized int prepare() {
        if (known < 0) {
            var state = CallState.current();
            MemorySegment.copy(ANY, 0, state.scratch, JAVA_BYTE, 0, ANY.length);
            known = state.call(OPEN, state.scratch.address(), O_PATH | O_CLOEXEC);
        }
        return known;
    }

    /// Closes what a number stands for, and has it stand for this: not negative, or `-errno`. Never
    /// fails once this is [prepared][#prepare].
    public static int replace(int descriptor) {
        int vacant = prepare();
        if (vacant < 0) {
            return vacant;
        }
        var state = CallState.current();
        if (LINUX) {
            return state.call(Objects.requireNonNull(DUP3), vacant, descriptor, O_CLOEXEC);
        }
        int result = state.call(Objects.requireNonNull(DUP2), vacant, descriptor);
        return result < 0 ? result : Sockets.closeOnExec(descriptor);
    }
}
