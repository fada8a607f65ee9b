// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MutableCallSite;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/// Where a green thread was spawned, and since when it waits: recorded only when asked for.
final class Trace {
    /// Records from the start when it is `true`.
    static final String PROPERTY = "eventlet.trace";

    private static final int FRAMES = 8; // of a spawn site
    private static final String LIBRARY = "io.eventlet.";
    private static final StackWalker WALKER =
            StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    private static final MutableCallSite SWITCH = new MutableCallSite(constant(initial()));
    private static final MethodHandle IS_ON = SWITCH.dynamicInvoker();

    private static final AtomicInteger SWITCHES = new AtomicInteger();

    /// A wait that has begun.
    ///
    /// @param blocker what it is for
    /// @param since by System.nanoTime
    /// @param traced how often tracing had been switched before
    private record Wait(Object blocker, long since, int traced) {}

    private final List<StackTraceElement> spawnedAt;
    private volatile @Nullable Wait wait; // written by its thread

    private Trace(List<StackTraceElement> spawnedAt) {
        this.spawnedAt = spawnedAt;
    }

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

    /// Switches it for spawns and waits that are to come.
    static void set(boolean on) {
        SWITCHES.getAndIncrement(); // what was noted before does not count any more
        SWITCH.setTarget(constant(on));
        MutableCallSite.syncAll(new MutableCallSite[] {SWITCH});
    }

    /// That of a thread which the caller spawns.
    static Trace ofSpawn() {
        return new Trace(
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

    /// Notes that the calling thread waits: since now, if it did not wait for the same already.
    static void noteWait(Object blocker) {
        var strand = Strand.current();
        if (strand != null) {
            var trace = strand.trace;
            if (trace == null) {
                strand.trace = trace = new Trace(List.of());
            }
            var before = trace.wait;
            if (before == null || before.blocker != blocker || before.traced != SWITCHES.get()) {
                trace.wait = new Wait(blocker, System.nanoTime(), SWITCHES.get());
            }
        }
    }

    /// Notes that the wait of the calling thread is over.
    static void noteEnd() {
        var strand = Strand.current();
        var trace = strand == null ? null : strand.trace;
        if (trace != null) {
            trace.wait = null;
        }
    }

    /// Where the thread was spawned; empty if that was before tracing was on.
    List<StackTraceElement> spawnedAt() {
        return spawnedAt;
    }

    /// For how long it has waited for what it is blocked on; null if that is not known.
    @Nullable Long waitedNanos(@Nullable Object blocker) {
        var now = wait;
        return now == null || now.blocker != blocker || now.traced != SWITCHES.get() || !isOn()
                ? null
                : System.nanoTime() - now.since;
    }
}
