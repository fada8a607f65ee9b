// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import java.util.concurrent.atomic.AtomicInteger;

/// Green threads that cannot be started, as when there is no memory for them.
public final class FailingStarts implements AutoCloseable {
    private final AtomicInteger left;
    private final AtomicInteger failed = new AtomicInteger();

    private FailingStarts(int count) {
        left = new AtomicInteger(count);
    }

    /// The next so many starts fail, of any hub.
    public static FailingStarts next(int count) {
        var starts = new FailingStarts(count);
        Hub.beforeStart = starts::fail;
        return starts;
    }

    /// All starts fail.
    public static FailingStarts all() {
        return next(Integer.MAX_VALUE);
    }

    private void fail(Thread thread) {
        if (left.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            failed.incrementAndGet();
            throw new OutOfMemoryError("no memory to start " + thread.threadId());
        }
    }

    /// How many have failed.
    public int failed() {
        return failed.get();
    }

    @Override
    public void close() {
        Hub.beforeStart = null;
    }
}
