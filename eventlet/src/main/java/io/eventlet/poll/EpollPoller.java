// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Epoll;
import io.eventlet.os.Errno;
import io.eventlet.os.EventFd;
import io.eventlet.os.Sockets;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// Polls the descriptors of a hub with epoll(7), edge-triggered.
public final class EpollPoller extends ReadinessPoller {
    private static final int EVENTS = 1024;
    private static final long WAKEUP = -1;
    private static final int EXCEPTIONAL =
            Epoll.EPOLLRDHUP | Epoll.EPOLLHUP | Epoll.EPOLLERR | Epoll.EPOLLPRI;
    private static final int READABLE = Epoll.EPOLLIN | EXCEPTIONAL;
    private static final int WRITABLE = Epoll.EPOLLOUT | Epoll.EPOLLHUP | Epoll.EPOLLERR;
    private static final int INTEREST =
            Epoll.EPOLLIN | Epoll.EPOLLOUT | Epoll.EPOLLRDHUP | Epoll.EPOLLPRI | Epoll.EPOLLET;
    private static final int EXCLUSIVE = Epoll.EPOLLIN | Epoll.EPOLLET | Epoll.EPOLLEXCLUSIVE;
    private static final int CLOSED = Integer.MIN_VALUE;

    private final int epoll;
    // Never read: each write is an edge of its own, and 2^64 of them do not happen.
    private final int wakeups;
    // How many threads write to it now, and whether it is closed: the last one gives it back.
    private final AtomicInteger wakers = new AtomicInteger();
    private final Epoll.Events events = new Epoll.Events(EVENTS); // whoever polls

    private EpollPoller(Parking parking, Supplier<Network> ofCaller, int epoll, int wakeups) {
        super(parking, ofCaller);
        this.epoll = epoll;
        this.wakeups = wakeups;
    }

    /// Opens one; `ofCaller` says which network polls for the calling thread, to which sockets move
    /// from a poller that is closed.
    public static EpollPoller open(Parking parking, Supplier<Network> ofCaller) throws IOException {
        int epoll = ensure(Epoll.create(), "epoll_create1");
        int wakeups = EventFd.create();
        if (wakeups >= 0) {
            int result = Epoll.add(epoll, wakeups, Epoll.EPOLLIN | Epoll.EPOLLET, WAKEUP);
            if (result >= 0) {
                return new EpollPoller(parking, ofCaller, epoll, wakeups);
            }
            Sockets.close(wakeups);
            wakeups = result;
        }
        Sockets.close(epoll);
        throw new IOException("Cannot make an eventfd: " + Errno.message(-wakeups));
    }

    private static int ensure(int result, String call) throws IOException {
        if (result < 0) {
            throw new IOException(call + ": " + Errno.message(-result));
        }
        return result;
    }

    @Override
    public String name() {
        return "epoll";
    }

    @Override
    public void poll(long nanos) {
        int n = Epoll.await(epoll, events, nanos);
        for (int i = 0; i < n; i++) {
            long token = events.data(i);
            if (token != WAKEUP) {
                int mask = events.mask(i);
                dispatch(
                        token,
                        (mask & READABLE) != 0,
                        (mask & WRITABLE) != 0,
                        (mask & EXCEPTIONAL) != 0);
            }
        }
    }

    @Override
    public void wakeup() {
        int before;
        do {
            before = wakers.get();
            if (before < 0) {
                return;
            }
        } while (!wakers.compareAndSet(before, before + 1));
        EventFd.signal(wakeups);
        if (wakers.decrementAndGet() == CLOSED) {
            Sockets.close(wakeups);
        }
    }

    @Override
    int add(int descriptor, long token, boolean exclusive) {
        return Epoll.add(epoll, descriptor, exclusive ? EXCLUSIVE : INTEREST, token);
    }

    @Override
    int remove(int descriptor) {
        return Epoll.remove(epoll, descriptor);
    }

    @Override
    int arm(int descriptor, boolean readable, boolean writable) {
        int mask = (readable ? Epoll.EPOLLIN : 0) | (writable ? Epoll.EPOLLOUT : 0);
        if (mask == 0) {
            return Epoll.remove(epoll, descriptor);
        }
        int result = Epoll.modify(epoll, descriptor, mask | Epoll.EPOLLONESHOT, descriptor);
        return result == -Errno.ENOENT // not there yet, or another descriptor of that number was
                ? Epoll.add(epoll, descriptor, mask | Epoll.EPOLLONESHOT, descriptor)
                : result;
    }

    @Override
    void release() {
        Sockets.close(epoll);
        if (wakers.getAndAdd(CLOSED) == 0) {
            Sockets.close(wakeups);
        }
    }
}
