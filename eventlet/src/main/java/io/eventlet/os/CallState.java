// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// The native memory that one thread's calls into the kernel use: `errno` and a scratch area.
///
/// A virtual thread uses its carrier's: it cannot leave its carrier between a call and the look at
/// what the call left there.
final class CallState {
    static final int SCRATCH = 256;

    private static final VarHandle ERRNO =
            Linker.Option.captureStateLayout()
                    .varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<CallState> LOCAL = ThreadLocal.withInitial(CallState::new);

    final MemorySegment errno;
    final MemorySegment scratch;

    CallState() {
        var arena = Arena.ofAuto();
        errno = arena.allocate(Linker.Option.captureStateLayout());
        scratch = arena.allocate(SCRATCH, Long.BYTES);
    }

    static CallState current() {
        return VirtualThreads.currentCarrier() instanceof CarrierThread carrier
                ? carrier.callState
                : LOCAL.get();
    }

    /// The result of a call in the kernel's own form: not negative, or `-errno`.
    int result(int returned) {
        return returned >= 0 ? returned : -(int) ERRNO.get(errno, 0L);
    }

    int result(long returned) {
        return returned >= 0 ? (int) returned : -(int) ERRNO.get(errno, 0L);
    }

    /// Writes an int to the start of the scratch area and returns it as an argument.
    MemorySegment scratchInt(int value) {
        scratch.set(ValueLayout.JAVA_INT, 0, value);
        return scratch;
    }
}
