// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.member.Ahead;
import io.eventlet.wait.Choice;
import io.eventlet.wait.Enlisting;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/// A clause of something that keeps one lock and one queue of those who wait for it.
///
/// @param waiters guarded by the lock
/// @param purpose what a waiter brings
/// @param isReady whether it can be had now; under the lock
/// @param take has it; under the lock
/// @param ahead what may be ahead of it, for a member of a pool; null if nothing is
/// @param then what is made of what was had, by whoever made the choice
record LockedClause<R extends @Nullable Object>(
        ReentrantLock lock,
        WaitQueue waiters,
        @Nullable Object purpose,
        BooleanSupplier isReady,
        Supplier<? extends @Nullable Object> take,
        @Nullable Ahead ahead,
        Function<@Nullable Object, ? extends R> then)
        implements Clause<R>, Enlisting<R> {
    /// A clause of something that nothing is ahead of.
    LockedClause(
            ReentrantLock lock,
            WaitQueue waiters,
            @Nullable Object purpose,
            BooleanSupplier isReady,
            Supplier<? extends @Nullable Object> take,
            Function<@Nullable Object, ? extends R> then) {
        this(lock, waiters, purpose, isReady, take, null, then);
    }

    @Override
    public WaitQueue.@Nullable Waiter enlist(Choice choice) {
        lock.lock();
        try {
            if (!isReady.getAsBoolean()) {
                return waiters.add(choice, purpose);
            }
            if (choice.hold()) {
                choice.done(take.get());
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /// What is waited for.
    @Override
    public String toString() {
        return waiters.toString();
    }

    @Override
    public R result(@Nullable Object item) {
        return then.apply(item);
    }
}
