// SPDX-License-Identifier: Apache-2.0
package io.eventlet.limit;

import io.eventlet.member.Member;
import io.eventlet.member.Permits;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/// A task on its way into a pool, and its permit of a key.
final class LimitedTask<K> {
    final Permits pool;
    final boolean counted; // among those that have not begun
    private @Nullable Member member; // once it is made
    // guarded by lock:
    @Nullable KeyPermit<K> permit; // as soon as it stands for it
    boolean begun;
    boolean over; // it has ended, or never will begin
    WaitQueue.@Nullable Waiter forKey; // in the queue of its key
    private WaitQueue.@Nullable Waiter forPool; // in the queue of the pool

    LimitedTask(Permits pool, boolean counted) {
        this.pool = pool;
        this.counted = counted;
    }

    void become(Member made) {
        member = made;
    }

    Member member() {
        return Objects.requireNonNull(member);
    }

    boolean hasPermit() {
        return permit != null && permit.held;
    }

    /// Stands for a permit of the pool. Throws `RejectedExecutionException` if that takes nobody,
    /// and what keeps it from being started.
    void stand() {
        var loan = Objects.requireNonNull(permit).permits.loanFor(this);
        forPool = pool.startWhenFree(member(), loan);
    }

    /// Where it stands in the queue of the pool, or stood; null if it never did.
    WaitQueue.@Nullable Waiter forPool() {
        return forPool;
    }
}
