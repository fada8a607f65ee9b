// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import io.eventlet.wait.Choice;
import io.eventlet.wait.Names;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/*
 * What holds whenever nobody has the lock:
 *
 *   somebody waits to get or to peek  =>  the store is empty, and nobody waits to put
 *   somebody waits to put             =>  the store has its capacity or more
 *   closed                            =>  nobody waits
 *
 * So who comes cannot overtake who waits, and it is enough to look at the other side: a put at the
 * getters, a get at the putters. Whatever makes room lets putters in before it gives up the lock.
 * The item of a putter is with its waiter; it gets in, and counts, when the putter is woken.
 */

/// The inside of a queue: hands items from those who put to those who get, by way of a store.
final class Handover<T> {
    /// What those who wait are woken with when the queue is closed.
    private static final Object CLOSED = new Object();

    private final Object owner;
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue getters;
    private final WaitQueue putters; // each brings its item
    private final WaitQueue peekers;
    private final WaitQueue watchers; // who want to know that there is something to get
    private final Unfinished unfinished; // guarded by lock
    private final Store<T> store; // guarded by lock
    private int capacity; // guarded by lock
    private boolean closed; // guarded by lock

    Handover(Object owner, Store<T> store, int capacity) {
        this.owner = owner;
        this.store = store;
        this.capacity = checked(capacity);
        this.getters = new WaitQueue(lock, owner);
        this.putters = new WaitQueue(lock, owner);
        this.peekers = new WaitQueue(lock, owner);
        this.watchers = new WaitQueue(lock, owner);
        this.unfinished = new Unfinished(lock, owner);
    }

    private static int checked(int capacity) {
        if (capacity < 0) {
            throw new IllegalArgumentException(
                    "the capacity of a queue must not be negative: " + capacity);
        }
        return capacity;
    }

    // ---- putting

    /// Puts an item; false if there was no room until the deadline. Throws [QueueClosed].
    boolean put(T item, long deadline) {
        Objects.requireNonNull(item);
        WaitQueue.Waiter waiter = null;
        boolean meeting;
        lock.lock();
        try {
            meeting = capacity == 0;
            if (!offer(item)) {
                waiter = putters.add(item);
                tellOf(item);
            }
        } finally {
            lock.unlock();
        }
        if (waiter != null) {
            return waiter.await(deadline) && isIn(waiter.item());
        }
        if (meeting) { // who has been given the item runs first
            Waits.PARKING.yieldNow();
        }
        return true;
    }

    boolean tryPut(T item) {
        Objects.requireNonNull(item);
        lock.lock();
        try {
            return offer(item);
        } finally {
            lock.unlock();
        }
    }

    private boolean offer(T item) {
        if (closed) {
            throw nothingMoreCanBePut();
        }
        if (!getters.wake(item)) {
            if (store.size() >= capacity) {
                return false;
            }
            store.add(item);
            watchers.wakeAll(null);
        }
        unfinished.add();
        peekers.wakeAll(item);
        return true;
    }

    private void tellOf(T item) {
        peekers.wakeAll(item);
        watchers.wakeAll(null);
    }

    /// Lets in who waits to put, as far as there is room. Whose item the store does not take is
    /// told so: it is not the trouble of the one who made room.
    @SuppressWarnings("unchecked")
    private void letIn() {
        while (store.size() < capacity) {
            var putter = putters.claim();
            if (putter == null) {
                return;
            }
            Throwable refusal = null;
            try {
                store.add((T) Objects.requireNonNull(putter.item()));
                unfinished.add();
            } catch (RuntimeException | Error e) {
                refusal = e;
            }
            putters.wake(putter, refusal);
        }
    }

    /// Whether what a putter was told means that its item is in; throws why not.
    boolean isIn(@Nullable Object answer) {
        if (answer == CLOSED) {
            throw nothingMoreCanBePut();
        }
        if (answer instanceof Throwable refusal) {
            throw Waits.rethrow(refusal);
        }
        return true;
    }

    private QueueClosed nothingMoreCanBePut() {
        return new QueueClosed("nothing more can be put: " + owner);
    }

    // ---- getting

    /// Takes the first item; null if there was none until the deadline. Throws [QueueClosed].
    @Nullable T get(long deadline) {
        return ensureOpen(take(deadline));
    }

    /// Takes the first item; null if there is none and never will be.
    @SuppressWarnings("unchecked")
    @Nullable T getUntilClosed() {
        var taken = take(Waits.NEVER);
        return taken == CLOSED ? null : (T) taken;
    }

