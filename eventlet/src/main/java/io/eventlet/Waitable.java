// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

/// Something that is ready at some time: a thread has ended, an event was sent, a queue has an
/// item.
@SuppressWarnings("exports") // for this module alone
public interface Waitable {
    /// Has an action run, once, when this is ready next, and returns the waiter that may leave
    /// before; null, with the action not run, if it is ready now. The action is run under a lock:
    /// it neither waits nor calls code of users.
    WaitQueue.@Nullable Waiter whenReady(Runnable action);
}
