// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import io.eventlet.hub.WaitQueue;
import io.eventlet.hub.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// A queue of items, first in first out, that threads put into and get from.
///
/// ```java
/// var jobs = GreenQueue.<String>bounded(100);
/// Eventlet.spawn(() -> {
///     while (true) {
///         fetch(jobs.get());
///         jobs.taskDone();
///     }
/// });
/// jobs.put("https://example.org/");       // blocks while there are 100
/// jobs.join();                            // until all are done
/// ```
///
/// Threads that wait are served in the order in which they came. One that gives up, or is killed,
/// has neither taken an item nor left one. Null is no item. Thread-safe, from green and other
/// threads; what [#size()] and the like say may have changed when they have said it.
public final class GreenQueue<T> {
    private static final int UNBOUNDED = Integer.MAX_VALUE;

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue getters = new WaitQueue(lock, this);
    private final WaitQueue putters = new WaitQueue(lock, this); // each brings its item
    private final WaitQueue joiners = new WaitQueue(lock, this);
    private final ArrayDeque<T> items = new ArrayDeque<>(); // guarded by lock
    private int unfinished; // guarded by lock

    private GreenQueue(int capacity) {
        this.capacity = capacity;
    }

    /// A queue without a limit: putting never blocks.
    public static <T> GreenQueue<T> unbounded() {
        return new GreenQueue<>(UNBOUNDED);
    }

    /// A queue of at most so many items; 0 for one where putter and getter meet.
    public static <T> GreenQueue<T> bounded(int capacity) {
        if (capacity < 0) {
            throw new IllegalArgumentException(
                    "the capacity of a queue must not be negative: " + capacity);
        }
        return new GreenQueue<>(capacity);
    }

    /// A queue that holds nothing: a put ends when a get has taken the item, and on one hub the
    /// thread that has taken it goes on first.
    public static <T> GreenQueue<T> rendezvous() {
        return new GreenQueue<>(0);
    }

    // ---- putting

    /// Puts an item at the end; blocks while the queue is full.
    public void put(T item) {
        boolean ignored = put(item, Waits.NEVER);
    }

    /// Puts an item at the end; throws [QueueFull] if there is no room within a limit.
    public void put(T item, Duration limit) {
        if (!put(item, deadline(limit))) {
            throw new QueueFull("no room for " + item + " within " + limit + " in " + this);
        }
    }

    /// Puts an item at the end if there is room or somebody waits for it; never blocks.
    public boolean tryPut(T item) {
        Objects.requireNonNull(item);
        lock.lock();
        try {
            return offer(item);
        } finally {
            lock.unlock();
        }
    }

    private boolean put(T item, long deadline) {
        Objects.requireNonNull(item);
        WaitQueue.Waiter waiter = null;
        lock.lock();
        try {
            if (!offer(item)) {
                waiter = putters.add(item);
            }
        } finally {
            lock.unlock();
        }
        if (waiter != null) {
            return waiter.await(deadline);
        }
        if (capacity == 0) { // who has been given the item runs first
            Waits.PARKING.giveWay();
        }
        return true;
    }

    private boolean offer(T item) {
        if (!getters.wake(item)) {
            if (items.size() >= capacity) {
                return false;
            }
            items.addLast(item);
        }
        unfinished++;
        return true;
    }

    // ---- getting

    /// Takes the first item; blocks while there is none.
    public T get() {
        return Objects.requireNonNull(get(Waits.NEVER));
    }

    /// Takes the first item; throws [QueueEmpty] if there is none within a limit.
    public T get(Duration limit) {
        T item = get(deadline(limit));
        if (item == null) {
            throw new QueueEmpty("no item within " + limit + " in " + this);
        }
        return item;
    }

    /// Takes the first item, also from somebody who waits to put it; null if there is none. Never
    /// blocks.
    public @Nullable T tryGet() {
        lock.lock();
        try {
            return poll();
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("unchecked")
    private @Nullable T get(long deadline) {
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            T item = poll();
            if (item != null) {
                return item;
            }
            waiter = getters.add(null);
        } finally {
            lock.unlock();
        }
        return waiter.await(deadline) ? (T) waiter.item() : null;
    }

    /// Takes the first item, and lets in the one that has waited longest to be put.
    @SuppressWarnings("unchecked")
    private @Nullable T poll() {
        T first = items.pollFirst();
        var waiting = (T) putters.peek();
        if (waiting == null) {
            return first;
        }
        boolean ignored = putters.wake(null);
        unfinished++;
        if (first == null) {
            return waiting;
        }
        items.addLast(waiting);
        return first;
    }

    private static long deadline(Duration limit) {
        if (limit.isNegative()) {
            throw new IllegalArgumentException("the limit must not be negative: " + limit);
        }
        return Waits.deadlineAfter(limit);
    }

    // ---- work that items stand for

    /// Tells that the work for an item that was taken is done.
    public void taskDone() {
        lock.lock();
        try {
            if (unfinished == 0) {
                throw new IllegalStateException(
                        "taskDone() was called more often than items were put");
            }
            unfinished--;
            if (unfinished == 0) {
                joiners.wakeAll(null);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits until [#taskDone()] has been called for every item that was put.
    public void join() {
        boolean ignored = join(Waits.NEVER);
    }

    /// As [#join()], for at most a time: false if some were unfinished then.
    public boolean join(Duration limit) {
        return join(deadline(limit));
    }

    private boolean join(long deadline) {
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            if (unfinished == 0) {
                return true;
            }
            waiter = joiners.add(null);
        } finally {
            lock.unlock();
        }
        return waiter.await(deadline);
    }

    /// How many items were put, or taken from who waits to put them, and are not done.
    public int unfinishedTasks() {
        lock.lock();
        try {
            return unfinished;
        } finally {
            lock.unlock();
        }
    }

    // ---- what it holds

    /// The items in it.
    public int size() {
        lock.lock();
        try {
            return items.size();
        } finally {
            lock.unlock();
        }
    }

    /// How many it may hold; `Integer.MAX_VALUE` for no limit.
    public int capacity() {
        return capacity;
    }

    public boolean isEmpty() {
        return size() == 0;
    }

    /// Whether a put would have to wait for a get; a rendezvous is always full, and always empty.
    public boolean isFull() {
        return size() >= capacity;
    }

    /// The threads that wait to put.
    public int putting() {
        lock.lock();
        try {
            return putters.size();
        } finally {
            lock.unlock();
        }
    }

    /// The threads that wait to get.
    public int getting() {
        lock.lock();
        try {
            return getters.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        lock.lock();
        try {
            return "queue of %d%s, %d putting, %d getting"
                    .formatted(
                            items.size(),
                            capacity == UNBOUNDED ? "" : " of at most " + capacity,
                            putters.size(),
                            getters.size());
        } finally {
            lock.unlock();
        }
    }
}
