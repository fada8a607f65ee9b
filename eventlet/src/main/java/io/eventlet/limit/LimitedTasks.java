// SPDX-License-Identifier: Apache-2.0
package io.eventlet.limit;

import io.eventlet.GreenSemaphore;
import io.eventlet.GreenThread;
import io.eventlet.hub.Hub;
import io.eventlet.member.Draft;
import io.eventlet.member.Loan;
import io.eventlet.member.Permits;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;

/// Tasks that take a permit of their key, and then one of a pool.
final class LimitedTasks<K> {
    /*
     * A task stands in the queue of its key, and is handed the permit of who leaves. Then it stands
     * in the queue of its pool. However it ends, it gives back what it has, its key's permit before
     * its pool's; if it never begins, its link does so. A member of the pool that waits for it, or
     * for its key, lends its permit to it, or to those that are ahead of it.
     *
     * Locks: that of a pool may be taken under that of the keys, never the other way round. A task
     * that the pool does not take, or that cannot be started, ends when the lock is given up.
     */
    private final PermitsByKey<K> keys;
    private final GreenSemaphore unbegun; // for tasks that have not begun
    // guarded by lock:
    private final LinkedHashSet<LimitedTask<K>> admitted = new LinkedHashSet<>();
    private final List<Refused<K>> refused = new ArrayList<>(0);
    private final Set<Permits> pools = Collections.newSetFromMap(new WeakHashMap<>(2));

    /// A task that is not to begin, and why.
    private record Refused<K>(LimitedTask<K> task, Throwable why) {}

    LimitedTasks(PermitsByKey<K> keys, int maxWaiting) {
        this.keys = keys;
        unbegun = new GreenSemaphore(maxWaiting);
    }

    <T extends @Nullable Object> GreenThread<T> spawn(
            Permits pool, K key, Callable<? extends T> body) {
        boolean counted = !isCallerMember(pool);
        if (counted) {
            unbegun.acquire();
        }
        GreenThread<T> green;
        try {
            green = add(new LimitedTask<>(pool, counted), key, body);
        } catch (Throwable e) {
            if (counted) {
                unbegun.release();
            }
            throw e;
        }
        startAdmitted();
        return green;
    }

    /// Whether the caller has a permit that tasks may wait for.
    private boolean isCallerMember(Permits pool) {
        var callers = Permits.ofCaller();
        if (callers == null || callers == pool) {
            return callers != null;
        }
        keys.lock.lock();
        try {
            return pools.contains(callers);
        } finally {
            keys.lock.unlock();
        }
    }

    private <T extends @Nullable Object> GreenThread<T> add(
            LimitedTask<K> task, K key, Callable<? extends T> body) {
        if (task.pool.isShutdown()) {
            throw new RejectedExecutionException("the " + task.pool + " has been shut down");
        }
        GreenThread<T> green = make(Hub.current(), task, body);
        green.link(_ -> end(task));
        keys.lock.lock();
        try {
            pools.add(task.pool);
            standForKey(task, keys.of(key));
        } finally {
            keys.lock.unlock();
        }
        return green;
    }

    private void standForKey(LimitedTask<K> task, KeyPermits<K> permits) {
        try {
            task.member().comeAfter(new AheadInKey<>(this, permits, task));
            task.permit = new KeyPermit<>(permits, task);
            if (permits.isOneFree()) {
                admit(task);
            } else {
                task.forKey = permits.waiters.addAction(() -> admit(task));
            }
        } catch (Throwable e) {
            permits.admit(); // nobody may use them
            throw e;
        }
    }

    private void admit(LimitedTask<K> task) {
        var permit = task.permit;
        if (permit != null) {
            admitted.add(task);
            permit.permits.take(permit);
        }
    }

    private <T extends @Nullable Object> GreenThread<T> make(
            Hub hub, LimitedTask<K> task, Callable<? extends T> body) {
        var draft = Draft.<T>of(hub, keys.inheritance(task.pool), () -> run(task, body));
        try {
            var green = GreenThread.unstarted(draft);
            task.become(draft.member());
            return green;
        } catch (IllegalStateException e) {
            if (hub.isOpen()) {
                throw e;
            }
            throw new RejectedExecutionException(keys + " cannot spawn: " + e.getMessage(), e);
        }
    }

