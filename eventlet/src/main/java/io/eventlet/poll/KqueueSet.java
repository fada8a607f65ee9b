// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Errno;
import io.eventlet.os.Kqueue;

import java.io.IOException;
import java.util.Arrays;

/// kqueue(2), with filters that are cleared by being told.
///
/// A descriptor has a filter for each side, and each tells for itself. It knows no urgent data on
/// all systems, and has nothing like `EPOLLEXCLUSIVE`.
final class KqueueSet implements DescriptorSet {
    private static final int EVENTS = 512;
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final long WAKEUP = -1;

    private final Kqueue.Layout layout;
    private final Kqueue queue;
    private final Visitors visitors = new Visitors();
    private final Kqueue.Events events; // whoever awaits

    private final Armed armed = new Armed();

    /// The sides that may still be armed, by descriptor. The loop does not ask.
    private static final class Armed {
        private byte[] sides = new byte[64]; // guarded by itself

        synchronized int exchange(int descriptor, int now) {
            if (descriptor >= sides.length) {
                if (now == 0) {
                    return 0;
                }
                sides = Arrays.copyOf(sides, Math.max(descriptor + 1, sides.length * 2));
            }
            int before = sides[descriptor];
            sides[descriptor] = (byte) now;
            return before;
        }
    }

    private KqueueSet(Kqueue.Layout layout, Kqueue queue) {
        this.layout = layout;
        this.queue = queue;
        events = new Kqueue.Events(layout, EVENTS);
    }

    static KqueueSet open() throws IOException {
        var layout = Kqueue.Layout.ofSystem();
        var queue = Kqueue.open(layout);
        var set = new KqueueSet(layout, queue);
        int result = set.change(set.one(0, layout.user(), Kqueue.EV_ADD | Kqueue.EV_CLEAR, WAKEUP));
        if (result < 0) {
            queue.close();
            throw new IOException("Cannot make an event to wake by: " + Errno.message(-result));
        }
        return set;
    }

    @Override
    public String name() {
        return "kqueue";
    }

    @Override
    public boolean tellsExceptions() {
        return false;
    }

    @Override
    public int add(int descriptor, long token, boolean exclusive) {
        if (!visitors.enter()) {
            return -Errno.EBADF;
        }
        try {
            disarm(descriptor, armed.exchange(descriptor, 0));
            int flags = Kqueue.EV_ADD | Kqueue.EV_CLEAR;
            var changes = new Kqueue.Events(layout, 2);
            changes.with(descriptor, Kqueue.EVFILT_READ, flags, 0, token);
            if (!exclusive) {
                changes.with(descriptor, Kqueue.EVFILT_WRITE, flags, 0, token);
            }
            int result = change(changes);
            return result == -Errno.EPIPE ? 0 : result; // nobody reads: the first write tells that
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
            armed.exchange(descriptor, 0);
            disarm(descriptor, READ | WRITE);
            return 0;
        } finally {
            leave();
        }
    }

    @Override
    public int arm(int descriptor, boolean readable, boolean writable) {
        if (!visitors.enter()) {
            return -Errno.EBADF;
        }
        try {
            int sides = (readable ? READ : 0) | (writable ? WRITE : 0);
            disarm(descriptor, armed.exchange(descriptor, sides));
            int flags = Kqueue.EV_ADD | Kqueue.EV_ONESHOT;
            var changes = new Kqueue.Events(layout, 2);
            if (readable) {
                changes.with(descriptor, Kqueue.EVFILT_READ, flags, 0, descriptor);
            }
            if (writable) {
                changes.with(descriptor, Kqueue.EVFILT_WRITE, flags, 0, descriptor);
            }
            return sides == 0 ? 0 : change(changes);
        } finally {
            leave();
        }
    }

    /// What the kernel has taken out itself, by telling or because the descriptor was closed, is
    /// not there.
    private void disarm(int descriptor, int sides) {
        if ((sides & READ) != 0) {
            change(one(descriptor, Kqueue.EVFILT_READ, Kqueue.EV_DELETE, 0));
        }
        if ((sides & WRITE) != 0) {
            change(one(descriptor, Kqueue.EVFILT_WRITE, Kqueue.EV_DELETE, 0));
        }
    }

    private Kqueue.Events one(int ident, short filter, int flags, long token) {
        return new Kqueue.Events(layout, 1).with(ident, filter, flags, 0, token);
    }

    private int change(Kqueue.Events changes) {
        return queue.change(changes);
    }

    @Override
    public void await(long nanos, Listener listener) {
        int n = DescriptorSet.awaited("kevent", queue.await(events, nanos));
        for (int i = 0; i < n; i++) {
            long token = events.token(i);
            int flags = events.flags(i);
            if (token == WAKEUP || (flags & Kqueue.EV_ERROR) != 0) {
                continue;
            }
            boolean writable = events.filter(i) == Kqueue.EVFILT_WRITE;
            boolean isOver = (flags & Kqueue.EV_EOF) != 0;
            listener.onReady(token, !writable, writable, isOver);
        }
    }

    @Override
    public void wakeup() {
        if (visitors.enter()) {
            try {
                change(
                        new Kqueue.Events(layout, 1)
                                .with(0, layout.user(), 0, Kqueue.NOTE_TRIGGER, WAKEUP));
            } finally {
                leave();
            }
        }
    }

    private void leave() {
        if (visitors.leave()) {
            queue.close();
        }
    }

    @Override
    public void close() {
        if (visitors.close()) {
            queue.close();
        }
    }
}
