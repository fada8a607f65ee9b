// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The errors that were reported during a test because they reached nobody. What a green thread of
/// an earlier test has left is not counted: it is reported when the garbage collector finds it.
public final class ReportedErrors implements BeforeEachCallback, AfterEachCallback {
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    @Override
    public void beforeEach(ExtensionContext context) {
        long first = Thread.ofVirtual().unstarted(() -> {}).threadId();
        Eventlet.onUncaughtError((thread, error) -> {
            if (!thread.isVirtual() || thread.threadId() > first) {
                errors.add(error);
            }
        });
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Eventlet.onUncaughtError(null);
    }

    public List<Throwable> list() {
        return List.copyOf(errors);
    }

    public boolean contains(Throwable error) {
        return errors.contains(error);
    }

    public long count(Throwable error) {
        return errors.stream().filter(e -> e == error).count();
    }
}
