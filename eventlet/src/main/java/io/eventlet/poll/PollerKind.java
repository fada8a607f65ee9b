// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.io.IOException;
import java.util.function.Supplier;

/// The ways to learn which descriptors are ready.
public enum PollerKind {
    /// epoll(7) of Linux.
    EPOLL {
        @Override
        DescriptorSet openSet() throws IOException {
            return EpollSet.open();
        }
    };

    abstract DescriptorSet openSet() throws IOException;

    /// Opens a poller; `ofCaller` says which network polls for the calling thread, to which sockets
    /// move from a poller that is closed.
    public final Poller open(Parking parking, Supplier<Network> ofCaller) throws IOException {
        return new ReadinessPoller(openSet(), parking, ofCaller);
    }
}
