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
import java.util.Objects;
import java.util.Set;

/// The green threads of a [Mapping], members of its pool: those at work, the one on its way, the
/// one with the consumer's permit, and a spare one. Guarded by the mapping's lock, but for [#make].
final class Crew {
    private final Mapping<?, ?> mapping;
    private final Permits permits;
    private final Hub hub = Hub.current(); // of all of them, whoever calls them
    private final Inheritance inheritance; // likewise
    private final Set<GreenThread<?>> all = new HashSet<>(); // but the spare one
    private int working; // that have begun, and found something to do
    private @Nullable GreenThread<?> coming; // the one that has been called
    private WaitQueue.@Nullable Waiter queued; // where it stands in the pool's queue
    private @Nullable GreenThread<?> borrower; // the one with the consumer's permit
    private @Nullable GreenThread<?> spare; // made, and not called

    Crew(Mapping<?, ?> mapping, Permits permits) {
        this.mapping = mapping;
        this.permits = permits;
        inheritance = permits.inheritance();
    }

    /// Makes one, for [#keep]. Called without the lock, as what is inherited may be code of users.
    GreenThread<?> make() {
        var made =
                new GreenThread<@Nullable Void>(
                        hub,
                        inheritance,
                        () -> {
                            mapping.work();
                            return null;
                        },
                        true);
        made.link(mapping::ended);
        return made;
    }

    boolean hasSpare() {
        return spare != null;
    }

    /// Has one that was made as the next to be called.
    void keep(GreenThread<?> made) {
        spare = made;
    }

    private GreenThread<?> takeSpare() {
        if (!hub.isOpen()) { // since it was made
            throw new IllegalStateException(hub + " has been closed");
        }
        var taken = Objects.requireNonNull(spare);
        spare = null;
        all.add(taken);
        return taken;
    }

    boolean isOneComing() {
        return coming != null;
    }

    /// Calls the spare one. Throws why it does not come: the pool has been shut down, or the hub
    /// closed, or there is no memory for it.
    void call() {
        var called = takeSpare();
        coming = called;
        try {
            queued = permits.startWhenFree(called.member(), null);
        } catch (RuntimeException | Error e) {
            coming = null;
            all.remove(called);
            throw e;
        }
    }

    /// Notes that one has begun: false if it is the one with the permit of the consumer, and so
    /// works for one item.
    boolean begin(@Nullable GreenThread<?> begun) {
        if (begun == borrower) {
            return false;
        }
        arrived();
        return true;
    }

    private void arrived() {
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

    /// Takes out one that has ended; whether it was on its way, and cancelled.
    boolean remove(GreenThread<?> ended) {
        all.remove(ended);
        if (borrower == ended) {
            borrower = null;
        }
        if (coming != ended) {
            return false;
        }
        arrived();
        return true;
    }

    /// Whether others wait for the permit of one.
    boolean mustLeave() {
        return permits.isAwaitedByOthers(queued != null);
    }

    /// Whether the caller would wait for one that waits for the permit of the caller.
    boolean mustBorrow() {
        return working == 0
                && borrower == null
                && coming != null
                && coming.thread().getState() == Thread.State.NEW
                && permits.isMember();
    }

    /// Has the spare one begin with the permit of the caller. Throws why not.
    GreenThread<?> borrow() {
        var lentTo = takeSpare();
        borrower = lentTo;
        try {
            permits.lend(lentTo.member());
            return lentTo;
        } catch (RuntimeException | Error e) {
            borrower = null;
            all.remove(lentTo);
            throw e;
        }
    }

    /// Takes the one back that is in the pool's queue; those that are to be killed.
    List<GreenThread<?>> dismiss() {
        spare = null;
        if (queued != null && permits.withdraw(queued) && coming != null) {
            all.remove(coming);
            coming = null;
        }
        return new ArrayList<>(all);
    }
}
