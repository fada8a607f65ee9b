// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;

/// A call of the kernel that seccomp(2) forbids, as in containers.
final class RefusedCall {
    private static final int PR_SET_SECCOMP = 22;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final long FILTER = 2;

    private static final int LOAD = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    private static final int FAIL = 0x0005_0000;
    private static final int ALLOW = 0x7fff_0000;

    private RefusedCall() {}

    /// For this thread and those that it starts.
    @SuppressWarnings("restricted")
    static void refuse(int call, int errno) throws Throwable {
        var linker = Linker.nativeLinker();
        var prctl =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("prctl"),
                        FunctionDescriptor.of(
                                JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                        Linker.Option.firstVariadicArg(1));
        try (var arena = Arena.ofConfined()) {
            var filter =
                    arena.allocateFrom(
                            JAVA_LONG,
                            instruction(LOAD, 0, 0),
                            instruction(JUMP_IF_EQUAL, 1 << 8, call),
                            instruction(RETURN, 0, FAIL | errno),
                            instruction(RETURN, 0, ALLOW));
            var program = arena.allocate(16, 8); // struct sock_fprog
            program.set(JAVA_SHORT, 0, (short) 4);
            program.set(ADDRESS, 8, filter);
            int first = (int) prctl.invokeExact(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L);
            int second = (int) prctl.invokeExact(PR_SET_SECCOMP, FILTER, program.address(), 0L, 0L);
            if (first != 0 || second != 0) {
                throw new IllegalStateException("no seccomp: " + first + ", " + second);
            }
        }
    }

    /// `struct sock_filter`: a code, how far to jump if it holds and if not, a number.
    private static long instruction(int code, int jumps, int number) {
        return code | (long) jumps << 16 | (long) number << 32;
    }
}
