// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import io.eventlet.Clause;
import io.eventlet.wait.Choice;
import io.eventlet.wait.Enlisting;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.function.Supplier;

/// Putting into a queue, as one of several things to do.
final class PutClause<T, R extends @Nullable Object> implements Clause<R>, Enlisting<R> {
    private final Handover<T> inside;
    private final T item;
    private final Supplier<? extends R> then;

    PutClause(Handover<T> inside, T item, Supplier<? extends R> then) {
        this.inside = inside;
        this.item = Objects.requireNonNull(item);
        this.then = Objects.requireNonNull(then);
    }

    @Override
    public WaitQueue.@Nullable Waiter enlist(Choice choice) {
        return inside.enlistPut(choice, item);
    }

    @Override
    public String toString() {
        return "put into " + inside;
    }

    @Override
    public R result(@Nullable Object answer) {
        boolean ignored = inside.isIn(answer);
        return then.get();
    }
}
