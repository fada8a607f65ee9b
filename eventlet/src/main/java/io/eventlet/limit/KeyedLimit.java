// SPDX-License-Identifier: Apache-2.0
package io.eventlet.limit;

import io.eventlet.GreenPool;
import io.eventlet.GreenThread;
import io.eventlet.LimitExpired;
import io.eventlet.Task;
import io.eventlet.lang.Durations;
import io.eventlet.lang.Locks;
import io.eventlet.member.Loan;
import io.eventlet.member.Permits;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;

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
/// What is spawned takes a permit of the pool when it has one of its key, and not before, so that
/// many tasks for one key do not keep the pool from those for others. A member of the pool that
/// waits for a task of its own pool lends its permit to it. First come, first served for each key.
/// Nothing is kept for a key that nobody uses. Thread-safe, from green and other threads.
public final class KeyedLimit<K> {
    static final int DEFAULT_WAITING = 1000;

    private final PermitsByKey<K> keys;
    private final LimitedTasks<K> tasks;

    /// So many at once for each key; at most 1000 tasks that were spawned wait.
    public KeyedLimit(int perKey) {
        this(perKey, DEFAULT_WAITING);
    }

    /// So many at once for each key; [#spawn] blocks while as many tasks as given have been spawned
    /// and not begun.
    public KeyedLimit(int perKey, int maxWaiting) {
        this(null, perKey, maxWaiting);
    }

    /// As [#KeyedLimit(int)], with a name for dumps and errors, which what it spawns has as well.
    public static <K> KeyedLimit<K> named(String name, int perKey) {
        return new KeyedLimit<>(Objects.requireNonNull(name), perKey, DEFAULT_WAITING);
    }

    private KeyedLimit(@Nullable String name, int perKey, int maxWaiting) {
        keys = new PermitsByKey<>(name, perKey);
        tasks =
                new LimitedTasks<>(
                        keys, PermitsByKey.ensurePositive(maxWaiting, "the tasks that may wait"));
    }

    // ---- for the calling thread

    /// The right to be one of those of a key, until it is closed; by any thread, once.
    public final class Permit implements AutoCloseable {
        private final KeyPermit<K> permit;

        private Permit(KeyPermit<K> permit) {
            this.permit = permit;
        }

        @Override
        public void close() {
            giveBack(permit);
        }

        @Override
        public String toString() {
            boolean held = Locks.call(keys.lock, () -> permit.held);
            return held ? "permit for " + permit.permits.key : "permit that has ended";
        }
    }

    /// Takes a permit for a key, waiting for it. What ends the wait is thrown: the cause of a kill
    /// or a timeout, or [io.eventlet.errors.Cancelled] for an interrupt.
    public Permit enter(K key) {
        return Objects.requireNonNull(enterBy(key, Waits.NEVER));
    }

    /// As [#enter(Object)], for at most a time; throws [LimitExpired] after that.
    public Permit enter(K key, Duration limit) {
        Durations.ensureNotNegative(limit, "the limit of a wait");
        var permit = enterBy(key, Waits.deadlineAfter(limit));
        if (permit == null) {
            throw new LimitExpired("there was no permit for " + key, limit);
        }
        return permit;
    }

    private @Nullable Permit enterBy(K key, long deadline) {
        Objects.requireNonNull(key, "a key");
        KeyPermit<K> permit;
        WaitQueue.Waiter waiter;
        keys.lock.lock();
        try {
            permit = new KeyPermit<>(keys.of(key));
            if (permit.permits.isOneFree()) {
                permit.permits.take(permit);
                return new Permit(permit);
            }
            waiter = permit.permits.waiters.add(permit);
        } finally {
            keys.lock.unlock();
        }
        var ahead = new AheadInKey<>(tasks, permit.permits, null);
        return Loan.await(waiter, deadline, ahead) ? new Permit(permit) : null;
    }

    /// Takes a permit for a key if one is free; null if not. Never waits.
    public @Nullable Permit tryEnter(K key) {
        Objects.requireNonNull(key, "a key");
        keys.lock.lock();
        try {
            var permit = new KeyPermit<>(keys.of(key));
            if (!permit.permits.isOneFree()) {
                return null;
            }
            permit.permits.take(permit);
            return new Permit(permit);
        } finally {
            keys.lock.unlock();
        }
    }

    private void giveBack(KeyPermit<K> permit) {
        keys.lock.lock();
        try {
            boolean ignored = permit.permits.takeBack(permit);
        } finally {
            keys.lock.unlock();
        }
        tasks.startAdmitted();
    }

    // ---- for tasks of a pool

    /// Runs a body in a green thread of a pool, as soon as a permit is free for the key, and then
    /// one of the pool.
    ///
    /// Blocks only while too many tasks wait; a member of the pool, or of another in which tasks of
    /// this run, never does. What ends that wait is thrown. Throws `RejectedExecutionException` if
    /// the pool has been shut down, or the caller's hub closed. Tasks that have not begun when the
    /// pool is shut down are cancelled, those that wait for their key when it is their turn.
    public <T extends @Nullable Object> GreenThread<T> spawn(
            GreenPool pool, K key, Callable<? extends T> body) {
        Objects.requireNonNull(key, "a key");
        Objects.requireNonNull(body);
        return tasks.spawn(Permits.of(pool), key, body);
    }

    /// As [#spawn(GreenPool, Object, Callable)], for a body without a result.
    public GreenThread<@Nullable Void> spawn(GreenPool pool, K key, Task body) {
        Objects.requireNonNull(body);
        return spawn(
                pool,
                key,
                () -> {
                    body.run();
                    return null;
                });
    }

    // ---- what there is

    /// Changes how many there may be at once for each key. If it grows, who waits is let in.
    public void resize(int perKey) {
        keys.resize(perKey);
        tasks.startAdmitted();
    }

    /// How many there may be at once for each key.
    public int perKey() {
        return keys.perKey();
    }

    /// How many there are for a key, tasks that wait for a permit of their pool included.
    public int inUse(K key) {
        return keys.count(key, KeyPermits::inUse);
    }

    /// How many wait for a key.
    public int waiting(K key) {
        return keys.count(key, permits -> permits.waiters.size());
    }

    /// How many keys are in use.
    public int keys() {
        return keys.size();
    }

    @Override
    public String toString() {
        return keys.toString();
    }
}
