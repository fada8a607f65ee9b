// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/// The native memory that one thread's calls into the kernel use: `errno` and a scratch area.
///
/// A virtual thread uses its carrier's: it cannot leave its carrier between a call and the look at
/// what the call left there.
final class CallState {
    static final int SCRATCH = 256;

    /// Its place; a handle of the layout would be linked at each start.
    private static final long ERRNO_AT =
            Linker.Option.captureStateLayout()
                    .byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    /// Of threads that are no carriers of ours. They hold no object of a class of ours: else such a
    /// thread would keep all our classes from being unloaded.
    private static final ThreadLocal<List<MemorySegment>> LOCAL =
            ThreadLocal.withInitial(CallState::allocate);

    final MemorySegment errno;
    final MemorySegment scratch;

    CallState() {
        this(allocate());
    }

    private CallState(List<MemorySegment> allocated) {
        errno = allocated.getFirst();
        scratch = allocated.getLast();
    }

    private static List<MemorySegment> allocate() {
        var arena = Arena.ofAuto();
        return List.of(
                arena.allocate(Linker.Option.captureStateLayout()),
                arena.allocate(SCRATCH, Long.BYTES));
    }

    static CallState current() {
        return VirtualThreads.currentCarrier() instanceof CarrierThread carrier
                ? carrier.callState
                : new CallState(LOCAL.get());
    }

    /// Calls a function that takes one word to five and gives an `int`: its result in the kernel's
    /// own form. What is called all the time calls its handle itself, which the JIT then need not
    /// find out.
    int call(MethodHandle function, long a, long b, long c, long d, long e) {
        var second = MemorySegment.ofAddress(b);
        try {
            return result((int) (long) function.invokeExact(errno, a, second, c, d, e, 0L));
        } catch (Throwable error) {
            throw Libc.unexpected(error);
        }
    }

    int call(MethodHandle function, long a, long b, long c, long d) {
        return call(function, a, b, c, d, 0);
    }

    int call(MethodHandle function, long a, long b, long c) {
        return call(function, a, b, c, 0, 0);
    }

    int call(MethodHandle function, long a, long b) {
        return call(function, a, b, 0, 0, 0);
    }

    int call(MethodHandle function, long a) {
        return call(function, a, 0, 0, 0, 0);
    }

    /// The result of a call in the kernel's own form: not negative, or `-errno`.
    int result(int returned) {
        return returned >= 0 ? returned : -error();
    }

    int result(long returned) {
        return returned >= 0 ? (int) returned : -error();
    }

    private int error() {
        return BsdErrno.toLinux(Platform.CURRENT, errno.get(ValueLayout.JAVA_INT, ERRNO_AT));
    }

    /// Writes an int to the start of the scratch area and returns it as an argument.
    MemorySegment scratchInt(int value) {
        scratch.set(ValueLayout.JAVA_INT, 0, value);
        return scratch;
    }
}
