// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.errors.Cancelled;
import io.eventlet.lang.Locks;
import io.eventlet.member.PermitListener;
import io.eventlet.member.Permits;
import io.eventlet.wait.Interrupts;
import io.eventlet.wait.Leftovers;
import io.eventlet.wait.Strand;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// The work behind an [Imap]: the green threads of a crew take items, and put results where the
/// consumer finds them.
final class Mapping<A extends @Nullable Object, R extends @Nullable Object>
        implements PermitListener {
    /*
     * The crew are members of the pool that take one item after another. One at a time, the leader,
     * is at the source. Before it works on the item it took, it sees to it that another one is on
     * its way; if its function waits, that one comes to lead. So there are as many as the function
     * keeps waiting, and work that never waits is done by one, without a switch.
     *
     * One ends when there is no room for results, another leader, or somebody who waits for its
     * permit; and after an item that has left something with the thread, which must not meet another
     * item: a value of a thread-local, a timeout, a cancellation. Taking a result calls one back, and
     * so does the pool when it grows: whoever makes hasWork() true calls one. At most one is on its
     * way at a time, perhaps in the queue for a permit.
     *
     * Each is made on a thread that has run no item, or none that left anything, since it inherits
     * from that: a leader makes a spare one before it works, and one that has nothing to do makes
     * one before it ends. That is done without the lock, by one at a time; whoever wants one
     * meanwhile, such as the consumer or somebody who resizes the pool, leaves it to that one.
     *
     * A consumer that is itself a member, and would wait while none of the crew has a permit, lends
     * its own to one for one item.
     *
     * The source ends once, by its end, its failure, or because nobody can be had; its failure is
     * the last result. It is closed by the leader, or by the consumer when nobody leads.
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
    private boolean making; // somebody makes a spare one, without the lock
    private boolean wanted; // it is to be called then

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
        callNow();
    }

    @Override
    public void onMorePermits() {
        callNow();
    }

    private void callNow() {
        boolean makes;
        lock.lock();
        try {
            makes = call();
        } finally {
            lock.unlock();
        }
        if (makes) {
            makeSpare();
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

    // ---- the crew

    private boolean hasRoom() {
        return results.outstanding() < Math.max(1, permits.size());
    }

    private boolean hasWork() {
        return !leading && !exhausted && hasRoom();
    }

    /// Sees to it that one of the crew is on its way, if one could do something. Whether the caller
    /// is to make it: [#makeSpare] follows, without the lock.
    private boolean call() {
        if (crew.isOneComing() || !hasWork()) {
            return false;
        }
        wanted = !crew.hasSpare();
        if (wanted) {
            return mustMake();
        }
        try {
            crew.call();
        } catch (RuntimeException | Error e) {
            endSource(e);
        }
        return false;
    }

    /// Whether the caller is to make a spare one, for which nobody else does from now on:
    /// [#makeSpare] follows, without the lock.
    private boolean mustMake() {
        if (exhausted || making || crew.hasSpare()) {
            return false;
        }
        making = true;
        return true;
    }

    /// Makes one to be called, now or later.
    private void makeSpare() {
        GreenThread<?> made = null;
        Throwable failure = null;
        try {
            made = crew.make();
        } catch (RuntimeException | Error e) { // the hub has been closed
            failure = e;
        }
        lock.lock();
        try {
            boolean called = wanted;
            wanted = false;
            making = false;
            if (made != null && !exhausted) {
                crew.keep(made);
            }
            if (called && failure != null) {
                endSource(failure);
            } else if (called) {
                boolean ignored = call(); // false: there is one, or nothing to do
            }
            if (!crew.isAtWork()) {
                results.wakeConsumers(); // perhaps one is to lend it a permit
            }
        } finally {
            lock.unlock();
        }
    }

    /// Called when one has ended, or was cancelled before it began.
    void ended(GreenThread<?> one) {
        boolean makes;
        lock.lock();
        try {
            makes = crew.remove(one) && call();
            if (!crew.isAtWork()) {
                results.wakeConsumers(); // perhaps it has to see to another one now
            }
        } finally {
            lock.unlock();
        }
        if (makes) {
            makeSpare();
        }
    }

    /// What one does, for one item or as long as there is something to do.
    void work() {
        var own = (Body<?>) Objects.requireNonNull(Strand.current());
        var leftovers = new Leftovers();
        boolean stays;
        boolean mayGoOn;
        boolean makes;
        lock.lock();
        try {
            stays = crew.begin(own.green());
            mayGoOn = lead();
            makes = !mayGoOn && mustMake();
        } finally {
            lock.unlock();
        }
        if (makes) {
            makeSpare();
        }
        while (mayGoOn) {
            var cell = workOnNext();
            boolean touched = own.isKnown() || leftovers.areThere() || isCancelled(cell);
            mayGoOn = finish(cell, stays && !touched);
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
    private boolean finish(Results.@Nullable Cell cell, boolean mayStay) {
        boolean makes;
        lock.lock();
        try {
            crew.endWork();
            if (cell != null && !closed) {
                results.publish(cell);
            }
            if (cell != null && mayStay && !crew.mustLeave()) {
                return lead();
            }
            makes = call();
        } finally {
            lock.unlock();
        }
        if (makes) { // only if none could be made before the item
            makeSpare();
        }
        return false;
    }

    /// Whether what it was cancelled with has ended an item.
    private static boolean isCancelled(Results.@Nullable Cell cell) {
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
        boolean makes;
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            leading = false;
            results.reserve(cell);
            makes = call() || mustMake();
        } finally {
            lock.unlock();
        }
        if (makes) {
            makeSpare(); // while no item has left anything here
        }
        return true;
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
            WaitQueue.@Nullable Waiter waiter = null;
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
                boolean lends = crew.mustBorrow() && hasWork();
                if (lends && mustMake()) {
                    wanted = true; // and none is to be had if it cannot be made
                } else {
                    waiter = results.addConsumer();
                    lentTo = lends && crew.hasSpare() ? lend() : null;
                }
            } finally {
                lock.unlock();
            }
            if (waiter == null) {
                makeSpare();
                continue;
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
        if (closer != null) { // nobody came to do it
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
        boolean makes;
        lock.lock();
        try {
            failed = results.hasFailedFast();
            cell = results.take();
            makes = !failed && call();
        } finally {
            lock.unlock();
        }
        if (failed) {
            close();
        } else if (makes) {
            makeSpare();
        }
        if (cell.error != null) {
            throw new TaskFailed(
                    (cell.ofSource ? "the source" : "an item") + " of imap failed", cell.error);
        }
        return (R) cell.value;
    }

    /// Stops the crew, drops the results, and closes the source, unless one of them is at it: that
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
        var caller = Strand.current();
        for (var one : stopped) {
            if (one.body != caller) {
                one.kill();
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
