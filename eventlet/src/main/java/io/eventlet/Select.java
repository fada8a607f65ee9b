// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.lang.Durations;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/// Does one of several things that may have to wait: the first that can be done.
///
/// ```java
/// String news = Select.first(
///         jobs.onGet(job -> "a job: " + job),
///         stop.onSend(why -> "stopped: " + why),
///         worker.onEnd(result -> "the worker has ended"));
/// ```
///
/// One is done, and the others are not: no item, permit or room is taken for them. If several can
/// be done at once, one of them is drawn by lot, so that none is kept from its turn for ever. If
/// none can, the caller stands in all the queues, in each behind those who came before. What a
/// clause makes of it runs on the caller, when the choice has been made.
public final class Select {
    private Select() {}

    /// Does the first that can be done, and waits for it. What ends the wait is thrown: the cause
    /// of a kill or a timeout, or [io.eventlet.errors.Cancelled] for an interrupt; then none was
    /// done.
    @SafeVarargs
    @SuppressWarnings("varargs") // which are only read
    public static <R extends @Nullable Object> R first(Clause<? extends R>... clauses) {
        var selection = new Selection<R>(List.of(clauses));
        boolean ignored = selection.await(Waits.NEVER);
        return selection.result();
    }

    /// As [#first(Clause...)], waiting at most a time: throws [LimitExpired] if none could be done.
    @SafeVarargs
    @SuppressWarnings("varargs") // which are only read
    public static <R extends @Nullable Object> R first(
            Duration limit, Clause<? extends R>... clauses) {
        Durations.ensureNotNegative(limit, "the limit of a select");
        var selection = new Selection<R>(List.of(clauses));
        if (!selection.await(Waits.deadlineAfter(limit))) {
            throw new LimitExpired(
                    "nothing could be done by a select of " + selection.size(), limit);
        }
        return selection.result();
    }

    /// Does one that can be done now, or else what is given first; never waits.
    @SafeVarargs
    @SuppressWarnings("varargs") // which are only read
    public static <R extends @Nullable Object> R firstOr(
            Supplier<? extends R> otherwise, Clause<? extends R>... clauses) {
        Objects.requireNonNull(otherwise);
        var selection = new Selection<R>(List.of(clauses));
        return selection.attempt() ? selection.result() : otherwise.get();
    }
}
