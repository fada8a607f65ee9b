// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.hub.Held;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Inheritance;
import io.eventlet.hub.WaitQueue;
import io.eventlet.hub.Waits;
import io.eventlet.lang.Durations;
import io.eventlet.lang.Lists;
import io.eventlet.lang.Locks;
import io.eventlet.member.Draft;
import io.eventlet.member.Member;
import io.eventlet.member.Permits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;

/// At most so many at once for each key, such as each host that a client talks to.
///
/// ```java
/// var pool = new GreenPool(100);
/// var perHost = new KeyedLimit<String>(2);
/// for (var uri : uris) {
///     perHost.spawn(pool, uri.getHost(), () -> fetch(uri));
/// }
/// pool.waitall();
/// ```
///
/// What is spawned takes a place of the pool when it is its key's turn, and not before, so that
/// many tasks for one key do not keep the pool from those for others. First come, first served for
/// each key. Nothing is kept for a key that nobody uses. Thread-safe, from green and other threads.
public final class KeyedLimit<K> {
    /*
     * Who waits for a key, a thread or a task, stands in the key's queue, and is handed the permit
     * of who leaves. A task that has a permit then stands in the queue of its pool. However a task
     * ends, it gives back what it has, its permit before its place; if it never begins, its link
     * does so.
     *
     * Locks: that of a pool may be taken under this one, never the other way round.
     */
    static final int DEFAULT_WAITING = 1000;

    private final GreenSemaphore unbegun; // for tasks that have not begun
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<K, Room> rooms = new HashMap<>(); // guarded by lock: of keys in use
    private final ArrayDeque<Spawned> admitted = new ArrayDeque<>(); // guarded by lock
    private int max; // guarded by lock

    /// One of those of a key.
    private static class Share {
        @Nullable Thread holder; // who has it, once it is had
        boolean held; // guarded by lock, as the next
        @Nullable Share previous; // in the list of its room
        @Nullable Share next;
    }

    /// What is known of a key. Guarded by lock.
    private final class Room implements Held {
        final K key;
        final WaitQueue waiters = new WaitQueue(lock, this); // threads bring their shares
        private @Nullable Share first;
        int inUse;

        Room(K key) {
            this.key = key;
        }

        void add(Share share) {
            share.held = true;
            share.next = first;
            if (first != null) {
                first.previous = share;
            }
            first = share;
            inUse++;
        }

        /// False if it was taken out before.
        boolean remove(Share share) {
            if (!share.held) {
                return false;
            }
            share.held = false;
            if (share.previous == null) {
                first = share.next;
            } else {
                share.previous.next = share.next;
            }
            if (share.next != null) {
                share.next.previous = share.previous;
            }
            share.previous = null;
            share.next = null;
            inUse--;
            return true;
        }

        @Override
        public Collection<Thread> holders() {
            return Locks.call(
                    lock,
                    () -> {
                        var holders = new ArrayList<Thread>(inUse);
                        for (var share = first; share != null; share = share.next) {
                            if (share.holder == null) {
                                return List.of();
                            }
                            holders.add(share.holder);
                        }
                        return holders;
                    });
        }

        @Override
        public String toString() {
            return Locks.call(
                            lock,
                            () ->
                                    "%d of at most %d, %d waiting"
                                            .formatted(inUse, max, waiters.size()))
                    + " for "
                    + Lists.shortened(key);
        }
    }

    /// So many at once for each key; at most 1000 tasks that were spawned wait.
    public KeyedLimit(int perKey) {
        this(perKey, DEFAULT_WAITING);
    }

    /// So many at once for each key; [#spawn] blocks while as many tasks as given have been spawned
    /// and not begun.
    public KeyedLimit(int perKey, int maxWaiting) {
        max = ensurePositive(perKey, "the limit per key");
        unbegun = new GreenSemaphore(ensurePositive(maxWaiting, "the tasks that may wait"));
    }

    private static int ensurePositive(int n, String what) {
        if (n < 1) {
            throw new IllegalArgumentException(what + " must be 1 or more: " + n);
        }
        return n;
    }

    // ---- for the calling thread

    /// The right to be one of those of a key, until it is closed; by any thread, once.
    public final class Permit implements AutoCloseable {
        private final Room room;
        private final Share share;

        private Permit(Room room, Share share) {
            this.room = room;
            this.share = share;
        }

        @Override
        public void close() {
            leave(room, share);
        }

