// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.util.concurrent.Future;

/// What a hub offers for an [Alarm]: it calls at a time.
public interface AlarmClock {
    /// The time when the hub polled last.
    long polledAt();

    /// Has the hub run something at a time, which must neither block nor throw. Callable from every
    /// thread.
    Future<?> callAt(long time, Runnable call);
}
