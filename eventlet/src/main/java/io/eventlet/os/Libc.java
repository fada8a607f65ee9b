// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// Functions of the C library as method handles whose first parameter receives `errno`.
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup SYMBOLS = LINKER.defaultLookup();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

    private Libc() {}

    /// A function that may sleep in the kernel.
    @SuppressWarnings("restricted")
    static MethodHandle blocking(String name, MemoryLayout result, MemoryLayout... parameters) {
        return LINKER.downcallHandle(
                SYMBOLS.findOrThrow(name), FunctionDescriptor.of(result, parameters), ERRNO);
    }

    /// A function that never sleeps: called without leaving the Java state, heap arrays allowed.
    @SuppressWarnings("restricted")
    static MethodHandle critical(String name, MemoryLayout result, MemoryLayout... parameters) {
        return LINKER.downcallHandle(
                SYMBOLS.findOrThrow(name),
                FunctionDescriptor.of(result, parameters),
                ERRNO,
                Linker.Option.critical(true));
    }

    /// As [#critical], of a function whose parameters after the second are variadic: some systems
    /// pass those in another way.
    @SuppressWarnings("restricted")
    static MethodHandle variadic(String name, MemoryLayout result, MemoryLayout... parameters) {
        return LINKER.downcallHandle(
                SYMBOLS.findOrThrow(name),
                FunctionDescriptor.of(result, parameters),
                ERRNO,
                Linker.Option.firstVariadicArg(2),
                Linker.Option.critical(true));
    }

    static boolean has(String name) {
        return SYMBOLS.find(name).isPresent();
    }

    /// What an impossible error of `invokeExact` becomes.
    static AssertionError unexpected(Throwable error) {
        switch (error) {
            case Error e -> throw e;
            case RuntimeException e -> throw e;
            default -> {}
        }
        return new AssertionError("a call into the C library threw", error);
    }
}
