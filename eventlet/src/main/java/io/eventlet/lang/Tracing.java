// SPDX-License-Identifier: Apache-2.0
package io.eventlet.lang;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MutableCallSite;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/// Whether it is recorded where things are made, which takes a walk of the stack for each.
public final class Tracing {
    /// Records from the start when it is `true`.
    static final String PROPERTY = "eventlet.trace";

    private static final int FRAMES = 8;
    private static final String LIBRARY = "io.eventlet.";
    private static final Module JAVA_BASE = Object.class.getModule();
    private static final StackWalker WALKER =
            StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    private static final MutableCallSite SWITCH = new MutableCallSite(constant(initial()));
    private static final MethodHandle IS_ON = SWITCH.dynamicInvoker();

    private Tracing() {}

    private static boolean initial() {
        return Setting.flag(PROPERTY, false);
    }

    private static MethodHandle constant(boolean value) {
        return MethodHandles.constant(boolean.class, value);
    }

    /// Whether to record: a constant to the compiler, so that nothing is paid while it is off.
    public static boolean isOn() {
        try {
            return (boolean) IS_ON.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// Switches it for what is to come.
    public static void set(boolean on) {
        SWITCH.setTarget(constant(on));
        MutableCallSite.syncAll(new MutableCallSite[] {SWITCH});
    }

    /// Where this library was called, perhaps by the JDK for somebody.
    public static List<StackTraceElement> callSite() {
        var site = callSite(type -> isOurs(type) || type.getModule() == JAVA_BASE);
        return site.isEmpty() ? callSite(Tracing::isOurs) : site;
    }

    private static List<StackTraceElement> callSite(Predicate<Class<?>> isInside) {
        return WALKER.walk(frames ->
                frames.dropWhile(frame -> isInside.test(frame.getDeclaringClass()))
                        .limit(FRAMES)
                        .map(StackWalker.StackFrame::toStackTraceElement)
                        .toList());
    }

    /// Whether a class is of this library: programs of the same name, such as our commands, come
    /// from elsewhere.
    private static boolean isOurs(Class<?> type) {
        return type.getName().startsWith(LIBRARY)
                && Objects.equals(
                        type.getProtectionDomain().getCodeSource(),
                        Tracing.class.getProtectionDomain().getCodeSource());
    }
}
