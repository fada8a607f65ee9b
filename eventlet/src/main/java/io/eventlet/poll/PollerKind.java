// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.io.IOException;
import java.util.function.Supplier;

/// The ways to learn which descriptors are ready.
public enum PollerKind {
    /// epoll(7) of Linux.
    EPOLL("epoll", "epolls") {
        @Override
        DescriptorSet openSet() throws IOException {
            return EpollSet.open();
        }
    },
    /// io_uring(7) of Linux.
    IO_URING("io_uring", "io_uring") {
        @Override
        DescriptorSet openSet() throws IOException {
            return UringSet.open();
        }
    },
    /// libevent, a library.
    LIBEVENT("libevent", "pyevent") {
        @Override
        DescriptorSet openSet() {
            return LibeventSet.open();
        }
    },
    /// kqueue(2) of macOS and FreeBSD.
    KQUEUE("kqueue", "kqueue") {
        @Override
        DescriptorSet openSet() throws IOException {
            return KqueueSet.open();
        }
    };

    /// What hubs take unless another is asked for.
    public static final PollerKind USUAL = EPOLL;

    private final String label;
    private final String inEventlet;

    PollerKind(String label, String inEventlet) {
        this.label = label;
        this.inEventlet = inEventlet;
    }

    abstract DescriptorSet openSet() throws IOException;

    /// The name by which users know it.
    public final String label() {
        return label;
    }

    /// Whether a name in lower case is this one's, as it is here or in Eventlet for Python.
    public final boolean isCalled(String name) {
        return name.equals(label) || name.equals(inEventlet);
    }

    /// Opens a poller; `ofCaller` says which network polls for the calling thread, to which sockets
    /// move from a poller that is closed.
    public final Poller open(Parking parking, Supplier<Network> ofCaller) throws IOException {
        return new ReadinessPoller(openSet(), parking, ofCaller);
    }
}
