// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.hub.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.hub.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// The work behind an [Imap]: workers take items, and put results where the consumer finds them.
final class Mapping<A extends @Nullable Object, R extends @Nullable Object> {
    /*
     * Workers are members of the pool that take one item after another. One at a time, the leader,
     * is at the source. Before it works on the item it took, it sees to it that another worker is
     * on its way; if its function waits, that one comes to lead. So there are as many workers as
     * the function keeps waiting, and work that never waits is done by one, without a switch.
     *
     * A worker that finds no room for results, or another leader, ends; taking a result calls one
     * back. At most one is on its way at a time, perhaps in the queue for a place in the pool. A
     * consumer that is itself a member, and would wait while no worker has a place, works itself.
     */
    enum Ready {
        RESULT,
        END,
        EXPIRED
    }

    /// The place of one item's result.
    private static final class Cell {
        @Nullable Object value; // guarded by lock
        @Nullable Throwable error; // guarded by lock
        boolean done; // guarded by lock
    }

    private final GreenPool pool;
    private final ThrowingFunction<? super A, ? extends R> function;
    private final Iterator<? extends A> items; // the leader
    private final boolean ordered;

    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue consumers = new WaitQueue(lock, this);
    // guarded by lock:
    private final ArrayDeque<Cell> results = new ArrayDeque<>(); // of items in order, or those done
    private int outstanding; // items taken whose results have not been
    private boolean leading;
    private boolean exhausted;
    private boolean closed;
    private boolean failFast;
    private @Nullable Cell failure; // of the source, or of an item when failing fast
    private final Set<GreenThread<?>> workers = new HashSet<>();
    private int active; // workers that have begun
    private @Nullable GreenThread<?> coming;
    private WaitQueue.@Nullable Waiter place; // of the one that is coming, in the pool's queue

    Mapping(
            GreenPool pool,
            ThrowingFunction<? super A, ? extends R> function,
            Iterator<? extends A> items,
            boolean ordered) {
        this.pool = pool;
        this.function = Objects.requireNonNull(function);
        this.items = Objects.requireNonNull(items);
        this.ordered = ordered;
    }

    void begin() {
        lock.lock();
        try {
            callWorker();
        } finally {
            lock.unlock();
        }
    }

