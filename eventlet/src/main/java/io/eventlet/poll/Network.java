// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.io.IOException;

/// Opens endpoints of stream connections.
public interface Network {
    /// An endpoint that is neither bound nor connected.
    Endpoint open() throws IOException;

    /// An endpoint that will be bound and listen.
    default Endpoint openListener() throws IOException {
        return open();
    }

    /// Whether its endpoints can wait: false once who wakes them has ended.
    default boolean isOpen() {
        return true;
    }

    /// Whether it is that of the system, which every hub has that is just started.
    default boolean isOfSystem() {
        return false;
    }

    /// The name of what moves the bytes, such as `epoll`.
    String name();
}
