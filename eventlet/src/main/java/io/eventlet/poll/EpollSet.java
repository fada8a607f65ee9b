// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Epoll;
import io.eventlet.os.Errno;
import io.eventlet.os.EventFd;
import io.eventlet.os.Sockets;

import java.io.IOException;

/// epoll(7), edge-triggered.
final class EpollSet implements DescriptorSet {
    private static final int EVENTS = 1024;
    private static final long WAKEUP = -1;
    private static final int NONE = -1;
    private static final int EXCEPTIONAL =
            Epoll.EPOLLRDHUP | Epoll.EPOLLHUP | Epoll.EPOLLERR | Epoll.EPOLLPRI;
    private static final int READABLE = Epoll.EPOLLIN | EXCEPTIONAL;
    private static final int WRITABLE = Epoll.EPOLLOUT | Epoll.EPOLLHUP | Epoll.EPOLLERR;
    private static final int INTEREST =
            Epoll.EPOLLIN | Epoll.EPOLLOUT | Epoll.EPOLLRDHUP | Epoll.EPOLLPRI | Epoll.EPOLLET;
    private static final int EXCLUSIVE = Epoll.EPOLLIN | Epoll.EPOLLET | Epoll.EPOLLEXCLUSIVE;

    private final int epoll;
    // Never read: each write is an edge of its own, and 2^64 of them do not happen.
    private final int wakeups; // or none
    private final Visitors visitors = new Visitors();
    private final Epoll.Events events = new Epoll.Events(EVENTS); // whoever awaits

    private EpollSet(int epoll, int wakeups) {
        this.epoll = epoll;
        this.wakeups = wakeups;
    }

    /// One that is awaited by who polls its [descriptor][#descriptor], and is told of wake-ups by
    /// other means.
    static EpollSet openToBePolled() throws IOException {
        int epoll = Epoll.create();
        if (epoll < 0) {
            throw new IOException("epoll_create1: " + Errno.message(-epoll));
        }
        return new EpollSet(epoll, NONE);
    }

    static EpollSet open() throws IOException {
        int epoll = Epoll.create();
        if (epoll < 0) {
            throw new IOException("epoll_create1: " + Errno.message(-epoll));
        }
        int wakeups = EventFd.create();
        if (wakeups >= 0) {
            int result = Epoll.add(epoll, wakeups, Epoll.EPOLLIN | Epoll.EPOLLET, WAKEUP);
            if (result >= 0) {
                return new EpollSet(epoll, wakeups);
            }
            Sockets.close(wakeups);
            wakeups = result;
        }
        Sockets.close(epoll);
        throw new IOException("Cannot make an eventfd: " + Errno.message(-wakeups));
    }

    @Override
    public String name() {
        return "epoll";
    }

    @Override
    public boolean tellsExceptions() {
        return true;
    }

    /// Which is readable when [#look] has something to tell.
    int descriptor() {
        return epoll;
    }

    /// Tells of what is ready now.
    void look(Listener listener) {
        int n;
        do {
            n = tell(0, listener);
        } while (n == EVENTS);
    }

    @Override
    public void await(long nanos, Listener listener) {
        int ignored = tell(nanos, listener);
    }

    private int tell(long nanos, Listener listener) {
        int n = DescriptorSet.awaited("epoll_wait", Epoll.await(epoll, events, nanos));
        for (int i = 0; i < n; i++) {
            long token = events.data(i);
            if (token != WAKEUP) {
                int mask = events.mask(i);
                listener.onReady(
                        token,
                        (mask & READABLE) != 0,
                        (mask & WRITABLE) != 0,
                        (mask & EXCEPTIONAL) != 0);
            }
        }
        return n;
    }

    @Override
    public void wakeup() {
        if (visitors.enter()) {
            try {
                EventFd.signal(wakeups);
            } finally { // there may be no memory
                leave();
            }
        }
    }

    private void leave() {
        if (visitors.leave()) {
            release();
        }
    }

    @Override
    public int add(int descriptor, long token, boolean exclusive) {
        if (!visitors.enter()) {
            return -Errno.EBADF;
        }
        try {
            return Epoll.add(epoll, descriptor, exclusive ? EXCLUSIVE : INTEREST, token);
        } finally {
            leave();
        }
    }

    @Override
    public int remove(int descriptor) {
        if (!visitors.enter()) {
            return -Errno.EBADF;
        }
        try {
            return Epoll.remove(epoll, descriptor);
        } finally {
            leave();
        }
    }

    /// Where a process that is being started still has the descriptor, events of it may come until
    /// it has begun its program: for nobody.
    @Override
    public int removeBeforeClose(int descriptor) {
        return 0;
    }

    @Override
    public int arm(int descriptor, boolean readable, boolean writable) {
        int mask = (readable ? Epoll.EPOLLIN : 0) | (writable ? Epoll.EPOLLOUT : 0);
        if (!visitors.enter()) {
            return -Errno.EBADF;
        }
        try {
            return arm(descriptor, mask);
        } finally {
            leave();
        }
    }

    private int arm(int descriptor, int mask) {
        if (mask == 0) {
            return Epoll.remove(epoll, descriptor);
        }
        int result = Epoll.modify(epoll, descriptor, mask | Epoll.EPOLLONESHOT, descriptor);
        return result == -Errno.ENOENT // not there yet, or another descriptor of that number was
                ? Epoll.add(epoll, descriptor, mask | Epoll.EPOLLONESHOT, descriptor)
                : result;
    }

    @Override
    public void close() {
        if (visitors.close()) {
            release();
        }
    }

    private void release() {
        Sockets.close(epoll);
        if (wakeups != NONE) {
            Sockets.close(wakeups);
        }
    }
}
