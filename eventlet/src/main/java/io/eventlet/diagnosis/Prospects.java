// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import io.eventlet.poll.Opened;
import io.eventlet.wait.Carrier;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/// Whether a thread could still do something by itself, or have it done by the world outside. In
/// doubt it could.
final class Prospects {
    private static final Set<String> GROUPS_OF_THE_JVM =
            Set.of("system", "InnocuousThreadGroup", "RMI Runtime");

    /// Threads of these groups that wake nobody; others there do: they watch files, for instance,
    /// call the handlers of asynchronous channels, or run the actions of a `Cleaner`. Who has
    /// called by RMI counts, who might not.
    private static final Pattern IDLE_IN_THE_JVM =
            Pattern.compile(
                    "Reference Handler|Finalizer|Signal Dispatcher|Attach Listener|Service"
                            + " Thread|Monitor Deflation Thread|Notification"
                            + " Thread|.*CompilerThread\\d*"
                            + "|Common-Cleaner|Keep-Alive-(Timer|SocketCleaner)|process"
                            + " reaper.*|VirtualThread-unblocker|(Read-|Write-|Master)Poller.*|GC"
                            + " Daemon|(RMI|JMX|JFR|JDWP) .*");

    private Prospects() {}

    /// Whether a green thread that has begun could go on without another one.
    static boolean mayGoOn(Thread green) {
        return switch (green.getState()) {
            case WAITING, BLOCKED -> {
                var blocker = LockSupport.getBlocker(green);
                yield blocker instanceof Opened
                        || (!Blocker.isOurs(blocker) && isEndedFromOutside(green.getStackTrace()));
            }
            case TERMINATED -> false;
            case NEW, RUNNABLE, TIMED_WAITING -> true;
        };
    }

    /// Whether only a descriptor of the JDK's, or a collection of garbage, can end a wait in there.
    private static boolean isEndedFromOutside(StackTraceElement[] stack) {
        return Waiting.isForSocket(List.of(stack))
                || has(stack, "java.lang.ref.ReferenceQueue", "remove");
    }

    /// Whether a platform thread could wake somebody. Some of the JVM do not, nor do idle workers
    /// of executors; one that waits for something of ours waits like a green thread; any other
    /// could.
    static boolean mayWake(Thread thread, Thread.State state, StackTraceElement[] stack) {
        if (thread instanceof Carrier || stack.length == 0) {
            return false; // whom a hub carries has been looked at; of "DestroyJavaVM" nothing is
            // left
        }
        boolean waits = state == Thread.State.WAITING;
        if (thread instanceof ForkJoinWorkerThread || isTimer(thread)) {
            return !(waits || has(stack, "java.util.concurrent.ForkJoinPool", "awaitWork"));
        }
        if (thread.getName().equals("eventlet-unseen")) {
            return false; // the cleaner that tells of errors nobody has seen
        }
        var group = thread.getThreadGroup();
        if (group == null) {
            return false; // it has ended
        }
        if (GROUPS_OF_THE_JVM.contains(group.getName())
                && IDLE_IN_THE_JVM.matcher(thread.getName()).matches()) {
            return has(stack, "java.lang.ProcessHandleImpl", "waitForProcessExit0")
                    || has(stack, "sun.rmi.server.UnicastServerRef", "dispatch");
        }
        if (has(stack, "java.util.concurrent.ThreadPoolExecutor", "getTask")) {
            return !waits;
        }
        var blocker = LockSupport.getBlocker(thread);
        return !waits || blocker instanceof Opened || !Blocker.isOurs(blocker);
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
