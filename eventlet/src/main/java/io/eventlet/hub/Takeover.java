// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.foreign.ForeignWaits;
import io.eventlet.os.VirtualThreads;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/// Gives the loop of a hub to another thread when a green thread keeps the one it has.
///
/// A green thread that waits while pinned keeps the loop's thread, and may wait for something that
/// only the loop could bring. Afterwards it goes on beside the other green threads, on the old
/// thread, until it next yields.
final class Takeover {
    /*
     * The watchdog makes a new thread the carrier. The old one looks at `carrier` after each task
     * and leaves the loop then. The new one begins when the old one has ended, or cannot touch the
     * loop any more: it is asleep inside a green thread (seen on its stack, in a handshake, after
     * `carrier` was set, so that whatever it asks from now on it hears that it is not on the hub)
     * and is not inside one of the methods that may have asked before (seen on the green thread's
     * stack). One that has gone on meanwhile is waited for. Taken over from meanwhile, the new one
     * leaves in its turn.
     */
    static final Map<Class<?>, Set<String>> TOUCHING =
            Map.of(
                    HubLoop.class, Set.of("execute", "schedule"),
                    InterrupterThreads.class, Set.of("ready", "runNextIfOnly"),
                    Membership.class, Set.of("enter", "leave"),
                    ForeignWaits.class, Set.of("begin", "end"),
                    Inspection.class, Set.of("snapshot", "holdings"));
    private static final Map<String, Set<String>> TOUCHING_BY_NAME =
            TOUCHING.entrySet().stream()
                    .collect(
                            Collectors.toUnmodifiableMap(
                                    entry -> entry.getKey().getName(), Map.Entry::getValue));
    private static final long FIRST_PAUSE_NANOS = 20_000;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000;

    // of a chase
    private static final long CHASE_NANOS = 20_000_000; // others are watched too
    private static final int CALM_LOOKS = 10; // until the hub counts as going on
    private static final int LOOKS = 3; // a safepoint may make a thread look asleep once
    private static final long LOOK_NANOS = 100_000;

    private final HubLoop loop;
    private final AtomicInteger count = new AtomicInteger();
    private final Collection<Pinned> pinned = new ConcurrentLinkedQueue<>();
    private volatile @Nullable BitSet processors; // that whoever is on the loop is confined to
    private long takenOverAt = -1; // the watchdog: the progress of the loop then

    /// A thread that a green thread keeps, and the task it is in.
    private record Pinned(LoopThread thread, Runnable task) {}

    Takeover(HubLoop loop) {
        this.loop = loop;
    }

    int count() {
        return count.get();
    }

    /// Has a new thread take over from the carrier. Called by the watchdog.
    void begin() {
        var before = loop.carrier();
        var name = loop.threadName() + "-" + (count.get() + 1);
        var successor = new LoopThread(loop, name, new Successor(before));
        successor.start(); // may fail, then nothing has changed
        count.getAndIncrement();
        takenOverAt = loop.progress();
        loop.replaceCarrier(successor);
        var chosen = processors; // read after that: see confine
        if (chosen != null) {
            int ignored = successor.confine(chosen);
        }
    }

    /// Has the thread of the loop, and those that take over, run on some processors only. Returns
    /// 0, or `-errno`.
    int confine(BitSet chosen) {
        processors = chosen;
        return loop.carrier().confine(chosen);
    }

    /// Whether somebody has taken over from a task. Called by the watchdog.
    boolean isDoneFor(long task) {
        return takenOverAt == task;
    }

    /// Has threads take over, one after another and at once, as long as each that does so runs into
    /// a class whose initialiser waits on a thread left behind: many may need that class, and none
    /// of them can be told before. Whether there was any. Called by the watchdog.
    boolean chase() {
        forgetEnded();
        if (pinned.isEmpty() || !waitsForClass()) {
            return false;
        }
        begin();
        long end = System.nanoTime() + CHASE_NANOS;
        for (int calm = 0; calm < CALM_LOOKS && System.nanoTime() - end < 0; calm++) {
            LockSupport.parkNanos(LOOK_NANOS);
            if (waitsForClass()) {
                begin();
                calm = 0;
            }
        }
        return true;
    }

    private void forgetEnded() {
        pinned.removeIf(h -> !h.thread.isAlive());
    }

    /// Whether the green thread on the hub waits in the JVM for the initialiser of a class.
    private boolean waitsForClass() {
        long task = loop.progress();
        var running = loop.running();
        var carrier = loop.carrier();
        if (running == null || isDoneFor(task)) {
            return false;
        }
        for (int i = 0; i < LOOKS; i++) {
            if (carrier.getState() != Thread.State.RUNNABLE || !carrier.isAsleep()) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        var green = VirtualThreads.behind(running);
        var stack = green == null ? new StackTraceElement[0] : green.getStackTrace();
        return stack.length > 0
                && !stack[0].isNativeMethod()
                && holdsInitialiser()
                && loop.progress() == task;
    }

    private void awaitLeaving(LoopThread before) {
        while (loop.carrier() == before) {
            Thread.onSpinWait();
        }
        long pause = FIRST_PAUSE_NANOS;
        while (before.isAlive() && !isOutOfReach(before)) {
            loop.wakeup();
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    /// Whether a thread of the loop waits, and not for the loop's own events.
    boolean isAsleep(LoopThread thread) {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING, BLOCKED -> true;
            default -> thread.isAsleep() && holdsInitialiser();
        };
    }

    private boolean isOutOfReach(LoopThread before) {
        if (!isAsleep(before) || !carriesGreenThread(before.getStackTrace())) {
            return false;
        }
        var task = loop.running();
        if (task == null) {
            return false;
        }
        var green = VirtualThreads.behind(task);
        if (green == null || touchesLoop(green.getStackTrace())) {
            return false;
        }
        forgetEnded();
        pinned.add(new Pinned(before, task));
        return true;
    }

    /// Whether this is the stack of a platform thread below a mounted virtual thread.
    private static boolean carriesGreenThread(StackTraceElement[] stack) {
        return stack.length > 0 && stack[0].getClassName().equals("jdk.internal.vm.Continuation");
    }

    private static boolean touchesLoop(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .anyMatch(frame ->
                        TOUCHING_BY_NAME
                                .getOrDefault(frame.getClassName(), Set.of())
                                .contains(frame.getMethodName()));
    }

    /// Whether a green thread that was left on its thread is inside a static initialiser. Others
    /// that need that class then wait in the JVM, where a thread counts as running.
    private boolean holdsInitialiser() {
        return pinned.stream().anyMatch(h -> h.thread.isAlive() && isInInitialiser(h.task));
    }

    private static boolean isInInitialiser(Runnable task) {
        var green = VirtualThreads.behind(task);
        return green != null
                && Arrays.stream(green.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("<clinit>"));
    }

    /// What a new carrier does. It forgets the one before, which would keep its own predecessor.
    private final class Successor implements Runnable {
        private @Nullable LoopThread before; // of the thread that runs it, once that is started

        Successor(LoopThread before) {
            this.before = before;
        }

        @Override
        public void run() {
            awaitLeaving(Objects.requireNonNull(before));
            before = null;
            loop.goOn();
        }
    }
}
