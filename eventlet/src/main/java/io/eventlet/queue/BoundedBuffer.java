// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import io.eventlet.wait.Choice;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/// The bounded buffer in a queue, where threads stand in line for items or for room. It waits for
/// nothing itself. Guarded by the lock of the queue.
final class BoundedBuffer<T> {
    /*
     * What holds whenever nobody has the lock:
     *
     *   somebody waits to get or to peek  =>  the store is empty, and nobody waits to put
     *   somebody waits to put             =>  the store has its capacity or more
     *   closed                            =>  nobody waits
     *
     * So who comes cannot overtake who waits, and it is enough to look at the other side: a put at
     * the getters, a get at the putters. Whatever makes room lets putters in before it gives up the
     * lock. The item of a putter is with its waiter; it gets in, and counts, when the putter is
     * woken.
     */
    private final WaitQueue getters;
    private final WaitQueue putters; // each brings its item
    private final WaitQueue peekers;
    private final WaitQueue watchers; // who want to know that there is something to get
    private final Unfinished unfinished;
    private final Store<T> store;
    private int capacity;
    private boolean closed;

    BoundedBuffer(
            ReentrantLock lock, Object owner, Unfinished unfinished, Store<T> store, int capacity) {
        getters = new WaitQueue(lock, owner);
        putters = new WaitQueue(lock, owner);
        peekers = new WaitQueue(lock, owner);
        watchers = new WaitQueue(lock, owner);
        this.unfinished = unfinished;
        this.store = store;
        this.capacity = capacity;
    }

    // ---- putting

    /// Puts an item; false if there is no room. Called only while it is not closed.
    boolean offer(T item) {
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

    /// Has the caller stand in line with an item for which there is no room. It is woken when that
    /// is in, with null, or with why not.
    WaitQueue.Waiter standToPut(T item) {
        var waiter = putters.add(item);
        tellOf(item);
        return waiter;
    }

    /// As [#standToPut(Object)], for a choice; null if there may be room, or it is closed.
    WaitQueue.@Nullable Waiter standToPut(Choice choice, T item) {
        if (closed || !getters.isEmptyBut(choice) || store.size() < capacity) {
            return null;
        }
        var waiter = putters.add(choice, item);
        tellOf(item);
        return waiter;
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

    // ---- getting

    /// Takes the first item; null if there is none.
    @SuppressWarnings("unchecked")
    @Nullable T poll() {
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

    /// Has the caller stand in line for an item, of which there is none.
    WaitQueue.Waiter standToGet() {
        return getters.add(null);
    }

    /// As [#standToGet()], for a choice; null if there may be an item, or it is closed.
    WaitQueue.@Nullable Waiter standToGet(Choice choice) {
        return closed || store.size() > 0 || !putters.isEmptyBut(choice)
                ? null
                : getters.add(choice, null);
    }

    /// Puts back an item that was taken, as the first one, whether there is room or not.
    void putBack(T item) {
        if (!getters.wake(item)) {
            store.addFirst(item);
            watchers.wakeAll(null);
        }
        peekers.wakeAll(item);
    }

    // ---- looking at the first

    /// The first item; null if there is none.
    @SuppressWarnings("unchecked")
    @Nullable T peek() {
        T item = store.peek();
        return item != null ? item : (T) putters.peek();
    }

    /// Has the caller wait for the first item, of which it will be told.
    WaitQueue.Waiter standToPeek() {
        return peekers.add(null);
    }

    /// Has an action run when there is an item, or it is closed; null if that is so now.
    WaitQueue.@Nullable Waiter whenReady(Runnable action) {
        boolean ready = closed || store.size() > 0 || !putters.isEmpty();
        return ready ? null : watchers.addAction(action);
    }

    // ---- all of it

    int capacity() {
        return capacity;
    }

    void resize(int newCapacity) {
        capacity = newCapacity;
        letIn();
    }

    boolean isClosed() {
        return closed;
    }

    /// Has nobody wait any more: an answer is given to who waits.
    void close(Object answer) {
        closed = true;
        putters.wakeAll(answer);
        getters.wakeAll(answer);
        peekers.wakeAll(answer);
        watchers.wakeAll(null);
    }

    /// Takes out the items that a test picks, which then count as done.
    boolean removeIf(Predicate<? super T> which) {
        int before = store.size();
        boolean removed = store.removeIf(which);
        unfinished.drop(before - store.size());
        letIn();
        return removed;
    }

    /// The items, without those of who waits to put.
    List<T> toList() {
        return store.toList();
    }

    QueueState state() {
        return new QueueState(
                store.size(),
                capacity,
                putters.size(),
                getters.size(),
                peekers.size(),
                unfinished.count(),
                closed);
    }
}
