// SPDX-License-Identifier: Apache-2.0
package io.eventlet.resource;

import io.eventlet.lang.Locks;
import io.eventlet.wait.Held;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/// The entries of a [ResourcePool], and who waits for one.
///
/// An entry exists, and counts, from when somebody is let in to fill it until it is given up: while
/// its item is made, lent, idle, and until it has been destroyed. All that is done to items is done
/// elsewhere, without the lock, by whoever holds the entry. Nobody waits while something is idle or
/// there is room. Thread-safe.
final class Entries<T> implements Held {
    private final String name;
    private final boolean lastInFirstOut;
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue getters = new WaitQueue(lock, this); // handed an entry; null: closed
    private final ArrayDeque<Entry<T>> idle = new ArrayDeque<>(); // guarded by lock
    private int max; // guarded by lock
    private final Set<Entry<T>> all = new HashSet<>(); // guarded by lock
    private boolean closed; // guarded by lock

    /// What an entry is; it has one holder at a time, who may change it.
    static final class Entry<T> {
        @Nullable T item; // null for one that is to be filled
        long oldAt = Waits.NEVER; // when the item is too old
        long idleUntil = Waits.NEVER; // when it has been idle for too long
        volatile @Nullable Thread holder; // as far as known; null while it is idle
    }

    Entries(String name, int max, boolean lastInFirstOut) {
        this.name = name;
        this.max = ensureNotNegative(max);
        this.lastInFirstOut = lastInFirstOut;
    }

    private static int ensureNotNegative(int max) {
        if (max < 0) {
            throw new IllegalArgumentException(
                    "the most items of a pool must not be negative: " + max);
        }
        return max;
    }

    /// Takes an entry, with an idle item if there is one, else to be filled; waits until there is
    /// one. Null if there was none by the deadline.
    @Nullable Entry<T> take(long deadline) {
        var entry = takeWhenFree(deadline);
        if (entry != null) {
            entry.holder = Thread.currentThread();
        }
        return entry;
    }

    @SuppressWarnings("unchecked")
    private @Nullable Entry<T> takeWhenFree(long deadline) {
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            if (closed) {
                throw new PoolClosed(name);
            }
            var first = idle.pollFirst();
            if (first != null) {
                return first;
            }
            if (all.size() < max) {
                return newEntry();
            }
            waiter = getters.add(null);
        } finally {
            lock.unlock();
        }
        if (!waiter.await(deadline)) {
            return null;
        }
        var handed = (Entry<T>) waiter.item();
        if (handed == null) {
            throw new PoolClosed(name);
        }
        return handed;
    }

    private Entry<T> newEntry() {
        var entry = new Entry<T>();
        all.add(entry);
        return entry;
    }

    /// Keeps an entry with its item for the next; false if it is one too many.
    boolean keep(Entry<T> entry) {
        lock.lock();
        try {
            if (closed || all.size() > max) {
                return false;
            }
            entry.holder = null;
            if (!getters.wake(entry)) {
                if (lastInFirstOut) {
                    idle.addFirst(entry);
                } else {
                    idle.addLast(entry);
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Gives up an entry without an item: whoever waits may fill it, if it is not one too many.
    void release(Entry<T> entry) {
        lock.lock();
        try {
            entry.holder = null;
            if (closed || all.size() > max || !getters.wake(entry)) {
                all.remove(entry);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Changes how many entries there may be, and lets in who may fill one. Those that are too many
    /// and idle are the caller's.
    List<Entry<T>> resize(int newMax) {
        ensureNotNegative(newMax);
        lock.lock();
        try {
            max = newMax;
            while (all.size() < max && !getters.isEmpty()) {
                boolean ignored = getters.wake(newEntry());
            }
            var surplus = new ArrayList<Entry<T>>();
            while (all.size() - surplus.size() > max && !idle.isEmpty()) {
                surplus.add(idle.removeFirst());
            }
            return surplus;
        } finally {
            lock.unlock();
        }
    }

    /// Takes those out that are idle and of which something holds.
    List<Entry<T>> takeIdle(Predicate<Entry<T>> which) {
        lock.lock();
        try {
            var taken = new ArrayList<Entry<T>>();
            idle.removeIf(entry -> which.test(entry) && taken.add(entry));
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// Tells who waits that there is nothing more to come; what is idle is the caller's.
    List<Entry<T>> close() {
        lock.lock();
        try {
            closed = true;
            getters.wakeAll(null);
            var left = List.copyOf(idle);
            idle.clear();
            return left;
        } finally {
            lock.unlock();
        }
    }

    int max() {
        return Locks.call(lock, () -> max);
    }

    int size() {
        return Locks.call(lock, all::size);
    }

    int idle() {
        return Locks.call(lock, idle::size);
    }

    int free() {
        return Locks.call(lock, () -> closed ? 0 : idle.size() + max - all.size());
    }

    int waiting() {
        return Locks.call(lock, getters::size);
    }

    /// Who was lent an item, or makes one; nobody if that is not known of all.
    @Override
    public Collection<Thread> holders() {
        lock.lock();
        try {
            var holders = new ArrayList<Thread>(all.size());
            for (var entry : all) {
                var holder = entry.holder;
                if (holder == null) {
                    return List.of();
                }
                holders.add(holder);
            }
            return holders;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return Locks.call(
                lock,
                () ->
                        "%s of at most %d items: %d there, %d idle, %d waiting"
                                .formatted(name, max, all.size(), idle.size(), getters.size()));
    }
}
