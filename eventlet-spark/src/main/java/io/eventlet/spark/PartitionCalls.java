// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import io.eventlet.Eventlet;
import io.eventlet.TaskFailed;
import io.eventlet.errors.Cancelled;

import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.TaskInterruptListener;
import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.time.Duration;
import java.util.Iterator;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/// What the driver sends to the executors: makes the calls for the items of a partition.
final class PartitionCalls<A, B, R>
        implements MapPartitionsFunction<A, R>, FlatMapFunction<Iterator<A>, R> {
    private static final long serialVersionUID = 1;
    private static final Duration LIMIT = Duration.ofSeconds(10); // for calls that were killed

    /// What is made of an item and what became of it.
    interface Giving<A, B, R> extends Serializable {
        R of(Attempted<A, B> attempted);
    }

    private final String imap = UUID.randomUUID().toString();
    private final Calls calls;
    private final @Nullable KeyLimits<A> limits;
    private final Attempts.Work<A, B> work;
    private final Giving<A, B, R> giving;

    PartitionCalls(
            Calls calls,
            @Nullable KeyLimits<A> limits,
            Attempts.Work<A, B> work,
            Giving<A, B, R> giving) {
        this.calls = Objects.requireNonNull(calls);
        this.limits = limits;
        this.work = work;
        this.giving = giving;
    }

    @Override
    public Iterator<R> call(Iterator<A> items) {
        return new Results(items);
    }

    /// The results of a task, for its thread.
    private final class Results implements Iterator<R> {
        private final @Nullable TaskContext task = TaskContext.get();
        private final SharedLimits shared;
        private final HubsOfExecutor.Taken hub;
        private final Window<A, Attempted<A, B>> window;
        private final AtomicBoolean closed = new AtomicBoolean();

        /// What is taken is given back at the end of the task, or here if it does not begin.
        Results(Iterator<A> items) {
            shared = SharedLimits.of(imap, calls, limits);
            try {
                hub = HubsOfExecutor.take();
            } catch (Throwable e) {
                shared.close();
                throw e;
            }
            try {
                var attempts = new Attempts<>(work, calls, limits, shared);
                window = window(new FreshItems<>(items), attempts);
                if (task != null) { // a driver may ask without one
                    endWith(task);
                }
            } catch (Throwable e) {
                if (closed.compareAndSet(false, true)) {
                    shared.close();
                    HubsOfExecutor.giveBack(hub);
                }
                throw e;
            }
        }

        private Window<A, Attempted<A, B>> window(Iterator<A> items, Attempts<A, B> attempts) {
            return new Window<>(
                    items,
                    calls.window,
                    item -> Eventlet.spawnOn(hub.hub(), () -> attempts.of(item, this::isStopped)),
                    this::close);
        }

        private void endWith(TaskContext its) {
            TaskInterruptListener stops = (_, _) -> window.stop();
            TaskCompletionListener closes = _ -> close();
            its.addTaskInterruptListener(stops).addTaskCompletionListener(closes);
        }

        private boolean isStopped() {
            return window.isStopped();
        }

        @Override
        public boolean hasNext() {
            ensureNotKilled();
            return window.hasNext();
        }

        @Override
        public R next() {
            Attempted<A, B> attempted;
            try {
                attempted = window.next();
            } catch (TaskFailed e) {
                ensureNotKilled();
                throw e;
            } catch (Cancelled e) { // an interrupt
                window.stop();
                ensureNotKilled();
                throw e;
            }
            ensureNotKilled();
            if (calls.progress != null) {
                calls.progress.note(attempted);
            }
            return giving.of(attempted);
        }

        private void ensureNotKilled() {
            if (task != null) {
                task.killTaskIfInterrupted();
            }
        }

        private void close() {
            if (!closed.compareAndSet(false, true)) {
                return;
            }
            window.stop();
            boolean ended = window.awaitEnd(LIMIT);
            shared.close();
            if (ended) {
                HubsOfExecutor.giveBack(hub);
            } else {
                HubsOfExecutor.abandon(hub);
            }
        }
    }
}
