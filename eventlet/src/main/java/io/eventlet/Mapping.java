// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.errors.Cancelled;
import io.eventlet.lang.Locks;
import io.eventlet.member.PermitListener;
import io.eventlet.member.Permits;
import io.eventlet.wait.Interrupts;
import io.eventlet.wait.Strand;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.List;
import java.util.Objects;
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
     * its permit; and after an item if it was cancelled, since what cancelled it must not hit
     * another item. Taking a result calls a worker back, and so does the pool when it grows:
     * whoever makes hasWork() true calls one. At most one is on its way at a time, perhaps in the
     * queue for a permit.
     *
     * A consumer that is itself a member, and would wait while no worker has a permit, lends its
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
    private final ThrowingFunction<? super A, ? extends R> function;
    private final MappingSource<A> source;

    private final ReentrantLock lock = new ReentrantLock();
    // guarded by lock:
    private final Results results;
    private final Crew crew;
    private boolean leading;
    private boolean exhausted;
    private boolean closed;

    Mapping(
            Permits permits,
            ThrowingFunction<? super A, ? extends R> function,
            Iterator<? extends A> items,
            @Nullable Runnable sourceCloser,
            boolean ordered) {
        this.permits = permits;
        this.function = Objects.requireNonNull(function);
        source = new MappingSource<>(items, sourceCloser);
        results = new Results(lock, this, ordered);
        crew = new Crew(this, permits);
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
        if (crew.isOneComing() || !hasWork()) {
            return;
        }
        try {
            crew.call();
        } catch (RuntimeException | Error e) {
            endSource(e);
        }
    }

    /// Called when a worker has ended, or was cancelled before it began.
    void ended(GreenThread<?> worker) {
        lock.lock();
        try {
            if (crew.remove(worker)) {
                callWorker();
            }
            if (!crew.isAtWork()) {
                results.wakeConsumers(); // perhaps it has to see to a worker now
            }
        } finally {
            lock.unlock();
        }
    }

    /// What a worker does, for one item or as long as there is something to do.
    void work(boolean once) {
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
                crew.arrived();
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
        crew.beginWork();
        leading = true;
        return true;
    }

    /// Puts a result where the consumer finds it, and leads for the next item: false if not.
    private boolean finish(Results.@Nullable Cell cell, boolean once) {
        boolean cancelled = isCancelled(cell);
        lock.lock();
        try {
            crew.endWork();
            if (cell != null && !closed) {
                results.publish(cell);
            }
            if (cell == null || once || cancelled || crew.mustLeave()) {
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

    /// Takes an item, as the leader, and applies the function: null if there is none.
    private Results.@Nullable Cell workOnNext() {
        A item;
        try {
            if (!source.hasNext()) {
                leadToEnd(null);
                return null;
            }
            item = source.next();
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
        var failed = MappingSource.close(error, Locks.call(lock, source::takeCloser));
        lock.lock();
        try {
            leading = false;
            endSource(failed);
        } finally {
            lock.unlock();
        }
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
                    closer = leading ? null : source.takeCloser();
                    break;
                }
                waiter = results.addConsumer();
                if (crew.mustBorrow() && hasWork()) {
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

    private @Nullable GreenThread<?> lend() {
        try {
            return crew.borrow();
        } catch (RuntimeException | Error e) {
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
            stopped = crew.dismiss();
            closer = leading ? null : source.takeCloser();
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
