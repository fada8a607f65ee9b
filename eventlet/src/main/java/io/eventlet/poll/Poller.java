// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.util.List;

/// A network that a hub sleeps in: it wakes the threads whose operations can go on.
///
/// Whether it learns that a descriptor is ready (epoll, kqueue) or that an operation is complete
/// (io_uring), and whether there are descriptors at all, is its own business.
public interface Poller extends Network, AutoCloseable {
    /// Waits for at most the given time, 0 to only look, negative for no limit, and unparks every
    /// thread whose operation can go on. One thread at a time calls it, the hub's.
    void poll(long nanos);

    /// Ends a [#poll] that waits, or the next one that would. Callable from every thread.
    void wakeup();

    /// The endpoints whose descriptors it watches; none if it has no descriptors. Callable from
    /// every thread.
    default List<Opened> watched() {
        return List.of();
    }

    /// Called once its hub is being closed, and all green threads there have been told. On a thread
    /// of the JDK.
    default void hubCloses() {}

    /// Gives back what it holds. Nobody polls it any more; a wait that only a poll could end fails.
    @Override
    void close();
}
