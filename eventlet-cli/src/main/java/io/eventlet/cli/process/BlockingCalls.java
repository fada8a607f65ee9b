// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.process;

import io.eventlet.queue.GreenQueue;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
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
        GreenQueue<Answer<T>> answers = GreenQueue.bounded(1);
        threads.execute(() -> answers.put(answerOf(call)));
        return open(answers.get());
    }

    /// Makes the call and waits for its end, cancelled or not: for calls whose effect must not come
    /// later, and must be known. A cancellation ends the next wait.
    public <T extends @Nullable Object> T finish(Callable<T> call) throws Exception {
        var answer = new CompletableFuture<Answer<T>>();
        threads.execute(() -> answer.complete(answerOf(call)));
        return open(answer.join()); // which leaves an interrupt, and what is behind it, as it is
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
