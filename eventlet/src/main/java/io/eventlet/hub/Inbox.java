// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.poll.Poller;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/// What other threads give a hub to run: lock-free, first in first out. It knows too whether the
/// hub sleeps, and who has to wake it.
class Inbox extends AtomicReference<Inbox.@Nullable Entry> {
    /*
     * Others push an entry, then ask wake(); the hub says sleep(), which looks for entries last:
     * both with full fences, so one of them sees the other.
     *
     * Where there is no memory for an entry, a task goes to one of the spare places, which were
     * made beforehand: a virtual thread that cannot be pushed would be lost.
     */
    private static final long serialVersionUID = 1;
    private static final int SPARE = 256;

    static { // links what is called without memory
        var inbox = new Inbox();
        boolean ignored = inbox.keep(() -> {});
        inbox.drainSpare(_ -> {});
    }

    private volatile boolean asleep;
    private volatile int processor = -1; // where the hub was when it looked last
    private final transient AtomicReferenceArray<@Nullable Runnable> spare =
            new AtomicReferenceArray<>(SPARE);
    private final AtomicInteger spared = new AtomicInteger(); // how many, or are about to be

    /// Tasks, newest first; turned round in place when they are taken, which needs no memory.
    static final class Entry {
        private final Runnable task;
        private @Nullable Entry next;

        Entry(Runnable task) {
            this.task = task;
        }
    }

    /// An entry for a task; tests have it fail.
    Entry entry(Runnable task) {
        return new Entry(task);
    }

    /// Throws an `OutOfMemoryError`, without having taken the task, if there is no memory and more
    /// have come meanwhile than there are spare places.
    final void push(Runnable task) {
        Entry entry;
        try {
            entry = entry(task);
        } catch (OutOfMemoryError e) {
            if (!keep(task)) {
                throw e;
            }
            return;
        }
        push(entry);
    }

    private void push(Entry entry) {
        do {
            entry.next = get();
        } while (!compareAndSet(entry.next, entry));
    }

    private boolean keep(Runnable task) {
        spared.getAndIncrement(); // first: whoever looks meanwhile does not sleep
        for (int i = 0; i < SPARE; i++) {
            if (spare.compareAndSet(i, null, task)) {
                return true;
            }
        }
        spared.getAndDecrement();
        return false;
    }

    /// Called by the hub before it waits; false if it must not, because there is an entry.
    final boolean sleep() {
        asleep = true;
        return isEmpty();
    }

    /// Takes the hub for awake from now on; true if it slept: who has pushed wakes it up then. Once
    /// is enough.
    final boolean wake() {
        if (!asleep) {
            return false;
        }
        asleep = false;
        return true;
    }

    /// For who has pushed: wakes the hub up if it sleeps. If that fails, without memory, the next
    /// does it; meanwhile the hub may be awake by itself, and is woken once for nothing.
    final void wake(Poller poller) {
        if (wake()) {
            try {
                poller.wakeup();
            } catch (Throwable e) {
                asleep = true;
                throw e;
            }
        }
    }

    /// Whether the hub sleeps, or is about to.
    final boolean isAsleep() {
        return asleep;
    }

    /// Called by the hub: on which processor it is; negative if that is unknown.
    final void noteProcessor(int number) {
        processor = number;
    }

    /// The processor that was noted last; negative for none.
    final int processor() {
        return processor;
    }

    /// Whether the hub sleeps, with nothing sent to it.
    final boolean isSleeping() {
        return asleep && isEmpty();
    }

    final boolean isEmpty() {
        return get() == null && spared.get() == 0;
    }

    /// Takes all there is, oldest first. What cannot be taken, because there is no memory, and what
    /// is behind it stays.
    final void drain(Consumer<Runnable> into) {
        if (get() != null) { // a volatile read: after `closed` was set it must not be an old one
            drainEntries(into);
        }
        if (spared.get() != 0) {
            drainSpare(into);
        }
    }

    private void drainEntries(Consumer<Runnable> into) {
        Entry oldest = null;
        for (var entry = getAndSet(null); entry != null; ) {
            var next = entry.next;
            entry.next = oldest;
            oldest = entry;
            entry = next;
        }
        try {
            for (; oldest != null; oldest = oldest.next) {
                into.accept(oldest.task);
            }
        } finally {
            while (oldest != null) { // the one that was not taken, and those behind it
                var next = oldest.next;
                push(oldest);
                oldest = next;
            }
        }
    }

    private void drainSpare(Consumer<Runnable> into) {
        for (int i = 0; i < SPARE; i++) {
            var task = spare.getAndSet(i, null);
            if (task == null) {
                continue;
            }
            boolean taken = false;
            try {
                into.accept(task);
                taken = true;
            } finally {
                if (taken) {
                    spared.getAndDecrement();
                } else {
                    putBack(task);
                }
            }
        }
    }

    private void putBack(Runnable task) {
        for (int i = 0; !spare.compareAndSet(i, null, task); i = (i + 1) % SPARE) {
            Thread.onSpinWait(); // others have taken its place, and do not keep it
        }
    }
}
