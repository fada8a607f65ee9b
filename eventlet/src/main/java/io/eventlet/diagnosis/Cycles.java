// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import io.eventlet.os.VirtualThreads;
import io.eventlet.wait.Held;
import io.eventlet.wait.Strand;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// Who waits for whom, where that is one thread, and without a limit.
final class Cycles {
    private static final String LOCKS = "java.util.concurrent.locks.";

    private final boolean sure;

    /// `sure`: only by waits that nobody else can end.
    private Cycles(boolean sure) {
        this.sure = sure;
    }

    /// The cycles into which some lead that nobody can end who is not in them: threads of which
    /// each waits for the next, and the last for the first.
    static List<List<Thread>> find(Iterable<? extends Strand> strands) {
        return new Cycles(true).all(strands);
    }

    /// As [#find], with those too that others could end: for when there are no others.
    static List<List<Thread>> findAlsoEndable(Iterable<? extends Strand> strands) {
        return new Cycles(false).all(strands);
    }

    private List<List<Thread>> all(Iterable<? extends Strand> strands) {
        Set<Thread> known = new HashSet<>(); // where they lead
        var cycles = new ArrayList<List<Thread>>();
        for (var strand : strands) {
            var cycle = from(strand.thread(), known);
            if (!cycle.isEmpty()) {
                cycles.add(cycle);
            }
        }
        return cycles;
    }

    private List<Thread> from(Thread start, Set<Thread> known) {
        var next = whomItAwaits(start);
        if (next == null) {
            return List.of();
        }
        var path = new ArrayList<Thread>();
        var places = new IdentityHashMap<Thread, Integer>();
        for (Thread thread = start; thread != null && known.add(thread); thread = next) {
            places.put(thread, path.size());
            path.add(thread);
            next = whomItAwaits(thread);
            var place = next == null ? null : places.get(next);
            if (place != null) {
                return List.copyOf(path.subList(place, path.size()));
            }
        }
        return List.of();
    }

    /// The only thread that could end the wait of another; null if there are more, if that is not
    /// known, or if it does not wait, or not without a limit.
    private @Nullable Thread whomItAwaits(Thread thread) {
        var blocker = LockSupport.getBlocker(thread);
        Thread holder;
        if (blocker instanceof Held held) {
            holder = onlyHolder(held);
        } else {
            holder = isLock(blocker) ? VirtualThreads.ownerOf(blocker) : null;
        }
        return holder != null && thread.getState() == Thread.State.WAITING ? holder : null;
    }

    /// Whether it is a lock of the JDK: only its owner can give it back.
    private static boolean isLock(@Nullable Object blocker) {
        return blocker != null && blocker.getClass().getName().startsWith(LOCKS);
    }

    private @Nullable Thread onlyHolder(Held held) {
        try {
            if (sure && !held.isEndedByHoldersOnly()) {
                return null;
            }
            var holders = List.copyOf(held.holders());
            return holders.size() == 1 ? holders.getFirst() : null;
        } catch (RuntimeException | Error e) { // of the user's class
            return null;
        }
    }
}
