// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.poll.Endpoint;

import java.util.List;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.locks.LockSupport;

/// Whether a thread could still do something by itself, or have it done by the world outside. In
/// doubt it could.
final class Prospects {
    private static final List<String> GROUPS_OF_THE_JVM =
            List.of("system", "InnocuousThreadGroup", "RMI Runtime");

    private Prospects() {}

    /// Whether a green thread that has begun could go on without another one.
    static boolean mayGoOn(Thread green) {
        return switch (green.getState()) {
            case WAITING, BLOCKED -> {
                var blocker = LockSupport.getBlocker(green);
                yield blocker instanceof Endpoint
                        || (blocker == null && Waiting.isForSocket(List.of(green.getStackTrace())));
            }
            case TERMINATED -> false;
            case NEW, RUNNABLE, TIMED_WAITING -> true;
        };
    }

    /// Whether a platform thread could wake somebody. Those of the JVM do not, nor do idle workers
    /// of executors; one that waits for something of ours waits like a green thread; any other
    /// could.
    static boolean mayWake(Thread thread, Thread.State state, StackTraceElement[] stack) {
        if (thread instanceof LoopThread || stack.length == 0) {
            return false; // whom a hub carries has been looked at; of "DestroyJavaVM" nothing is
            // left
        }
        boolean waits = state == Thread.State.WAITING;
        if (thread instanceof ForkJoinWorkerThread || isTimer(thread)) {
            return !(waits || has(stack, "java.util.concurrent.ForkJoinPool", "awaitWork"));
        }
        if (has(stack, "java.util.concurrent.ThreadPoolExecutor", "getTask")) {
            return !waits;
        }
        var group = thread.getThreadGroup();
        if (group == null) {
            return false; // it has ended
        }
        if (GROUPS_OF_THE_JVM.contains(group.getName())) {
            return has(stack, "java.lang.ProcessHandleImpl", "waitForProcessExit0");
        }
        var blocker = LockSupport.getBlocker(thread);
        return !waits || blocker instanceof Endpoint || !Blocker.isOurs(blocker);
    }

    /// Whether it ends the timed waits of virtual threads that are not ours.
    private static boolean isTimer(Thread thread) {
        String name = thread.getName();
        return name.endsWith("-delayScheduler") || name.startsWith("VirtualThread-unparker");
    }

    private static boolean has(StackTraceElement[] stack, String type, String method) {
        for (var frame : stack) {
            if (frame.getClassName().equals(type) && frame.getMethodName().equals(method)) {
                return true;
            }
        }
        return false;
    }
}
