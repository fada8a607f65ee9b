// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.errors.Cancelled;
import io.eventlet.member.Permits;
import io.eventlet.wait.Interrupts;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;

/// `invokeAll` and `invokeAny` of a pool: mappings whose deadline also ends the wait for a permit.
final class Invocations {
    private Invocations() {}

    /// Runs all tasks; the futures of those that have not ended by the deadline are cancelled.
    static <T extends @Nullable Object> List<Future<T>> all(
            Permits permits, Collection<? extends Callable<T>> tasks, long deadline)
            throws InterruptedException {
        var futures = tasks.stream().map(FutureTask<T>::new).toList();
        var mapping = new Mapping<>(permits, Invocations::run, futures.iterator(), null, false);
        try {
            mapping.begin();
            while (mapping.awaitReady(deadline) == Mapping.Ready.RESULT) {
                var ignored = mapping.take();
            }
        } catch (Cancelled e) {
            throw Interrupts.asChecked(e);
        } catch (TaskFailed e) { // a FutureTask does not: nobody can be had any more
            throw Waits.rethrow(Objects.requireNonNull(e.getCause()));
        } finally {
            futures.forEach(future -> future.cancel(false)); // before the kill becomes its result
            mapping.close();
        }
        return List.copyOf(futures);
    }

    private static boolean run(FutureTask<?> task) {
        task.run();
        return task.isDone();
    }

    /// Runs tasks until one succeeds: its result. The others are stopped.
    static <T extends @Nullable Object> T any(
            Permits permits, Collection<? extends Callable<T>> tasks, long deadline)
            throws InterruptedException, ExecutionException, TimeoutException {
        var given = List.copyOf(tasks);
        if (given.isEmpty()) {
            throw new IllegalArgumentException("invokeAny needs a task, and was given none");
        }
        var mapping =
                new Mapping<Callable<T>, T>(permits, Callable::call, given.iterator(), null, false);
        try {
            mapping.begin();
            return firstSuccess(mapping, deadline);
        } catch (Cancelled e) {
            throw Interrupts.asChecked(e);
        } finally {
            mapping.close();
        }
    }

    private static <T extends @Nullable Object> T firstSuccess(Mapping<?, T> results, long deadline)
            throws ExecutionException, TimeoutException {
        Throwable failure = null;
        while (true) {
            switch (results.awaitReady(deadline)) {
                case RESULT -> {
                    try {
                        return results.take();
                    } catch (TaskFailed e) {
                        failure = e.getCause();
                    }
                }
                case EXPIRED -> throw new TimeoutException("no task has succeeded");
                case END -> throw new ExecutionException("all tasks failed", failure);
            }
        }
    }
}
