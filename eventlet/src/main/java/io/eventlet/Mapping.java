// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.hub.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Inheritance;
import io.eventlet.hub.Interrupts;
import io.eventlet.hub.Strand;
import io.eventlet.hub.WaitQueue;
import io.eventlet.hub.Waits;
import io.eventlet.lang.Locks;
import io.eventlet.member.PermitListener;
import io.eventlet.member.Permits;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// The work behind an [Imap]: workers take items, and put results where the consumer finds them.
final class Mapping<A extends @Nullable Object, R extends @Nullable Object>
        implements PermitListener {
    /*
     * Workers are members of the pool that take one item after another. One at a time, the leader,
     * is at the source. Before it works on the item it took, it sees to it that another worker is
     * on its way; if its function waits, that one comes to lead. So there are as many workers as
     * the function keeps waiting, and work that never waits is done by one, without a switch.
     *
     * A worker ends when there is no room for results, another leader, or somebody who waits for
     * its place; and after an item if it was cancelled, since what cancelled it must not hit
     * another item. Taking a result calls a worker back, and so does the pool when it grows:
     * whoever makes hasWork() true calls one. At most one is on its way at a time, perhaps in the
     * queue for a place in the pool.
     *
     * A consumer that is itself a member, and would wait while no worker has a place, lends its
     * own to a worker for one item.
     *
     * The source ends once, by its end, its failure, or because no worker can be had; its failure
     * is the last result. It is closed by the leader, or by the consumer when nobody leads.
     */
    enum Ready {
        RESULT,
        END,
        EXPIRED
    }

    private final Permits permits;
    private final Hub hub = Hub.current(); // of all workers, whoever calls them
    private final Inheritance inheritance = Inheritance.ofCaller(); // likewise
    private final ThrowingFunction<? super A, ? extends R> function;
    private final Iterator<? extends A> items; // the leader

    private final ReentrantLock lock = new ReentrantLock();
    // guarded by lock:
    private final Results results;
    private boolean leading;
    private boolean exhausted;
    private boolean closed;
    private @Nullable Runnable sourceCloser; // null when it has been closed
    private final Set<GreenThread<?>> workers = new HashSet<>();
    private int active; // workers that have begun
    private @Nullable GreenThread<?> coming; // the worker that has been called
    private WaitQueue.@Nullable Waiter queued; // its place in the pool's queue
    private @Nullable GreenThread<?> borrower; // the worker in the consumer's place

    Mapping(
            Permits permits,
            ThrowingFunction<? super A, ? extends R> function,
            Iterator<? extends A> items,
            @Nullable Runnable sourceCloser,
            boolean ordered) {
        this.permits = permits;
        this.function = Objects.requireNonNull(function);
        this.items = Objects.requireNonNull(items);
        this.sourceCloser = sourceCloser;
        results = new Results(lock, this, ordered);
    }

    void begin() {
        permits.add(this);
        callWorkerNow();
    }

    @Override
    public void onMorePermits() {
        callWorkerNow();
    }

    private void callWorkerNow() {
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
            results.failFast();
        } finally {
            lock.unlock();
        }
    }

    // ---- workers

    private boolean hasRoom() {
        return results.outstanding() < Math.max(1, permits.size());
    }

    private boolean hasWork() {
        return !leading && !exhausted && hasRoom();
    }

    /// Sees to it that a worker is on its way, if one could do something.
    private void callWorker() {
        if (coming != null || !hasWork()) {
            return;
        }
        try {
            var worker = newWorker(false);
            coming = worker;
            queued = permits.startWhenFree(worker.member());
        } catch (RuntimeException | Error e) { // the pool has been shut down, the hub closed
            coming = null;
            endSource(e);
        }
    }

    private GreenThread<?> newWorker(boolean once) {
        var worker =
                new GreenThread<@Nullable Void>(
                        hub,
                        inheritance,
                        () -> {
                            work(once);
                            return null;
                        },
                        true);
        worker.link(this::ended);
        workers.add(worker);
        return worker;
    }

    private void ended(GreenThread<?> worker) {
        lock.lock();
        try {
            workers.remove(worker);
            if (borrower == worker) {
                borrower = null;
            }
            if (coming == worker) { // cancelled before it began
                coming = null;
                queued = null;
                callWorker();
            }
            if (active == 0) {
                results.wakeConsumers(); // perhaps it has to see to a worker now
            }
        } finally {
            lock.unlock();
        }
    }

    private void work(boolean once) {
        boolean mayGoOn = begun(once);
        while (mayGoOn) {
            mayGoOn = finish(workOnNext(), once);
        }
    }

    /// Whether a worker that has begun has something to do: then it leads.
    private boolean begun(boolean once) {
        lock.lock();
        try {
            if (!once) {
                coming = null;
                queued = null;
            }
            return lead();
        } finally {
            lock.unlock();
        }
    }

    private boolean lead() {
        if (!hasWork()) {
            return false;
        }
        active += 1;
        leading = true;
        return true;
    }

    /// Puts a result where the consumer finds it, and leads for the next item: false if not.
    private boolean finish(Results.@Nullable Cell cell, boolean once) {
        boolean cancelled = isCancelled(cell);
        lock.lock();
        try {
            active--;
            if (cell != null && !closed) {
                results.publish(cell);
            }
            if (cell == null || once || cancelled || mustLeave()) {
                callWorker();
                return false;
            }
            return lead();
        } finally {
            lock.unlock();
        }
    }

    private static boolean isCancelled(Results.@Nullable Cell cell) {
        if (Waits.isCancelled()) {
            return true;
        }
        var error = cell == null ? null : cell.error;
        var strand = error == null ? null : Strand.current();
        return strand != null && strand.hasDelivered(Objects.requireNonNull(error));
    }

    /// Whether others wait for its place in the pool.
    private boolean mustLeave() {
        return permits.isAwaitedByOthers(queued != null);
    }

    /// Takes an item, as the leader, and applies the function: null if there is none.
    private Results.@Nullable Cell workOnNext() {
        A item;
        try {
            if (!items.hasNext()) {
                leadToEnd(null);
                return null;
            }
            item = items.next();
        } catch (Throwable e) {
            leadToEnd(Interrupts.cause(e));
            return null;
        }
        var cell = new Results.Cell();
        if (!followOn(cell)) {
            leadToEnd(null);
            return null;
        }
        try {
            cell.value = function.apply(item);
        } catch (Throwable e) {
            cell.error = Interrupts.cause(e);
        }
        return cell;
    }

    /// Gives up the lead, with an item taken; false if nobody wants it any more.
    private boolean followOn(Results.Cell cell) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            leading = false;
            results.reserve(cell);
            callWorker();
            return true;
        } finally {
            lock.unlock();
        }
    }

    // ---- the end of the source

    private void leadToEnd(@Nullable Throwable error) {
        var failed = closeSource(error, Locks.call(lock, this::takeCloser));
        lock.lock();
        try {
            leading = false;
            endSource(failed);
        } finally {
            lock.unlock();
        }
    }

    /// The error, or that of closing the source if there was none.
    private static @Nullable Throwable closeSource(
            @Nullable Throwable error, @Nullable Runnable closer) {
        if (closer == null) {
            return error;
        }
        try {
            closer.run();
            return error;
        } catch (Throwable e) {
            if (error == null) {
                return e;
            }
            error.addSuppressed(e);
            return error;
        }
    }

    /// What closes the source; null if that has been done.
    private @Nullable Runnable takeCloser() {
        var closer = sourceCloser;
        sourceCloser = null;
        return closer;
    }

    private void endSource(@Nullable Throwable error) {
        if (exhausted) {
            return;
        }
        exhausted = true;
        if (error != null) {
            results.addFailure(error);
        }
        results.wakeConsumers();
    }

    // ---- the consumer

    /// Waits until [#take()] has something to give, or there is nothing more.
    Ready awaitReady(long deadline) {
        Runnable closer;
        while (true) {
            WaitQueue.Waiter waiter;
            GreenThread<?> lentTo = null;
            lock.lock();
            try {
                if (results.isReady()) {
                    return Ready.RESULT;
                }
                if (exhausted && results.outstanding() == 0) {
                    closer = leading ? null : takeCloser();
                    break;
                }
                waiter = results.addConsumer();
                if (mustLend()) {
                    lentTo = lend();
                }
            } finally {
                lock.unlock();
            }
            boolean woken;
            try {
                woken = await(waiter, deadline);
            } finally {
                if (lentTo != null) {
                    permits.takeBack(lentTo.member());
                }
            }
            if (!woken) {
                return Ready.EXPIRED;
            }
        }
        if (closer != null) { // no worker came to do it
            closer.run();
        }
        return Ready.END;
    }

    /// Whether the caller would wait for a worker that waits for the place of the caller.
    private boolean mustLend() {
        return active == 0
                && borrower == null
                && coming != null
                && coming.thread().getState() == Thread.State.NEW
                && hasWork()
                && permits.isMember();
    }

    private @Nullable GreenThread<?> lend() {
        try {
            var worker = newWorker(true);
            borrower = worker;
            permits.lend(worker.member());
            return worker;
        } catch (RuntimeException | Error e) {
            borrower = null;
            endSource(e);
            return null;
        }
    }

    private boolean await(WaitQueue.Waiter waiter, long deadline) {
        try {
            return waiter.await(deadline);
        } catch (Throwable e) {
            if (isEnd(e)) { // after a timeout it may come back
                close();
            }
            throw e;
        }
    }

    private static boolean isEnd(Throwable error) {
        var strand = Strand.current();
        return error.getClass() == Cancelled.class // an interrupt by none of ours
                || (strand != null && strand.hasDeliveredEnd(error));
    }

    /// Takes the result that is ready.
    @SuppressWarnings({"unchecked", "NullAway"}) // null only where R allows it
    R take() {
        Results.Cell cell;
        boolean failed;
        lock.lock();
        try {
            failed = results.hasFailedFast();
            cell = results.take();
            if (!failed) {
                callWorker();
            }
        } finally {
            lock.unlock();
        }
        if (failed) {
            close();
        }
        if (cell.error != null) {
            throw new TaskFailed(
                    (cell.ofSource ? "the source" : "an item") + " of imap failed", cell.error);
        }
        return (R) cell.value;
    }

    /// Stops the workers, drops the results, and closes the source, unless a worker is at it: that
    /// one closes it then.
    void close() {
        List<GreenThread<?>> stopped;
        Runnable closer;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            exhausted = true;
            results.clear();
            if (queued != null && permits.withdraw(queued) && coming != null) {
                workers.remove(coming);
                coming = null;
            }
            stopped = new ArrayList<>(workers);
            closer = leading ? null : takeCloser();
            results.wakeConsumers();
        } finally {
            lock.unlock();
        }
        for (var worker : stopped) {
            if (worker != GreenThread.current()) {
                worker.kill();
            }
        }
        if (closer != null) {
            closer.run();
        }
    }

    @Override
    public String toString() {
        return Locks.call(lock, () -> "imap with " + results.outstanding() + " results to come");
    }
}
