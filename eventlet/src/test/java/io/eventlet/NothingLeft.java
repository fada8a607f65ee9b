// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.hub.Hub;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.util.concurrent.TimeUnit;

/// After each test: no green thread of the main hub is left, running or parked, and the thread of
/// the test is not interrupted.
public final class NothingLeft implements AfterEachCallback {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

    @Override
    public void afterEach(ExtensionContext context) {
        if (Thread.interrupted()) {
            throw new AssertionError("the thread of the test was left interrupted");
        }
        long begin = System.nanoTime();
        Eventually.until(() -> live() == 0 || System.nanoTime() - begin > LIMIT_NANOS);
        if (live() > 0) {
            throw new AssertionError(live() + " green threads are left");
        }
    }

    private static long live() {
        return Hub.main().statistics().live();
    }
}
