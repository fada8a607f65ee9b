// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Callable;

/// Runs code where a virtual thread cannot let go of its carrier: in a comparator that the qsort of
/// the C library calls back.
public final class Pinned {
    private static final FunctionDescriptor COMPARATOR =
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);

    @SuppressWarnings("restricted")
    private static final MethodHandle QSORT =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("qsort"),
                            FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS));

    static {
        Object ignored =
                call(() -> ""); // the first links classes for longer than the watchdog waits
    }

    private final Callable<?> body;
    private Object result = "not called";

    private Pinned(Callable<?> body) {
        this.body = body;
    }

    /// The result of the body, or what it threw.
    @SuppressWarnings("restricted")
    public static Object call(Callable<?> body) {
        var pinned = new Pinned(body);
        try (var arena = Arena.ofConfined()) {
            var compare =
                    MethodHandles.lookup()
                            .bind(
                                    pinned,
                                    "compare",
                                    MethodType.methodType(
                                            int.class, MemorySegment.class, MemorySegment.class));
            var two = arena.allocateFrom(JAVA_INT, 2, 1);
            QSORT.invokeExact(
                    two, 2L, 4L, Linker.nativeLinker().upcallStub(compare, COMPARATOR, arena));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return pinned.result;
    }

    @SuppressWarnings("unused") // called back
    private int compare(MemorySegment a, MemorySegment b) {
        try {
            result = body.call();
        } catch (Throwable e) { // it would end the JVM
            result = e;
        }
        return 0;
    }
}
