// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.wait.Choice;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

/// One of the things of which a `Select` does the first that can be done.
///
/// Those that wait make them: queues, events, semaphores, green threads.
@SuppressWarnings("exports") // for this module alone
public interface Clause<R extends @Nullable Object> {
    /// Does its part at once if it can and nothing else was chosen, else stands in its queue for
    /// the choice, with the waiter that is returned. Null also if something else was chosen.
    WaitQueue.@Nullable Waiter enlist(Choice choice);

    /// What comes of it, asked once and outside of all locks, with the item that was got.
    R result(@Nullable Object item);
}
