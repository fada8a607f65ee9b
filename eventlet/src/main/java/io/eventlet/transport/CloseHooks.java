// SPDX-License-Identifier: Apache-2.0
package io.eventlet.transport;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// What is run when a listener is closed. Thread-safe.
public final class CloseHooks {
    private final List<Runnable> hooks = new CopyOnWriteArrayList<>();

    CloseHooks() {}

    /// Those of a listener.
    public static CloseHooks of(TransportListener listener) {
        return listener.closeHooks;
    }

    /// Has a hook run when the listener is closed, until it is taken off.
    public void add(Runnable hook) {
        hooks.add(hook);
    }

    public void remove(Runnable hook) {
        hooks.remove(hook);
    }

    void run() {
        hooks.forEach(Runnable::run);
    }
}