    private <T extends @Nullable Object> T run(LimitedTask<K> task, Callable<? extends T> body)
            throws Exception {
        begin(task);
        try {
            return body.call();
        } finally {
            end(task); // the next one stands in the pool's queue before this leaves
        }
    }

    private void begin(LimitedTask<K> task) {
        keys.lock.lock();
        try {
            task.begun = true;
        } finally {
            keys.lock.unlock();
        }
        if (task.counted) {
            unbegun.release();
        }
    }

    /// Lets tasks that have the permit of their key stand for one of their pool. Those that it does
    /// not take any more are cancelled, and those behind them, one after the other and not each by
    /// the one before it; likewise those that cannot be started fail.
    void startAdmitted() {
        keys.lock.lock();
        try {
            while (!admitted.isEmpty()) {
                stand(admitted.removeFirst());
            }
        } finally {
            keys.lock.unlock();
        }
        endRefused();
    }

    private void stand(LimitedTask<K> task) {
        try {
            task.stand();
        } catch (Throwable e) {
            refuse(task, e);
        }
    }

    private void refuse(LimitedTask<K> task, Throwable why) {
        refused.add(new Refused<>(task, why));
        giveBack(task);
    }

    private static <K> void giveBack(LimitedTask<K> task) {
        if (task.permit != null) {
            boolean ignored = task.permit.permits.takeBack(task.permit);
        }
    }

    /// All that there are by one call: each ends by a link, which calls this again.
    private void endRefused() {
        List<Refused<K>> all;
        keys.lock.lock();
        try {
            all = refused.isEmpty() ? List.of() : List.copyOf(refused);
            refused.clear();
        } finally {
            keys.lock.unlock();
        }
        for (var one : all) {
            var member = one.task.member();
            boolean _ =
                    one.why instanceof RejectedExecutionException
                            ? member.cancel()
                            : member.fail(one.why);
        }
    }

    /// Called when a task has ended, or never will begin: gives back what it has, once.
    private void end(LimitedTask<K> task) {
        WaitQueue.Waiter forPool;
        keys.lock.lock();
        try {
            if (task.over) {
                return;
            }
            task.over = true;
            boolean _ = task.forKey != null && task.forKey.leave();
            boolean _ = admitted.remove(task);
            giveBack(task);
            forPool = task.forPool();
        } finally {
            keys.lock.unlock();
        }
        if (!task.begun) {
            leavePool(task, forPool);
        }
        startAdmitted();
    }

    /// Takes a task that has not begun out of the queue of the pool, or gives back the permit that
    /// it was given meanwhile.
    private void leavePool(LimitedTask<K> task, WaitQueue.@Nullable Waiter forPool) {
        if (forPool == null || !task.pool.withdraw(forPool)) {
            task.pool.remove(task.member());
        }
        if (task.counted) {
            unbegun.release();
        }
    }

    // ---- lending

    /// Has a loan given to a task that is ahead of a wait, or to the first to come.
    void seek(Loan loan, AheadInKey<K> wait) {
        keys.lock.lock();
        try {
            if (!wait.isOver() && !isGiven(loan, wait)) {
                wait.permits().add(loan, wait);
            }
        } finally {
            keys.lock.unlock();
        }
        startAdmitted(); // behind those that could not be started
    }

    private boolean isGiven(Loan loan, AheadInKey<K> wait) {
        for (var task : wait.permits().ahead(loan.permits(), wait.awaited())) {
            try {
                if (loan.give(task.member())) {
                    return true;
                }
            } catch (Throwable e) {
                refuse(task, e);
            }
        }
        return false;
    }

    void forget(Loan loan, AheadInKey<K> wait) {
        keys.lock.lock();
        try {
            wait.permits().remove(loan);
        } finally {
            keys.lock.unlock();
        }
    }
}
