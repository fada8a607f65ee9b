// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Errno;
import io.eventlet.os.Libevent;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/// libevent, with events that are persistent and edge-triggered.
///
/// It does not say of an edge that an end or an error came with it, knows no urgent data, and has
/// nothing like `EPOLLEXCLUSIVE`.
final class LibeventSet implements DescriptorSet {
    private final Libevent base;
    private final Visitors visitors = new Visitors();
    private final ReentrantLock lock = new ReentrantLock();
    private long[] events = new long[64]; // by descriptor, 0 for none; guarded by lock

    private LibeventSet(Libevent base) {
        this.base = base;
    }

    static LibeventSet open() {
        return new LibeventSet(Libevent.open());
    }

    @Override
    public String name() {
        return "libevent";
    }

    @Override
    public boolean tellsExceptions() {
        return false;
    }

    @Override
    public int add(int descriptor, long token, boolean exclusive) {
        int sides = exclusive ? Libevent.EV_READ : Libevent.EV_READ | Libevent.EV_WRITE;
        return replace(descriptor, sides | Libevent.EV_ET | Libevent.EV_PERSIST, token);
    }

    @Override
    public int remove(int descriptor) {
        return replace(descriptor, 0, 0);
    }

    @Override
    public int arm(int descriptor, boolean readable, boolean writable) {
        int sides = (readable ? Libevent.EV_READ : 0) | (writable ? Libevent.EV_WRITE : 0);
        return replace(descriptor, sides, descriptor);
    }

    private int replace(int descriptor, int what, long token) {
        if (!visitors.enter()) {
            return -Errno.EBADF;
        }
        lock.lock();
        try {
            return replaceLocked(descriptor, what, token);
        } finally {
            lock.unlock();
            if (visitors.leave()) {
                release();
            }
        }
    }

    /// What is there first: libevent lets nobody mix events with edges and others.
    private int replaceLocked(int descriptor, int what, long token) {
        if (descriptor >= events.length) {
            events = Arrays.copyOf(events, Math.max(descriptor + 1, events.length * 2));
        }
        long there = events[descriptor];
        if (there != 0) {
            events[descriptor] = 0;
            base.delete(there);
        }
        if (what == 0) {
            return 0;
        }
        long made = base.add(descriptor, what, token);
        if (made < 0) {
            return (int) made;
        }
        events[descriptor] = made;
        return 0;
    }

    @Override
    public void await(long nanos, Listener listener) {
        int n = base.await(nanos);
        if (n < 0) {
            throw new IllegalStateException("Cannot poll: event_base_loop has failed");
        }
        for (int i = 0; i < n; i++) {
            int mask = base.mask(i);
            listener.onReady(
                    base.token(i),
                    (mask & Libevent.EV_READ) != 0,
                    (mask & Libevent.EV_WRITE) != 0,
                    false);
        }
    }

    @Override
    public void wakeup() {
        if (visitors.enter()) {
            try {
                base.wakeup();
            } finally {
                if (visitors.leave()) {
                    release();
                }
            }
        }
    }

    @Override
    public void close() {
        if (visitors.close()) {
            release();
        }
    }

    /// On the last thread that has to do with it.
    private void release() {
        for (long event : events) {
            if (event != 0) {
                base.delete(event);
            }
        }
        base.free();
    }
}
