// SPDX-License-Identifier: Apache-2.0
package io.eventlet.limit;

import io.eventlet.member.Ahead;
import io.eventlet.member.Loan;

import org.jspecify.annotations.Nullable;

/// What is ahead of a task that has not begun, or of a thread that waits for a permit of a key:
/// tasks that have one and wait for their pool.
///
/// @param awaited the task; null for a thread
record AheadInKey<K>(LimitedTasks<K> tasks, KeyPermits<K> permits, @Nullable LimitedTask<K> awaited)
        implements Ahead {
    @Override
    public void seek(Loan loan) {
        tasks.seek(loan, this);
    }

    @Override
    public void forget(Loan loan) {
        tasks.forget(loan, this);
    }

    /// Whether nothing is ahead any more. Called under the lock.
    boolean isOver() {
        return awaited != null && (awaited.begun || awaited.over);
    }
}
