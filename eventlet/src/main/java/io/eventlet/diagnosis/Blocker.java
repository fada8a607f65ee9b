// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import io.eventlet.os.VirtualThreads;
import io.eventlet.poll.Opened;
import io.eventlet.wait.Held;
import io.eventlet.wait.Names;
import io.eventlet.wait.Strand;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/// What a thread is parked on, in words, and who could end that.
///
/// @param text what it is
/// @param holders of whom one has to do something first; empty if that is not known
record Blocker(String text, List<Thread> holders) {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    Blocker {
        holders = List.copyOf(holders);
    }

    /// Describes many. To say what it is, a thing may take its lock, which a green thread may hold
    /// that does not go on: so they are asked on a thread that nobody waits for longer than a
    /// second. The identities of things are the keys.
    static Map<Object, Blocker> describeAll(Collection<?> things) {
        Map<Object, Blocker> known = Collections.synchronizedMap(new IdentityHashMap<>());
        var asked = new CompletableFuture<Boolean>();
        Thread.ofPlatform()
                .daemon()
                .name("eventlet-dump")
                .start(() -> {
                    for (var thing : things) {
                        if (!known.containsKey(thing)) {
                            known.put(thing, describe(thing));
                        }
                    }
                    asked.complete(true);
                });
        var ignored = Waits.awaitAnswer(asked, LIMIT_NANOS);
        var described = new IdentityHashMap<Object, Blocker>();
        for (var thing : things) {
            var blocker = known.get(thing);
            described.put(thing, blocker == null ? silent(thing) : blocker);
        }
        return described;
    }

    private static Blocker describe(Object thing) {
        try {
            if (thing instanceof Held held) {
                return new Blocker(Names.of(held), List.copyOf(held.holders()));
            }
            if (thing instanceof CharSequence || isOurs(thing)) {
                return new Blocker(Names.of(thing), List.of());
            }
            var owner = VirtualThreads.ownerOf(thing);
            return new Blocker(kindAndIdentity(thing), owner == null ? List.of() : List.of(owner));
        } catch (RuntimeException | Error e) { // of the user's class
            return silent(thing);
        }
    }

    private static Blocker silent(Object thing) {
        return new Blocker(kindAndIdentity(thing) + ", which does not say more", List.of());
    }

    /// Of what is made for each wait, the identity tells nothing.
    private static String kindAndIdentity(Object thing) {
        boolean isOfOneWait = thing instanceof ForkJoinPool.ManagedBlocker;
        return kindOf(thing) + (isOfOneWait ? "" : " " + Names.identityOf(thing));
    }

    static boolean isOurs(@Nullable Object thing) {
        return thing != null
                && (thing instanceof Held
                        || thing instanceof Opened
                        || thing.getClass().getName().startsWith("io.eventlet."));
    }

    /// The name of a class of the JDK, without the parts that say nothing: `ReentrantLock`.
    private static String kindOf(Object thing) {
        String name = thing.getClass().getName();
        name = name.substring(name.lastIndexOf('.') + 1);
        return name.replaceAll("\\$(NonfairSync|FairSync|Sync|ConditionObject)$", "")
                .replace('$', '.');
    }

    /// Whether these are the words for a lock of the JDK.
    static boolean isLock(@Nullable String text) {
        return text != null
                && (text.startsWith("ReentrantLock @")
                        || text.startsWith("ReentrantReadWriteLock @"));
    }

    /// A thread as a dump names it. One that has ended does not tell any more that it was green.
    static String label(Thread thread) {
        boolean green =
                thread.getUncaughtExceptionHandler() instanceof Strand strand
                        ? strand.hubClock() != null
                        : thread.getState() == Thread.State.TERMINATED;
        String kind =
                !thread.isVirtual() ? "thread #" : green ? "green thread #" : "virtual thread #";
        String name = thread.getName();
        return kind + thread.threadId() + (name.isEmpty() ? "" : " '" + name + "'");
    }

    /// Which operation of an endpoint a thread is in.
    static String operation(List<StackTraceElement> stack) {
        for (var frame : stack) {
            if (frame.getClassName().startsWith("io.eventlet.poll.")) {
                switch (frame.getMethodName()) {
                    case "read", "write", "accept", "connect", "receive", "send" -> {
                        return frame.getMethodName();
                    }
                    default -> {}
                }
            }
        }
        return "use";
    }

    static List<String> labels(List<Thread> threads) {
        var labels = new ArrayList<String>(threads.size());
        for (var thread : threads) {
            labels.add(label(thread));
        }
        return labels;
    }
}
