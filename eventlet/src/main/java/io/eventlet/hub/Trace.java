// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.lang.Setting;
import io.eventlet.wait.Strand;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MutableCallSite;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;

/// Where green threads were spawned: recorded only when asked for, and beside them, so that they
/// are no bigger for it.
final class Trace {
    /// Records from the start when it is `true`.
    static final String PROPERTY = "eventlet.trace";

    private static final int FRAMES = 8; // of a spawn site
    private static final String LIBRARY = "io.eventlet.";
    private static final StackWalker WALKER =
            StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    private static final MutableCallSite SWITCH = new MutableCallSite(constant(initial()));
    private static final MethodHandle IS_ON = SWITCH.dynamicInvoker();

    private static final Map<Strand, List<StackTraceElement>> SITES =
            Collections.synchronizedMap(new WeakHashMap<>());

    private Trace() {}

    private static boolean initial() {
        return Setting.flag(PROPERTY, false);
    }

    private static MethodHandle constant(boolean value) {
        return MethodHandles.constant(boolean.class, value);
    }

    /// Whether to record: a constant to the compiler, so that nothing is paid while it is off.
    static boolean isOn() {
        try {
            return (boolean) IS_ON.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// Switches it for spawns that are to come.
    static void set(boolean on) {
        SWITCH.setTarget(constant(on));
        MutableCallSite.syncAll(new MutableCallSite[] {SWITCH});
    }

    /// Notes that the caller spawns a thread.
    static void noteSpawn(Strand spawned) {
        SITES.put(
                spawned,
                WALKER.walk(frames ->
                        frames.dropWhile(frame -> isOurs(frame.getDeclaringClass()))
                                .limit(FRAMES)
                                .map(StackWalker.StackFrame::toStackTraceElement)
                                .toList()));
    }

    /// Whether a class is of this library: programs of the same name, such as our commands, come
    /// from elsewhere.
    private static boolean isOurs(Class<?> type) {
        return type.getName().startsWith(LIBRARY)
                && Objects.equals(
                        type.getProtectionDomain().getCodeSource(),
                        Trace.class.getProtectionDomain().getCodeSource());
    }

    /// Where a thread was spawned; empty if that was before tracing was on.
    static List<StackTraceElement> spawnedAt(Strand strand) {
        return SITES.getOrDefault(strand, List.of());
    }
}
