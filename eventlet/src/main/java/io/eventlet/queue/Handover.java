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

/// The inside of a queue: hands items from those who put to those who get, who wait for each other
/// at a buffer.
final class Handover<T> {
    /// What those who wait are woken with when the queue is closed.
    private static final Object CLOSED = new Object();

    private final Object owner;
    private final ReentrantLock lock = new ReentrantLock();
    private final Unfinished unfinished; // guarded by lock
    private final BoundedBuffer<T> buffer; // guarded by lock

    Handover(Object owner, Store<T> store, int capacity) {
        this.owner = owner;
        unfinished = new Unfinished(lock, owner);
        buffer = new BoundedBuffer<>(lock, owner, unfinished, store, checked(capacity));
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
            meeting = buffer.capacity() == 0;
            if (!offer(item)) {
                waiter = buffer.standToPut(item);
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
        if (buffer.isClosed()) {
            throw nothingMoreCanBePut();
        }
        return buffer.offer(item);
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
            T item = buffer.poll();
            if (item != null) {
                return item;
            }
            if (buffer.isClosed()) {
                return CLOSED;
            }
            waiter = buffer.standToGet();
        } finally {
            lock.unlock();
        }
        return waiter.await(deadline) ? waiter.item() : null;
    }

    /// Takes the first item; null if there is none now. Throws [QueueClosed].
    @Nullable T tryGet() {
        lock.lock();
        try {
            T item = buffer.poll();
            return item == null && buffer.isClosed() ? ensureOpen(CLOSED) : item;
        } finally {
            lock.unlock();
        }
    }

    /// Takes the first item; null if there is none now, closed or not.
    @Nullable T poll() {
        lock.lock();
        try {
            return buffer.poll();
        } finally {
            lock.unlock();
        }
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
            buffer.putBack(item);
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
            T item = buffer.peek();
            if (item != null) {
                return item;
            }
            if (buffer.isClosed()) {
                return ensureOpen(CLOSED);
            }
            waiter = buffer.standToPeek();
        } finally {
            lock.unlock();
        }
        return waiter.await(deadline) ? ensureOpen(waiter.item()) : null;
    }

    /// The item that a get would take; null if there is none now. Throws [QueueClosed].
    @Nullable T tryPeek() {
        lock.lock();
        try {
            T item = buffer.peek();
            return item == null && buffer.isClosed() ? ensureOpen(CLOSED) : item;
        } finally {
            lock.unlock();
        }
    }

    /// The item that a get would take; null if there is none now, closed or not.
    @Nullable T head() {
        lock.lock();
        try {
            return buffer.peek();
        } finally {
            lock.unlock();
        }
    }

    // ---- as one of several things to do

    /// Puts an item at once, or stands in line, for a choice.
    WaitQueue.@Nullable Waiter enlistPut(Choice choice, T item) {
        lock.lock();
        try {
            var waiter = buffer.standToPut(choice, item);
            if (waiter == null && choice.hold()) {
                if (buffer.isClosed()) {
                    choice.done(CLOSED);
                } else if (buffer.offer(item)) {
                    choice.done(null);
                } else {
                    choice.again();
                }
            }
            return waiter;
        } finally {
            lock.unlock();
        }
    }

    /// Takes the first item at once, or stands in line, for a choice.
    WaitQueue.@Nullable Waiter enlistGet(Choice choice) {
        lock.lock();
        try {
            var waiter = buffer.standToGet(choice);
            if (waiter == null && choice.hold()) {
                T item = buffer.poll();
                if (item != null) {
                    choice.done(item);
                } else if (buffer.isClosed()) {
                    choice.done(CLOSED);
                } else {
                    choice.again();
                }
            }
            return waiter;
        } finally {
            lock.unlock();
        }
    }

    /// Has an action run when there is an item, or never will be; null if that is so now.
    WaitQueue.@Nullable Waiter whenReady(Runnable action) {
        lock.lock();
        try {
            return buffer.whenReady(action);
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
            buffer.resize(wanted);
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            buffer.close(CLOSED);
        } finally {
            lock.unlock();
        }
    }

    /// Closes it and takes out what is left, which counts as done.
    List<T> closeNow() {
        lock.lock();
        try {
            close();
            var left = buffer.toList();
            boolean ignored = buffer.removeIf(_ -> true);
            return left;
        } finally {
            lock.unlock();
        }
    }

    /// Takes out the items that a test picks, which then count as done. Under the lock.
    boolean removeIf(Predicate<? super T> which) {
        lock.lock();
        try {
            return buffer.removeIf(which);
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
            return buffer.toList();
        } finally {
            lock.unlock();
        }
    }

    QueueState state() {
        lock.lock();
        try {
            return buffer.state();
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
