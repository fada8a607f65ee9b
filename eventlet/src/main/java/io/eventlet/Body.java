// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.hub.Hub;
import io.eventlet.hub.Strand;
import io.eventlet.hub.UncaughtErrors;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;

/// What the thread of a green thread runs, and where it is cancelled.
final class Body<T extends @Nullable Object> extends Strand implements Runnable {
    final GreenThread<T> green;
    private final Hub hub;
    private @Nullable Callable<? extends T> work; // dropped when it begins

    Body(GreenThread<T> green, Hub hub, Callable<? extends T> work) {
        this.green = green;
        this.hub = hub;
        this.work = work;
    }

    @Override
    public void run() {
        var begun = work;
        work = null;
        if (begun == null || !green.begin()) {
            return;
        }
        hub.enter(this);
        try {
            green.run(begun);
        } finally {
            hub.leave(this);
        }
    }

    @Override
    public Thread thread() {
        return green.thread();
    }

    @Override
    public Hub hub() {
        return hub;
    }

    /// An error of the machinery: those of the work have become its outcome.
    @Override
    public void uncaughtException(Thread thread, Throwable error) {
        UncaughtErrors.report(thread, error);
    }
}
