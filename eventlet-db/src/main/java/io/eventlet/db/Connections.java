// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import io.eventlet.lang.Locks;
import io.eventlet.wait.Held;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/// The entries of a pool: which are idle, how many there may be, and who waits for one.
///
/// All that is done to connections is done elsewhere, by whoever holds the entry. Nobody waits
/// while something is idle or there is room. Thread-safe.
final class Connections implements Held {
    /*
     * Those that are idle are a stack, from which any thread takes and to which any thread gives
     * back by one compare-and-set, as long as nobody waits. AWAITED, at the top and alone, means
     * that nothing is idle and somebody may stand in the queue: it comes and goes under the lock
     * only, so that who gives back under it knows who waits, and hands over to the first of them.
     * CLOSED comes under the lock and stays.
     *
     *   somebody waits  =>  AWAITED, and as many entries as there may be
     *
     * A node is used once, so that a top that was seen and is there again is the same stack.
     */
    private static final Node AWAITED = new Node(null);
    private static final Node CLOSED = new Node(null);

    private static final VarHandle TOP;

    static {
        try {
            TOP = MethodHandles.lookup().findVarHandle(Connections.class, "top", Node.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final class Node {
        final @Nullable Entry entry; // null: a mark
        @Nullable Node below; // whoever puts it there, before

        Node(@Nullable Entry entry) {
            this.entry = entry;
        }
    }

    private final String name;
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue getters = new WaitQueue(lock, this); // handed an entry; null: closed
    private final Set<Entry> all = new HashSet<>(); // guarded by lock
    private volatile @Nullable Node top;
    private volatile int max; // written under lock
    private volatile int count; // written under lock: of all
    private long waits; // guarded by lock: how many have waited
    private long expired; // guarded by lock: how many have waited too long

    Connections(String name, int max) {
        this.name = name;
        this.max = ensurePositive(max);
    }

    private static int ensurePositive(int max) {
        if (max < 1) {
            throw new IllegalArgumentException(
                    "the most connections of a pool must be at least 1: " + max);
        }
        return max;
    }

    /// Takes an entry that is idle, the one that was given back last; null if there is none.
    @Nullable Entry takeIdle() {
        var seen = top;
        while (seen != null && seen.entry != null) {
            if (TOP.compareAndSet(this, seen, seen.below)) {
                return seen.entry;
            }
            seen = top;
        }
        return null;
    }

    /// Takes an entry, with an idle connection if there is one, else without any; waits until there
    /// is one. Null if there was none by the deadline.
    @Nullable Entry take(long deadline) throws SQLException {
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            while (true) {
                var idle = takeIdle();
                if (idle != null) {
                    return idle;
                }
                ensureOpen();
                if (count < max) {
                    return newEntry();
                }
                if (top == AWAITED || TOP.compareAndSet(this, null, AWAITED)) {
                    break;
                }
            }
            waits++;
            waiter = getters.add(null);
        } finally {
            lock.unlock();
        }
        if (!waiter.await(deadline)) {
            Locks.call(lock, () -> expired++);
            return null;
        }
        var handed = (Entry) waiter.item();
        if (handed == null) {
            throw closed();
        }
        return handed;
    }

    private void ensureOpen() throws SQLException {
        if (isClosed()) {
            throw closed();
        }
    }

    private SQLException closed() {
        return new SQLNonTransientConnectionException(name + " has been closed", "08003");
    }

    private Entry newEntry() {
        var entry = new Entry();
        all.add(entry);
        count = all.size();
        return entry;
    }

    /// Keeps an entry with its connection for the next. Returns one that is too many, if there is
    /// one: the caller's.
    @Nullable Entry keep(Entry entry) {
        var node = new Node(entry);
        while (true) {
            var seen = top;
            if (seen == CLOSED || count > max) {
                return entry;
            }
            if (seen != AWAITED) {
                node.below = seen;
                if (TOP.compareAndSet(this, seen, node)) {
                    return count > max ? surplus() : null; // it may have become too many meanwhile
                }
            } else if (handOn(entry)) {
                return null;
            }
        }
    }

    /// Hands an entry to who waits, or keeps it; false if nobody may wait any more.
    private boolean handOn(Entry entry) {
        lock.lock();
        try {
            if (top != AWAITED || count > max) {
                return false;
            }
            if (!getters.wake(entry)) {
                top = new Node(entry);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Entry surplus() {
        return Locks.call(lock, () -> count > max ? takeIdle() : null);
    }

    /// Gives up an entry without a connection: whoever waits may open one, if it is not one too
    /// many.
    void release(Entry entry) {
        lock.lock();
        try {
            if (count > max || !getters.wake(entry)) {
                all.remove(entry);
                count = all.size();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Changes how many entries there may be, and lets in who may fill one. Those that are too many
    /// and idle are the caller's.
    List<Entry> resize(int newMax) {
        lock.lock();
        try {
            max = ensurePositive(newMax);
            while (count < newMax && !getters.isEmpty()) {
                boolean ignored = getters.wake(newEntry());
            }
            var surplus = new ArrayList<Entry>();
            while (count - surplus.size() > newMax) {
                var idle = takeIdle();
                if (idle == null) {
                    break;
                }
                surplus.add(idle);
            }
            return surplus;
        } finally {
            lock.unlock();
        }
    }

    /// Takes those out that are idle and of which something holds; those that were given back first
    /// are asked first.
    List<Entry> takeIdle(Predicate<Entry> which) {
        lock.lock(); // who finds nothing meanwhile comes for the lock as well
        try {
            var stack = new ArrayList<Entry>();
            for (var entry = takeIdle(); entry != null; entry = takeIdle()) {
                stack.add(entry);
            }
            var taken = new ArrayList<Entry>();
            for (var entry : stack.reversed()) {
                if (which.test(entry)) {
                    taken.add(entry);
                } else {
                    push(entry);
                }
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// Puts an entry back that was idle. Under the lock, so that nobody has come to wait since.
    private void push(Entry entry) {
        var node = new Node(entry);
        do {
            node.below = top;
        } while (!TOP.compareAndSet(this, node.below, node));
    }

    /// Tells who waits that there is nothing more to come; what is idle is the caller's.
    List<Entry> close() {
        lock.lock();
        try {
            var left = new ArrayList<Entry>();
            var seen = (Node) TOP.getAndSet(this, CLOSED);
            for (; seen != null && seen.entry != null; seen = seen.below) {
                left.add(seen.entry);
            }
            getters.wakeAll(null);
            return left;
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        return top == CLOSED;
    }

    int max() {
        return max;
    }

    int count() {
        return count;
    }

    int idle() {
        int idle = 0;
        var seen = top;
        for (; seen != null && seen.entry != null; seen = seen.below) {
            idle++;
        }
        return idle;
    }

    int waiting() {
        return Locks.call(lock, getters::size);
    }

    long waits() {
        return Locks.call(lock, () -> waits);
    }

    long expired() {
        return Locks.call(lock, () -> expired);
    }

    List<Entry> all() {
        return Locks.call(lock, () -> List.copyOf(all));
    }

    /// Who was lent a connection, or opens one; nobody if that is not known of all.
    @Override
    public Collection<Thread> holders() {
        var holders = new ArrayList<Thread>();
        for (var entry : all()) {
            var holder = entry.holder();
            if (holder == null) {
                return List.of();
            }
            holders.add(holder);
        }
        return holders;
    }

    @Override
    public String toString() {
        return Locks.call(
                lock,
                () -> {
                    int idle = idle();
                    return "%s: %d of at most %d connections, %d lent, %d idle, %d waiting"
                            .formatted(name, count, max, count - idle, idle, getters.size());
                });
    }
}
