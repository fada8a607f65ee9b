// SPDX-License-Identifier: Apache-2.0
package io.eventlet.limit;

import io.eventlet.GreenSemaphore;
import io.eventlet.GreenThread;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Inheritance;
import io.eventlet.member.Draft;
import io.eventlet.member.Permits;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;

/// Tasks that take a permit of their key, and then one of a pool.
final class LimitedTasks<K> {
    /*
     * A task stands in the queue of its key, and is handed the permit of who leaves. Then it stands
     * in the queue of its pool. However it ends, it gives back what it has, its key's permit before
     * its pool's; if it never begins, its link does so.
     *
     * Locks: that of a pool may be taken under that of the keys, never the other way round.
     */
    private final PermitsByKey<K> keys;
    private final GreenSemaphore unbegun; // for tasks that have not begun
    private final ArrayDeque<LimitedTask<K>> admitted = new ArrayDeque<>(); // guarded by lock

    LimitedTasks(PermitsByKey<K> keys, int maxWaiting) {
        this.keys = keys;
        unbegun = new GreenSemaphore(maxWaiting);
    }

    <T extends @Nullable Object> GreenThread<T> spawn(
            Permits pool, K key, Callable<? extends T> body) {
        boolean counted = !pool.isMember();
        if (counted) {
            unbegun.acquire();
        }
        try {
            return spawn(pool, key, body, counted);
        } catch (Throwable e) {
            if (counted) {
                unbegun.release();
            }
            throw e;
        }
    }

    private <T extends @Nullable Object> GreenThread<T> spawn(
            Permits pool, K key, Callable<? extends T> body, boolean counted) {
        if (pool.isShutdown()) {
            throw new RejectedExecutionException("the " + pool + " has been shut down");
        }
        var hub = Hub.current();
        GreenThread<T> green;
        LimitedTask<K> task;
        keys.lock.lock();
        try {
            var permits = keys.of(key);
            task = new LimitedTask<>(pool, permits, counted);
            green = make(hub, task, body);
            if (permits.isOneFree()) {
                admit(task);
            } else {
                var waiting = task;
                task.forKey = permits.waiters.addAction(() -> admit(waiting));
            }
        } finally {
            keys.lock.unlock();
        }
        green.link(_ -> end(task));
        startAdmitted();
        return green;
    }

    private void admit(LimitedTask<K> task) {
        task.permits.take(task);
        admitted.add(task);
    }

    private <T extends @Nullable Object> GreenThread<T> make(
            Hub hub, LimitedTask<K> task, Callable<? extends T> body) {
        var draft = Draft.<T>of(hub, Inheritance.ofCaller(), () -> run(task, body));
        try {
            var green = GreenThread.unstarted(draft);
            task.become(draft.member());
            return green;
        } catch (IllegalStateException e) {
            task.permits.admit(); // nobody may use them
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
    /// the one before it.
    void startAdmitted() {
        var refused = new ArrayList<LimitedTask<K>>(0);
        keys.lock.lock();
        try {
            while (!admitted.isEmpty()) {
                var task = admitted.remove();
                if (!stand(task)) {
                    refused.add(task);
                }
            }
        } finally {
            keys.lock.unlock();
        }
        for (var task : refused) {
            boolean ignored = task.member().cancel();
        }
    }

    /// False if the pool does not take the task: its permit is the next one's.
    private boolean stand(LimitedTask<K> task) {
        try {
            task.stand();
            return true;
        } catch (RejectedExecutionException e) {
            boolean ignored = task.permits.takeBack(task);
            return false;
        }
    }

    /// Called when a task has ended, or never will begin: gives back what it has, once.
    private void end(LimitedTask<K> task) {
        keys.lock.lock();
        try {
            boolean _ = task.forKey != null && task.forKey.leave();
            boolean _ = admitted.remove(task);
            boolean _ = task.permits.takeBack(task);
            if (!task.begun) {
                task.leavePool();
            }
        } finally {
            keys.lock.unlock();
        }
        if (!task.begun && task.counted) {
            unbegun.release();
        }
        startAdmitted();
    }
}
