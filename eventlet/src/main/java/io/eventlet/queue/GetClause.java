// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import io.eventlet.Clause;
import io.eventlet.wait.Choice;
import io.eventlet.wait.Enlisting;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/// Getting from a queue, as one of several things to do.
final class GetClause<T, R extends @Nullable Object> implements Clause<R>, Enlisting<R> {
    private final Handover<T> inside;
    private final Function<? super T, ? extends R> then;
    private final @Nullable Supplier<? extends R> whenClosed; // null: throws

    GetClause(
            Handover<T> inside,
            Function<? super T, ? extends R> then,
            @Nullable Supplier<? extends R> whenClosed) {
        this.inside = inside;
        this.then = Objects.requireNonNull(then);
        this.whenClosed = whenClosed;
    }

    @Override
    public WaitQueue.@Nullable Waiter enlist(Choice choice) {
        return inside.enlistGet(choice);
    }

    @Override
    public String toString() {
        return "get from " + inside;
    }

    @Override
    public R result(@Nullable Object item) {
        if (whenClosed != null && Handover.isClosing(item)) {
            return whenClosed.get();
        }
        return then.apply(Objects.requireNonNull(inside.ensureOpen(item)));
    }
}
