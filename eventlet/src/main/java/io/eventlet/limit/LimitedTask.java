// SPDX-License-Identifier: Apache-2.0
package io.eventlet.limit;

import io.eventlet.member.Member;
import io.eventlet.member.Permits;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/// A task on its way into a pool, and its permit of a key.
final class LimitedTask<K> extends KeyPermit<K> {
    final Permits pool;
    final boolean counted; // among those that have not begun
    // guarded by lock, once it is made:
    private @Nullable Member member;
    boolean begun;
    WaitQueue.@Nullable Waiter forKey; // in the queue of its key
    private WaitQueue.@Nullable Waiter forPool; // in the queue of the pool

    LimitedTask(Permits pool, KeyPermits<K> permits, boolean counted) {
        super(permits);
        this.pool = pool;
        this.counted = counted;
    }

    void become(Member made) {
        member = made;
        holder = made.thread();
    }

    Member member() {
        return Objects.requireNonNull(member);
    }

    /// Stands for a permit of the pool. Throws `RejectedExecutionException` if that takes nobody.
    void stand() {
        forPool = pool.startWhenFree(member());
    }

    /// Takes one that was cancelled out of the queue of the pool, or gives back the permit that it
    /// was given meanwhile.
    void leavePool() {
        if (forPool == null || !pool.withdraw(forPool)) {
            pool.remove(member());
        }
    }
}
