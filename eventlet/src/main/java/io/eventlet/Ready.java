// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.lang.Durations;
import io.eventlet.lang.Locks;
import io.eventlet.member.Ahead;
import io.eventlet.member.Loan;
import io.eventlet.wait.ReadySource;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// Things that are waited for together, given out one after the other as they get ready.
///
/// ```java
/// for (var thread : Ready.of(downloads)) {
///     System.out.println(thread + " has ended");
/// }
/// ```
///
/// A green thread is ready when it has ended, an event when it was sent, a queue when it has an
/// item or is closed, a semaphore when it has a permit. Being ready takes nothing: where others
/// take too, use the calls that do not wait, or [Select]. Each thing is given out once.
///
/// An iteration that is broken off is closed, or the things know it as long as they live. For one
/// thread at a time.
@SuppressWarnings("IterableAndIterator") // single-pass, and said so
public final class Ready<W extends Waitable> implements Iterable<W>, Iterator<W>, AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue consumers = new WaitQueue(lock, this);
    private final ArrayDeque<W> ready = new ArrayDeque<>(); // guarded by lock
    private final List<WaitQueue.Waiter> waiters = new ArrayList<>(); // in the things' queues
    private final @Nullable Ahead ahead; // of those that had not begun
    private int left; // to be given out: guarded by lock

    private Ready(Collection<? extends W> things) {
        left = things.size();
        ahead = GreenThread.ahead(things);
        for (W thing : things) {
            var waiter = ReadySource.whenReady(thing, () -> add(thing));
            if (waiter == null) {
                add(thing);
            } else {
                waiters.add(waiter);
            }
        }
    }

    /// Waits for all of these; those that are ready already come first, in their order.
    public static <W extends Waitable> Ready<W> of(Collection<? extends W> things) {
        return new Ready<>(List.copyOf(things));
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // which are only read
    public static <W extends Waitable> Ready<W> of(W... things) {
        return new Ready<>(List.of(things));
    }

    /// Those that are ready within a limit, in the order in which they got ready; all of them, if
    /// that is sooner.
    public static <W extends Waitable> List<W> within(
            Duration limit, Collection<? extends W> things) {
        return within(limit, things, things.size());
    }

    /// The first so many that are ready within a limit, or as many as there are by then.
    public static <W extends Waitable> List<W> within(
            Duration limit, Collection<? extends W> things, int count) {
        Durations.ensureNotNegative(limit, "the limit of a wait");
        if (count < 0 || count > things.size()) {
            throw new IllegalArgumentException(
                    "cannot wait for %d of %d things".formatted(count, things.size()));
        }
        long deadline = Waits.deadlineAfter(limit);
        var found = new ArrayList<W>(count);
        try (var all = Ready.<W>of(things)) {
            while (found.size() < count) {
                W thing = all.next(deadline);
                if (thing == null) {
                    break;
                }
                found.add(thing);
            }
        }
        return found;
    }

    private void add(W thing) {
        lock.lock();
        try {
            if (consumers.wake(thing)) {
                left--;
            } else {
                ready.add(thing);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Whether there are things that were not given out; does not wait for them.
    @Override
    public boolean hasNext() {
        return Locks.call(lock, () -> left > 0);
    }

    /// The next that is ready; waits for it. What ends the wait is thrown: the cause of a kill or a
    /// timeout, or [io.eventlet.errors.Cancelled] for an interrupt; nothing is lost then.
    @Override
    public W next() {
        return Objects.requireNonNull(next(Waits.NEVER));
    }

    /// As [#next()], for at most a time; throws [LimitExpired] after that.
    public W next(Duration limit) {
        Durations.ensureNotNegative(limit, "the limit of a wait");
        W thing = next(Waits.deadlineAfter(limit));
        if (thing == null) {
            throw new LimitExpired("nothing got ready of " + this, limit);
        }
        return thing;
    }

    @SuppressWarnings("unchecked")
    private @Nullable W next(long deadline) {
        WaitQueue.Waiter waiter;
        lock.lock();
        try {
            if (left == 0) {
                throw new NoSuchElementException("all have been given out");
            }
            W thing = ready.poll();
            if (thing != null) {
                left--;
                return thing;
            }
            waiter = consumers.add(null);
        } finally {
            lock.unlock();
        }
        return Loan.await(waiter, deadline, ahead) ? (W) waiter.item() : null;
    }

    @Override
    public Iterator<W> iterator() {
        return this;
    }

    /// Ends the iteration: the things that were not ready know nothing of it any more.
    @Override
    public void close() {
        for (var waiter : waiters) {
            boolean ignored = waiter.leave();
        }
        waiters.clear();
        lock.lock();
        try {
            ready.clear();
            left = 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "wait for " + Locks.call(lock, () -> left) + " things";
    }
}
