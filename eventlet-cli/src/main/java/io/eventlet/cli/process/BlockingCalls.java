// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.process;

import io.eventlet.hub.Cancelled;
import io.eventlet.queue.GreenQueue;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// A few platform threads for calls that block their thread (files, name look-ups), so that the
/// green thread that needs one waits and its hub does not. Thread-safe.
public final class BlockingCalls {
    private sealed interface Answer<T extends @Nullable Object> {
        record Value<T extends @Nullable Object>(T value) implements Answer<T> {}

        record Failure<T extends @Nullable Object>(Throwable cause) implements Answer<T> {}
    }

    private final ThreadPoolExecutor threads;

    /// @param name what the threads are called
    /// @param most how many calls may run at once; more wait their turn
    public BlockingCalls(String name, int most) {
        ThreadFactory factory = Thread.ofPlatform().name(name + "-", 1).daemon().factory();
        threads =
                new ThreadPoolExecutor(
                        most, most, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        threads.allowCoreThreadTimeOut(true);
    }

    /// Makes the call and waits for it. A green thread that is cancelled meanwhile stops waiting at
    /// once; the call runs on, and nobody sees its answer.
    public <T extends @Nullable Object> T call(Callable<T> call) throws Exception {
        return open(submit(call).get());
    }

    /// Makes the call and waits for its end, cancelled or not: for calls whose effect must not come
    /// later. A cancellation is delivered after that end.
    public <T extends @Nullable Object> T finish(Callable<T> call) throws Exception {
        GreenQueue<Answer<T>> answers = submit(call);
        @Nullable Cancelled cancelled = null;
        @Nullable Answer<T> answer = null;
        while (answer == null) {
            try {
                answer = answers.get();
            } catch (Cancelled e) {
                cancelled = e;
            }
        }
        if (cancelled != null) {
            throw cancelled;
        }
        return open(answer);
    }

    private <T extends @Nullable Object> GreenQueue<Answer<T>> submit(Callable<T> call) {
        GreenQueue<Answer<T>> answers = GreenQueue.bounded(1);
        threads.execute(() -> answers.put(answerOf(call)));
        return answers;
    }

    private static <T extends @Nullable Object> Answer<T> answerOf(Callable<T> call) {
        try {
            return new Answer.Value<>(call.call());
        } catch (Exception | Error e) {
            return new Answer.Failure<>(e);
        }
    }

    private static <T extends @Nullable Object> T open(Answer<T> answer) throws Exception {
        return switch (answer) {
            case Answer.Value<T>(T value) -> value;
            case Answer.Failure<T>(Exception e) -> throw e;
            case Answer.Failure<T>(Error e) -> throw e;
            case Answer.Failure<T>(Throwable e) -> throw new IllegalStateException(e);
        };
    }
}