        @Override
        public String toString() {
            boolean held = Locks.call(lock, () -> share.held);
            return held ? "permit for " + room.key : "permit that has ended";
        }
    }

    /// Waits until there is room for a key, and takes it. What ends the wait is thrown: the cause
    /// of a kill or a timeout, or [io.eventlet.hub.Cancelled] for an interrupt.
    public Permit enter(K key) {
        return Objects.requireNonNull(enterBy(key, Waits.NEVER));
    }

    /// As [#enter(Object)], for at most a time; throws [LimitExpired] after that.
    public Permit enter(K key, Duration limit) {
        Durations.ensureNotNegative(limit, "the limit of a wait");
        var permit = enterBy(key, Waits.deadlineAfter(limit));
        if (permit == null) {
            throw new LimitExpired("there was no room for " + key, limit);
        }
        return permit;
    }

    private @Nullable Permit enterBy(K key, long deadline) {
        Objects.requireNonNull(key, "a key");
        var share = shareOfCaller();
        Room room;
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            room = room(key);
            if (room.inUse < max) {
                room.add(share);
                return new Permit(room, share);
            }
            waiter = room.waiters.add(share);
        } finally {
            lock.unlock();
        }
        return waiter.await(deadline) ? new Permit(room, share) : null;
    }

    /// Takes room for a key if there is any; never waits.
    public Optional<Permit> tryEnter(K key) {
        Objects.requireNonNull(key, "a key");
        lock.lock();
        try {
            var room = room(key);
            if (room.inUse >= max) {
                return Optional.empty();
            }
            var share = shareOfCaller();
            room.add(share);
            return Optional.of(new Permit(room, share));
        } finally {
            lock.unlock();
        }
    }

    private static Share shareOfCaller() {
        var share = new Share();
        share.holder = Thread.currentThread();
        return share;
    }

    private Room room(K key) {
        return rooms.computeIfAbsent(key, Room::new);
    }

    private void leave(Room room, Share share) {
        lock.lock();
        try {
            if (room.remove(share)) {
                admit(room);
            }
        } finally {
            lock.unlock();
        }
        startAdmitted();
    }

    /// Lets in who waits for a key, as far as there is room.
    private void admit(Room room) {
        while (room.inUse < max) {
            var next = room.waiters.claim();
            if (next == null) {
                break;
            }
            var share = (Share) next.item();
            if (share != null) { // else of a task, which adds its own
                room.add(share);
            }
            room.waiters.wake(next, share);
        }
        if (room.inUse == 0) {
            rooms.remove(room.key);
        }
    }

    // ---- for tasks of a pool

    /// A task on its way into a pool.
    private final class Spawned extends Share {
        final Permits permits;
        final Room room;
        final boolean counted; // among those that have not begun
        // guarded by lock, once it is made:
        @Nullable Member member;
        boolean begun;
        WaitQueue.@Nullable Waiter turn; // in the queue of its key
        WaitQueue.@Nullable Waiter place; // in the queue of the pool

        Spawned(Permits permits, Room room, boolean counted) {
            this.permits = permits;
            this.room = room;
            this.counted = counted;
        }
    }

    /// Runs a body in a green thread of a pool, as soon as there is room for the key, and then for
    /// the pool.
    ///
    /// Blocks only while too many tasks wait; a member of the pool never does. What ends that wait
    /// is thrown. Throws `RejectedExecutionException` if the pool has been shut down, or the
    /// caller's hub closed. Tasks that have not begun when the pool is shut down are cancelled,
    /// those that wait for their key when it is their turn.
    public <T extends @Nullable Object> GreenThread<T> spawn(
            GreenPool pool, K key, Callable<? extends T> body) {
        Objects.requireNonNull(key, "a key");
        Objects.requireNonNull(body);
        var permits = Permits.of(pool);
        boolean counted = !permits.isMember();
        if (counted) {
            unbegun.acquire();
        }
        try {
            return spawn(permits, key, body, counted);
        } catch (Throwable e) {
            if (counted) {
                unbegun.release();
            }
            throw e;
        }
    }

    /// As [#spawn(GreenPool, Object, Callable)], for a body without a result.
    public GreenThread<@Nullable Void> spawn(GreenPool pool, K key, Task body) {
        return spawn(pool, key, Body.callable(body));
    }

    private <T extends @Nullable Object> GreenThread<T> spawn(
            Permits permits, K key, Callable<? extends T> body, boolean counted) {
        if (permits.isShutdown()) {
            throw new RejectedExecutionException("the " + permits + " has been shut down");
        }
        var hub = Hub.current();
        GreenThread<T> green;
        Spawned task;
        lock.lock();
        try {
            var room = room(key);
            task = new Spawned(permits, room, counted);
            green = make(hub, task, body, room);
            task.holder = green.thread();
            if (room.inUse < max) {
                permit(task);
            } else {
                task.turn = room.waiters.addAction(() -> permit(task));
            }
        } finally {
            lock.unlock();
        }
        green.link(_ -> end(task));
        startAdmitted();
        return green;
    }

    private void permit(Spawned task) {
        task.room.add(task);
        admitted.add(task);
    }

    private <T extends @Nullable Object> GreenThread<T> make(
            Hub hub, Spawned task, Callable<? extends T> body, Room room) {
        try {
            var draft =
                    Draft.<T>of(
                            hub,
                            Inheritance.ofCaller(),
                            () -> {
                                begin(task);
                                try {
                                    return body.call();
                                } finally {
                                    end(task); // the next one stands in the pool's queue before
                                    // this leaves
                                }
                            });
            var green = GreenThread.unstarted(draft);
            task.member = draft.member();
            return green;
        } catch (IllegalStateException e) {
            admit(room); // which nobody may use
            throw new RejectedExecutionException(this + " cannot spawn: " + e.getMessage(), e);
        }
    }

    private void begin(Spawned task) {
        lock.lock();
        try {
            task.begun = true;
        } finally {
            lock.unlock();
        }
        if (task.counted) {
            unbegun.release();
        }
    }

    /// Lets tasks that have a permit stand for a place of their pool. Those that it does not take
    /// any more are cancelled, and those behind them, one after the other and not each by the one
    /// before it.
    private void startAdmitted() {
        var refused = new ArrayList<Spawned>(0);
        lock.lock();
        try {
            while (!admitted.isEmpty()) {
                var task = admitted.remove();
                if (!stand(task)) {
                    refused.add(task);
                }
            }
        } finally {
            lock.unlock();
        }
        for (var task : refused) {
            boolean ignored = Objects.requireNonNull(task.member).cancel();
        }
    }

    /// False if the pool does not take the task: its permit is the next one's.
    private boolean stand(Spawned task) {
        try {
            task.place = task.permits.startWhenFree(Objects.requireNonNull(task.member));
            return true;
        } catch (RejectedExecutionException e) {
            boolean ignored = task.room.remove(task);
            admit(task.room);
            return false;
        }
    }

    /// Called when a task has ended, or never will begin: gives back what it has, once.
    private void end(Spawned task) {
        lock.lock();
        try {
            boolean _ = task.turn != null && task.turn.leave();
            boolean _ = admitted.remove(task);
            if (task.room.remove(task)) {
                admit(task.room);
            }
            if (!task.begun) {
                leavePool(task);
            }
        } finally {
            lock.unlock();
        }
        if (!task.begun && task.counted) {
            unbegun.release();
        }
        startAdmitted();
    }

    /// Takes a task that was cancelled out of the queue of its pool, or out of the place that it
    /// was given meanwhile.
    private void leavePool(Spawned task) {
        if (task.place == null || !task.permits.withdraw(task.place)) {
            task.permits.remove(Objects.requireNonNull(task.member));
        }
    }

    // ---- what there is

    /// Changes how many there may be at once for each key. If it grows, who waits is let in.
    public void resize(int perKey) {
        ensurePositive(perKey, "the limit per key");
        lock.lock();
        try {
            max = perKey;
            rooms.values().stream().toList().forEach(this::admit);
        } finally {
            lock.unlock();
        }
        startAdmitted();
    }

    /// How many there may be at once for each key.
    public int perKey() {
        return Locks.call(lock, () -> max);
    }

    /// How many there are for a key, tasks that wait for a place included.
    public int inUse(K key) {
        return Locks.call(
                lock,
                () -> {
                    var room = rooms.get(key);
                    return room == null ? 0 : room.inUse;
                });
    }

    /// How many wait for a key.
    public int waiting(K key) {
        return Locks.call(
                lock,
                () -> {
                    var room = rooms.get(key);
                    return room == null ? 0 : room.waiters.size();
                });
    }

    /// How many keys are in use.
    public int keys() {
        return Locks.call(lock, rooms::size);
    }

    @Override
    public String toString() {
        return "limit of %d for each of %d keys in use".formatted(perKey(), keys());
    }
}