    private @Nullable Object take(long deadline) {
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            T item = first();
            if (item != null) {
                return item;
            }
            if (closed) {
                return CLOSED;
            }
            waiter = getters.add(null);
        } finally {
            lock.unlock();
        }
        return waiter.await(deadline) ? waiter.item() : null;
    }

    /// Takes the first item; null if there is none now. Throws [QueueClosed].
    @Nullable T tryGet() {
        lock.lock();
        try {
            T item = first();
            return item == null && closed ? ensureOpen(CLOSED) : item;
        } finally {
            lock.unlock();
        }
    }

    /// Takes the first item; null if there is none now, closed or not.
    @Nullable T poll() {
        lock.lock();
        try {
            return first();
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("unchecked")
    private @Nullable T first() {
        T item = store.poll();
        if (putters.isEmpty()) {
            return item;
        }
        if (item != null) {
            letIn();
            return item;
        }
        var putter = putters.claim(); // it holds nothing: the putter meets the getter
        if (putter == null) {
            return null;
        }
        item = (T) putter.item();
        putters.wake(putter, null);
        unfinished.add();
        return item;
    }

    @SuppressWarnings("unchecked")
    @Nullable T ensureOpen(@Nullable Object taken) {
        if (taken == CLOSED) {
            throw new QueueClosed("nothing is left to get: " + owner);
        }
        return (T) taken;
    }

    /// Puts back an item that was taken, as the first one, whether there is room or not.
    void putBack(T item) {
        lock.lock();
        try {
            if (!getters.wake(item)) {
                store.addFirst(item);
                watchers.wakeAll(null);
            }
            peekers.wakeAll(item);
        } finally {
            lock.unlock();
        }
    }

    // ---- looking at the first

    /// The item that a get would take; null if there was none until the deadline. Throws
    /// [QueueClosed].
    @Nullable T peek(long deadline) {
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            T item = head();
            if (item != null) {
                return item;
            }
            if (closed) {
                return ensureOpen(CLOSED);
            }
            waiter = peekers.add(null);
        } finally {
            lock.unlock();
        }
        return waiter.await(deadline) ? ensureOpen(waiter.item()) : null;
    }

    /// The item that a get would take; null if there is none now. Throws [QueueClosed].
    @Nullable T tryPeek() {
        lock.lock();
        try {
            T item = head();
            return item == null && closed ? ensureOpen(CLOSED) : item;
        } finally {
            lock.unlock();
        }
    }

    /// The item that a get would take; null if there is none now, closed or not.
    @SuppressWarnings("unchecked")
    @Nullable T head() {
        lock.lock();
        try {
            T item = store.peek();
            return item != null ? item : (T) putters.peek();
        } finally {
            lock.unlock();
        }
    }

    // ---- as one of several things to do

    /// Puts an item at once, or stands in line, for a choice.
    WaitQueue.@Nullable Waiter enlistPut(Choice choice, T item) {
        lock.lock();
        try {
            if (!closed && getters.isEmptyBut(choice) && store.size() >= capacity) {
                var waiter = putters.add(choice, item);
                tellOf(item);
                return waiter;
            }
            if (choice.hold()) {
                if (closed) {
                    choice.done(CLOSED);
                } else if (offer(item)) {
                    choice.done(null);
                } else {
                    choice.again();
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /// Takes the first item at once, or stands in line, for a choice.
    WaitQueue.@Nullable Waiter enlistGet(Choice choice) {
        lock.lock();
        try {
            if (!closed && store.size() == 0 && putters.isEmptyBut(choice)) {
                return getters.add(choice, null);
            }
            if (choice.hold()) {
                T item = first();
                if (item != null) {
                    choice.done(item);
                } else if (closed) {
                    choice.done(CLOSED);
                } else {
                    choice.again();
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /// Has an action run when there is an item, or never will be; null if that is so now.
    WaitQueue.@Nullable Waiter whenReady(Runnable action) {
        lock.lock();
        try {
            boolean ready = closed || store.size() > 0 || !putters.isEmpty();
            return ready ? null : watchers.addAction(action);
        } finally {
            lock.unlock();
        }
    }

    static boolean isClosing(@Nullable Object item) {
        return item == CLOSED;
    }

    // ---- all of it

    void resize(int newCapacity) {
        int wanted = checked(newCapacity);
        lock.lock();
        try {
            capacity = wanted;
            letIn();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            putters.wakeAll(CLOSED);
            getters.wakeAll(CLOSED);
            peekers.wakeAll(CLOSED);
            watchers.wakeAll(null);
        } finally {
            lock.unlock();
        }
    }

    /// Closes it and takes out what is left, which counts as done.
    List<T> closeNow() {
        lock.lock();
        try {
            close();
            var left = store.toList();
            boolean ignored = removeIf(_ -> true);
            return left;
        } finally {
            lock.unlock();
        }
    }

    /// Takes out the items that a test picks, which then count as done. Under the lock.
    boolean removeIf(Predicate<? super T> which) {
        lock.lock();
        try {
            int before = store.size();
            boolean removed = store.removeIf(which);
            unfinished.drop(before - store.size());
            letIn();
            return removed;
        } finally {
            lock.unlock();
        }
    }

    void taskDone() {
        lock.lock();
        try {
            unfinished.done();
        } finally {
            lock.unlock();
        }
    }

    boolean join(long deadline) {
        return unfinished.await(deadline);
    }

    // ---- what it holds

    List<T> toList() {
        lock.lock();
        try {
            return store.toList();
        } finally {
            lock.unlock();
        }
    }

    QueueState state() {
        lock.lock();
        try {
            return new QueueState(
                    store.size(),
                    capacity,
                    putters.size(),
                    getters.size(),
                    peekers.size(),
                    unfinished.count(),
                    closed);
        } finally {
            lock.unlock();
        }
    }

    /// Whose queue it is, as dumps name it.
    @Override
    public String toString() {
        return Names.of(owner);
    }
}