    void failFast() {
        lock.lock();
        try {
            failFast = true;
            for (var cell : results) {
                noteFailure(cell);
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- workers

    private boolean hasRoom() {
        return outstanding < Math.max(1, pool.size());
    }

    /// Sees to it that a worker is on its way, if one could do something.
    private void callWorker() {
        if (coming != null || leading || exhausted || closed || !hasRoom()) {
            return;
        }
        var worker =
                new GreenThread<@Nullable Void>(
                        Hub.current(),
                        null,
                        () -> {
                            work();
                            return null;
                        },
                        true,
                        pool);
        workers.add(worker);
        coming = worker;
        place = pool.startWhenFree(worker);
        worker.link(this::ended);
    }

    private void ended(GreenThread<?> worker) {
        lock.lock();
        try {
            workers.remove(worker);
            if (coming == worker) { // killed before it began
                coming = null;
                place = null;
                callWorker();
            }
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        lock.lock();
        try {
            coming = null;
            place = null;
            active++;
        } finally {
            lock.unlock();
        }
        try {
            Cell cell = null;
            while (true) {
                if (!finishAndLead(cell)) {
                    return;
                }
                cell = workOnNext();
                if (cell == null) {
                    return;
                }
            }
        } finally {
            lock.lock();
            try {
                active--;
                if (active == 0) {
                    consumers.wakeAll(null); // perhaps it has to do something itself now
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /// Publishes a result, and takes the lead for the next item: false if there is nothing to do.
    private boolean finishAndLead(@Nullable Cell cell) {
        lock.lock();
        try {
            if (cell != null) {
                publish(cell);
            }
            if (leading || exhausted || closed || !hasRoom()) {
                return false;
            }
            leading = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void publish(Cell cell) {
        cell.done = true;
        noteFailure(cell);
        if (!ordered) {
            results.add(cell);
            consumers.wakeAll(null);
        } else if (results.peek() == cell || failure != null) {
            consumers.wakeAll(null);
        }
    }

    private void noteFailure(Cell cell) {
        if (failFast && failure == null && cell.done && cell.error != null) {
            failure = cell;
        }
    }

    /// Takes an item, as the leader, and applies the function: null if there is none.
    private @Nullable Cell workOnNext() {
        A item;
        try {
            if (!items.hasNext()) {
                endSource(null);
                return null;
            }
            item = items.next();
        } catch (Throwable e) {
            endSource(e);
            return null;
        }
        var cell = new Cell();
        lock.lock();
        try {
            leading = false;
            outstanding++;
            if (ordered) {
                results.add(cell);
            }
            callWorker();
        } finally {
            lock.unlock();
        }
        try {
            cell.value = function.apply(item);
        } catch (Throwable e) {
            cell.error = e;
        }
        if (cell.error instanceof Cancelled) { // the worker was killed: it does no more
            lock.lock();
            try {
                publish(cell);
                callWorker();
            } finally {
                lock.unlock();
            }
            return null;
        }
        return cell;
    }

    private void endSource(@Nullable Throwable error) {
        lock.lock();
        try {
            leading = false;
            exhausted = true;
            if (error != null && !closed) {
                var cell = new Cell();
                cell.error = error;
                cell.done = true;
                results.add(cell); // after all that were taken before
                outstanding++;
                noteFailure(cell);
            }
            consumers.wakeAll(null);
        } finally {
            lock.unlock();
        }
    }

    // ---- the consumer

    /// Waits until [#take()] has something to give, or there is nothing more.
    Ready awaitReady(long deadline) {
        while (true) {
            WaitQueue.Waiter waiter = null;
            boolean help = false;
            lock.lock();
            try {
                var first = results.peek();
                if (failure != null || (first != null && first.done)) {
                    return Ready.RESULT;
                }
                if (closed || (exhausted && outstanding == 0)) {
                    return Ready.END;
                }
                callWorker();
                help = active == 0 && !leading && !exhausted && hasRoom() && pool.isMember();
                if (help) {
                    leading = true;
                } else {
                    waiter = consumers.add(null);
                }
            } finally {
                lock.unlock();
            }
            if (help) {
                help();
            } else if (!await(Objects.requireNonNull(waiter), deadline)) {
                return Ready.EXPIRED;
            }
        }
    }

    private boolean await(WaitQueue.Waiter waiter, long deadline) {
        try {
            return waiter.await(deadline);
        } catch (TimeoutExpired e) { // nothing is lost: it may come back
            throw e;
        } catch (Cancelled e) {
            close();
            throw e;
        }
    }

    /// The consumer, which has a place in the pool, works on one item in it.
    private void help() {
        lock.lock();
        try {
            active++;
        } finally {
            lock.unlock();
        }
        var cell = workOnNext();
        lock.lock();
        try {
            active--;
            if (cell != null) {
                publish(cell);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes the result that is ready.
    @SuppressWarnings({"unchecked", "NullAway"}) // null only where R allows it
    R take() {
        Cell cell;
        boolean failed;
        lock.lock();
        try {
            failed = failure != null;
            cell = failed ? Objects.requireNonNull(failure) : results.remove();
            failure = null;
            outstanding--;
            callWorker();
        } finally {
            lock.unlock();
        }
        if (failed) {
            close();
        }
        if (cell.error != null) {
            throw new TaskFailed("an item of imap failed", cell.error);
        }
        return (R) cell.value;
    }

    void close() {
        var stopped = new ArrayList<GreenThread<?>>();
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            exhausted = true;
            results.clear();
            outstanding = 0;
            failure = null;
            if (place != null && place.leave() && coming != null) {
                workers.remove(coming);
                coming = null;
            }
            stopped.addAll(workers);
            consumers.wakeAll(null);
        } finally {
            lock.unlock();
        }
        for (var worker : stopped) {
            if (worker != GreenThread.current()) {
                worker.kill();
            }
        }
    }

    @Override
    public String toString() {
        lock.lock();
        try {
            return "imap with " + outstanding + " results to come";
        } finally {
            lock.unlock();
        }
    }
}
