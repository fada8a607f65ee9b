// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import io.eventlet.os.VirtualThreads;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/// Tells from the stack of a thread whether it is in a wait that an interrupt ends.
///
/// Many waits of the JDK take no notice of an interrupt but to set the thread's flag again when
/// they return: a lock, a monitor, `CompletableFuture.join`. An interrupt in there would only be
/// met by whatever comes next, such as a write to a shared file channel, which it closes.
final class InterruptibleWait {
    /// What parks, above who decided to in a stack.
    private static final Set<String> PARKING =
            Set.of(
                    "java.lang.VirtualThread",
                    "java.lang.System$1",
                    "jdk.internal.misc.Unsafe",
                    "jdk.internal.misc.VirtualThreads",
                    "jdk.internal.vm.Continuation",
                    "java.util.concurrent.locks.LockSupport",
                    "java.util.concurrent.ForkJoinPool",
                    "java.util.concurrent.locks.AbstractQueuedSynchronizer$ConditionNode",
                    "java.util.concurrent.locks.AbstractQueuedLongSynchronizer$ConditionNode",
                    "java.util.concurrent.CompletableFuture$Signaller",
                    "java.util.concurrent.Phaser$QNode");

    /// The wait of a pool that parks for moments, and spins once its thread is interrupted.
    private static final String SPINNING = "awaitQuiescence";

    /// `Object.wait` and `Thread.sleep`, of platform threads at least.
    private static final Set<String> OF_THE_JVM = Set.of("wait0", "sleepNanos0");

    private static final Set<String> SYNCHRONIZERS =
            Set.of(
                    "java.util.concurrent.locks.AbstractQueuedSynchronizer",
                    "java.util.concurrent.locks.AbstractQueuedLongSynchronizer");

    /// The callers of a synchronizer's `acquire` that heed interrupts. A condition that gets its
    /// lock back does not.
    private static final Set<String> INTERRUPTIBLE_ACQUIRES =
            Set.of(
                    "acquireInterruptibly",
                    "acquireSharedInterruptibly",
                    "tryAcquireNanos",
                    "tryAcquireSharedNanos");

    /// Methods that do not heed interrupts, of classes that have others.
    private static final Map<String, Set<String>> UNINTERRUPTIBLE =
            Map.of(
                    "java.util.concurrent.locks.AbstractQueuedSynchronizer$ConditionObject",
                    Set.of("awaitUninterruptibly"),
                    "java.util.concurrent.locks.AbstractQueuedLongSynchronizer$ConditionObject",
                    Set.of("awaitUninterruptibly"),
                    "java.util.concurrent.locks.StampedLock",
                    Set.of("readLock", "writeLock"),
                    "java.util.concurrent.CompletableFuture",
                    Set.of("join"),
                    "java.util.concurrent.ForkJoinTask",
                    Set.of(
                            "join",
                            "invoke",
                            "invokeAll",
                            "quietlyJoin",
                            "quietlyJoinUninterruptibly",
                            "quietlyInvoke"),
                    "java.util.concurrent.Phaser",
                    Set.of("awaitAdvance", "arriveAndAwaitAdvance"),
                    "java.util.concurrent.SubmissionPublisher$BufferedSubscription",
                    Set.of("block"),
                    "jdk.internal.misc.ThreadFlock",
                    Set.of("close"),
                    Waits.class.getName(), // they are woken
                    Set.of("park", "parkNanos", "awaitAnswer"));

    /// What waits in the kernel on a platform thread, which counts as running then, and is closed
    /// or woken by an interrupt. Channels of files are not among them: they are closed as well, and
    /// may be shared.
    private static final Set<String> CHANNELS =
            Set.of(
                    "sun.nio.ch.SocketChannelImpl",
                    "sun.nio.ch.ServerSocketChannelImpl",
                    "sun.nio.ch.DatagramChannelImpl",
                    "sun.nio.ch.SourceChannelImpl",
                    "sun.nio.ch.SinkChannelImpl",
                    "sun.nio.ch.SelectorImpl");

    private InterruptibleWait() {}

    /// Whether a thread is in one now. The answer holds as long as the thread does not run.
    static boolean isIn(Thread thread) {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING ->
                    isParkedIn(thread.getStackTrace())
                            && !VirtualThreads.isSignalled(thread); // it will return, not throw
            case RUNNABLE -> !thread.isVirtual() && isInChannel(thread.getStackTrace());
            default -> false; // a monitor's owner decides when it gets that
        };
    }

    private static boolean isParkedIn(StackTraceElement[] stack) {
        int i = 0;
        while (i < stack.length && PARKING.contains(stack[i].getClassName())) {
            if (stack[i].getMethodName().equals(SPINNING)) {
                return false;
            }
            i++;
        }
        if (i == 0) { // it has gone on meanwhile, unless it is in a wait of the JVM's own
            return stack.length > 0 && OF_THE_JVM.contains(stack[0].getMethodName());
        }
        if (i == stack.length) {
            return false;
        }
        String type = stack[i].getClassName();
        if (SYNCHRONIZERS.contains(type)) {
            while (i < stack.length && stack[i].getMethodName().equals("acquire")) {
                i++;
            }
            return i < stack.length
                    && stack[i].getClassName().equals(type)
                    && INTERRUPTIBLE_ACQUIRES.contains(stack[i].getMethodName());
        }
        var uninterruptible = UNINTERRUPTIBLE.getOrDefault(type, Set.of());
        for (; i < stack.length && stack[i].getClassName().equals(type); i++) {
            if (uninterruptible.contains(stack[i].getMethodName())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isInChannel(StackTraceElement[] stack) {
        if (stack.length == 0
                || !stack[0].isNativeMethod()
                || !stack[0].getClassName().startsWith("sun.nio.ch.")) {
            return false;
        }
        return Arrays.stream(stack)
                .takeWhile(frame -> frame.getClassName().startsWith("sun.nio.ch."))
                .filter(frame -> !frame.getMethodName().equals("selectNow"))
                .anyMatch(frame -> CHANNELS.contains(frame.getClassName()));
    }
}
