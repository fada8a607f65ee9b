// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// Functions of the C library as method handles whose first parameter receives `errno`.
///
/// Those that every program needs have one shape, six words to a word, whatever they take: to link
/// a shape costs the JVM milliseconds, and a further function of the same shape next to nothing.
/// The first six words are in registers on all systems that there are hubs for, where a function
/// does not see those that it does not take; an `int` that a function gives is the lower half of
/// the word ([why](docs/decisions/0047-calls-into-c-have-one-shape.md)).
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup SYMBOLS = LINKER.defaultLookup();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

    private static final Linker.Option CRITICAL = Linker.Option.critical(true);
    private static final FunctionDescriptor WORDS = // the second may be a segment
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private Libc() {}

    /// A function that never sleeps, of six words: called without leaving the Java state. The
    /// second word is a segment, which may be an array of the heap.
    static MethodHandle call(String name) {
        return handle(name, WORDS, ERRNO, CRITICAL);
    }

    /// As [#call], of a function whose parameters after the second are variadic: macOS passes those
    /// in another way.
    static MethodHandle variadicCall(String name) {
        return Platform.CURRENT == Platform.MACOS
                ? handle(name, WORDS, ERRNO, CRITICAL, Linker.Option.firstVariadicArg(2))
                : call(name);
    }

    /// A function that may sleep in the kernel, of six words; the second is a segment, which is no
    /// array.
    static MethodHandle blockingCall(String name) {
        return handle(name, WORDS, ERRNO);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(
            String name, FunctionDescriptor shape, Linker.Option... options) {
        return LINKER.downcallHandle(SYMBOLS.findOrThrow(name), shape, options);
    }

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
