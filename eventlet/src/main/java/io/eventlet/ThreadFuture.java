// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;

/// The end of a green thread as a future of the JDK. What depends on it are plain ones.
final class ThreadFuture<T extends @Nullable Object> extends CompletableFuture<T> {
    private final GreenThread<T> thread;

    ThreadFuture(GreenThread<T> thread) {
        this.thread = thread;
    }

    void fail(Throwable error) {
        if (error instanceof GreenThreadKilled) {
            boolean ignored = super.cancel(false);
        } else {
            boolean ignored = completeExceptionally(error);
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            thread.kill();
        }
        return cancelled;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
