// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import org.jspecify.annotations.Nullable;

/// Something that is ready at some time, as who waits for it sees it: behind each `Waitable`, so
/// that this is found here and is no method that users see.
public abstract class ReadySource {
    protected ReadySource() {}

    /// Has an action run, once, when this is ready next, and returns the waiter that may leave
    /// before; null, with the action not run, if it is ready now. The action is run under a lock:
    /// it neither waits nor calls code of users.
    protected abstract WaitQueue.@Nullable Waiter whenReady(Runnable action);

    /// That of something which claims to be one.
    public static WaitQueue.@Nullable Waiter whenReady(Object waitable, Runnable action) {
        if (waitable instanceof ReadySource source) {
            return source.whenReady(action);
        }
        throw new IllegalArgumentException(
                "only what this library has made can be waited for, not " + waitable);
    }
}
