// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.hub.Hub;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// After each test: no green thread of the main hub is left, running or parked, and the thread of
/// the test is not interrupted.
public final class NothingLeft implements AfterEachCallback {
    @Override
    public void afterEach(ExtensionContext context) {
        if (Thread.interrupted()) {
            throw new AssertionError("the thread of the test was left interrupted");
        }
        Eventually.until(() -> Hub.main().statistics().live() == 0);
    }
}
