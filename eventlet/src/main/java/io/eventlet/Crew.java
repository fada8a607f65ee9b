// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.hub.Hub;
import io.eventlet.hub.Inheritance;
import io.eventlet.member.Permits;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The workers of a [Mapping], members of its pool: those at work, the one on its way, and the one
/// with the consumer's permit. Guarded by the mapping's lock.
final class Crew {
    private final Mapping<?, ?> mapping;
    private final Permits permits;
    private final Hub hub = Hub.current(); // of all workers, whoever calls them
    private final Inheritance inheritance = Inheritance.ofCaller(); // likewise
    private final Set<GreenThread<?>> workers = new HashSet<>();
    private int working; // that have begun, and found something to do
    private @Nullable GreenThread<?> coming; // the one that has been called
    private WaitQueue.@Nullable Waiter queued; // where it stands in the pool's queue
    private @Nullable GreenThread<?> borrower; // the one with the consumer's permit

    Crew(Mapping<?, ?> mapping, Permits permits) {
        this.mapping = mapping;
        this.permits = permits;
    }

    boolean isOneComing() {
        return coming != null;
    }

    /// Calls one. Throws why none can be had: the pool has been shut down, or the hub closed.
    void call() {
        try {
            var worker = newWorker(false);
            coming = worker;
            queued = permits.startWhenFree(worker.member(), null);
        } catch (RuntimeException | Error e) {
            coming = null;
            throw e;
        }
    }

    private GreenThread<?> newWorker(boolean once) {
        var worker =
                new GreenThread<@Nullable Void>(
                        hub,
                        inheritance,
                        () -> {
                            mapping.work(once);
                            return null;
                        },
                        true);
        worker.link(mapping::ended);
        workers.add(worker);
        return worker;
    }

    /// Notes that the one that was called has begun, or never will.
    void arrived() {
        coming = null;
        queued = null;
    }

    void beginWork() {
        working++;
    }

    void endWork() {
        working--;
    }

    boolean isAtWork() {
        return working > 0;
    }

    /// Takes out a worker that has ended; whether it was on its way, and cancelled.
    boolean remove(GreenThread<?> worker) {
        workers.remove(worker);
        if (borrower == worker) {
            borrower = null;
        }
        if (coming != worker) {
            return false;
        }
        arrived();
        return true;
    }

    /// Whether others wait for the permit of a worker.
    boolean mustLeave() {
        return permits.isAwaitedByOthers(queued != null);
    }

    /// Whether the caller would wait for a worker that waits for the permit of the caller.
    boolean mustBorrow() {
        return working == 0
                && borrower == null
                && coming != null
                && coming.thread().getState() == Thread.State.NEW
                && permits.isMember();
    }

    /// Has a worker begin with the permit of the caller, for one item. Throws why not.
    GreenThread<?> borrow() {
        try {
            var worker = newWorker(true);
            borrower = worker;
            permits.lend(worker.member());
            return worker;
        } catch (RuntimeException | Error e) {
            borrower = null;
            throw e;
        }
    }

    /// Takes the one back that is in the pool's queue; those that are to be killed.
    List<GreenThread<?>> dismiss() {
        if (queued != null && permits.withdraw(queued) && coming != null) {
            workers.remove(coming);
            coming = null;
        }
        return new ArrayList<>(workers);
    }
}
