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

    /// The name of what moves the bytes, such as `epoll`.
    String name();
}
