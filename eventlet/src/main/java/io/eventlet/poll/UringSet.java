// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Epoll;
import io.eventlet.os.Errno;
import io.eventlet.os.EventFd;
import io.eventlet.os.Sockets;
import io.eventlet.os.Uring;
import io.eventlet.os.UringBuffers;
import io.eventlet.os.VirtualThreads;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/// io_uring(7): a descriptor is watched by a request to poll it, which each edge completes anew;
/// and a stream may be received from, into buffers of the ring.
///
/// Of a listener that several sets share, a connection is told to all of them.
final class UringSet implements DescriptorSet {
    /*
     * Requests are made by the thread that awaits, in one call with the wait; others queue what
     * they want and wake it. Whoever queues something looks afterwards whether the loop is its own
     * thread, and whoever comes to await says so before it looks at the queue: so nothing is left
     * there, also if another thread takes the loop over at that moment.
     *
     * A request holds its descriptor open. So one is cancelled before its descriptor is closed, by
     * whatever thread does that. The kernel lets go as soon as the thread that made the request is
     * in the kernel next: at once for the loop's own thread or while that sleeps, and after one tick
     * of the system's clock if it computes.
     *
     * A request belongs to the thread that made it. Once that has ended, after another took the
     * loop over, its next event cancels it instead, and it is made again.
     */
    private static final int REQUESTS = 512;
    private static final int COMPLETIONS = 8192;
    private static final long SETTLING_NANOS = 20_000_000;

    // the bits of poll(2) are those of epoll
    private static final int INTEREST =
            Epoll.EPOLLIN | Epoll.EPOLLOUT | Epoll.EPOLLRDHUP | Epoll.EPOLLPRI | Epoll.EPOLLET;

    private final Uring ring;
    private final int wakeups; // each write to it is an edge
    private final Visitors visitors = new Visitors();
    private final UringWatches watches = new UringWatches();
    private final AtomicInteger sequences = new AtomicInteger();
    private volatile @Nullable Thread loop; // which awaits
    private final UringWork work;

    private UringSet(Uring ring, int wakeups, int limit) {
        this.ring = ring;
        this.wakeups = wakeups;
        work = new UringWork(ring, wakeups, watches, limit);
    }

    static UringSet open() throws IOException {
        return open(REQUESTS, COMPLETIONS, UringWork.LIMIT);
    }

    static UringSet open(int requests, int completions, int limit) throws IOException {
        var ring = Uring.open(requests, completions);
        int wakeups = EventFd.create();
        if (wakeups < 0) {
            ring.close();
            throw new IOException("Cannot make an eventfd: " + Errno.message(-wakeups));
        }
        return new UringSet(ring, wakeups, limit);
    }

    @Override
    public String name() {
        return "io_uring";
    }

    @Override
    public boolean tellsExceptions() {
        return true;
    }

    // ---- from all threads

    @Override
    public int add(int descriptor, long token, boolean exclusive) {
        int mask = exclusive ? Epoll.EPOLLIN | Epoll.EPOLLET : INTEREST;
        return watch(descriptor, token, mask, UringWatch.Kind.EDGES);
    }

    @Override
    public int arm(int descriptor, boolean readable, boolean writable) {
        int mask = (readable ? Epoll.EPOLLIN : 0) | (writable ? Epoll.EPOLLOUT : 0);
        return mask == 0
                ? remove(descriptor)
                : watch(descriptor, descriptor, mask, UringWatch.Kind.ONCE);
    }

    private int watch(int descriptor, long token, int mask, UringWatch.Kind kind) {
        if (!visitors.enter()) {
            return -Errno.EBADF;
        }
        try {
            int result = Sockets.look(descriptor);
            if (result < 0) {
                return result;
            }
            if (!watches.takes(descriptor)) {
                return -Errno.EMFILE;
            }
            var watch = new UringWatch(kind, descriptor, sequences.incrementAndGet(), token, mask);
            drop(watches.exchange(descriptor, watch));
            want(watch);
            return 0;
        } finally {
            leave();
        }
    }

    /// Adds a stream, of which nothing is told until it is wanted: what it is wanted by, or null if
    /// there is no memory for it. It is taken out by [#remove], and then what was not read is to be
    /// discarded.
    @Nullable UringWatch add(int descriptor, UringInflow inflow) {
        if (!visitors.enter()) {
            return null;
        }
        try {
            if (!watches.takes(descriptor) || ensureBuffers() == null) {
                return null;
            }
            var watch =
                    UringWatch.ofStream(
                            this, descriptor, sequences.incrementAndGet(), inflow, Epoll.EPOLLOUT);
            drop(watches.exchange(descriptor, watch));
            return watch;
        } finally {
            leave();
        }
    }

    private @Nullable UringBuffers ensureBuffers() {
        var known = work.buffers;
        if (known != null) {
            return known;
        }
        synchronized (this) {
            known = work.buffers;
            if (known == null) {
                work.buffers = known = UringBuffers.of(ring);
            }
            return known;
        }
    }

    /// Has a stream receive, unless it does. Called by its reader, who has seen that nothing is
    /// left to be read. False if the ring is closed.
    boolean wantInput(UringWatch watch, UringInflow inflow) {
        if (inflow.isArmed()) { // the most usual case
            return true;
        }
        if (!visitors.enter()) {
            return false;
        }
        try {
            if (inflow.arm(Objects.requireNonNull(work.buffers))) {
                watch.isWanted = true;
                want(watch);
            }
            return true;
        } finally {
            leave();
        }
    }

    /// Has the loop look at what has come for a stream, which nobody may have looked at since. On
    /// another hub not for long: its loop may be busy.
    void settle(UringWatch watch) {
        if (isQuiet() || !visitors.enter()) {
            return;
        }
        try {
            watch.isSettled = false;
            want(watch);
        } finally {
            leave();
        }
        boolean isOwn = VirtualThreads.currentCarrier() == loop;
        long limit = System.nanoTime() + (isOwn ? UringWork.LAST_NANOS : SETTLING_NANOS);
        do {
            Thread.yield();
        } while (!watch.isSettled && System.nanoTime() - limit < 0);
    }

    /// Whether nothing has come that the loop has not looked at.
    private boolean isQuiet() {
        if (!visitors.enter()) {
            return true;
        }
        boolean isQuiet = ring.completed() <= 0 && !ring.hasMore();
        leave();
        return isQuiet;
    }

    /// Has a stream tell when there is room, unless it will. Called by its writer. False if the
    /// ring is closed.
    boolean wantOutput(UringWatch of) {
        var watch = Objects.requireNonNull(of.output);
        if (!visitors.enter()) {
            return false;
        }
        try {
            if (!watch.isWanted) {
                watch.isWanted = true;
                want(watch);
            }
            return true;
        } finally {
            leave();
        }
    }

    /// How many buffers hold something, or did not long ago.
    int buffersInUse() {
        var there = work.buffers;
        return there == null ? 0 : there.inUse();
    }

    @Override
    public int remove(int descriptor) {
        if (!visitors.enter()) {
            return -Errno.EBADF;
        }
        try {
            if (watches.takes(descriptor)) {
                drop(watches.exchange(descriptor, null));
            }
            return 0;
        } finally {
            leave();
        }
    }

    /// Ends the requests of a watch, if there are any: none that has only been written reaches the
    /// kernel afterwards, when the number may be another descriptor's.
    private void drop(@Nullable UringWatch watch) {
        for (var each = watch; each != null; each = each.output) {
            each.isRemoved = true;
            if (each.isMade && !isWithdrawn(each)) {
                int ignored = ring.cancel(each.data());
            }
        }
    }

    private boolean isWithdrawn(UringWatch watch) {
        if (VirtualThreads.currentCarrier() != loop) {
            while (watch.isMade && !ring.hasTaken(watch.place)) {
                Thread.onSpinWait(); // the loop is about to tell the kernel
            }
            return !watch.isMade;
        }
        if (ring.hasTaken(watch.place)) {
            return false;
        }
        ring.withdraw(watch.place, UringWork.NOBODY); // which the kernel has refused for now
        work.noteOver(watch);
        return true;
    }

    private void want(UringWatch watch) {
        work.wanted.add(watch);
        if (VirtualThreads.currentCarrier() != loop) {
            EventFd.signal(wakeups);
        }
    }

    @Override
    public void wakeup() {
        if (visitors.enter()) {
            work.isWoken = true;
            EventFd.signal(wakeups);
            leave();
        }
    }

    private void leave() {
        if (visitors.leave()) {
            release();
        }
    }

    @Override
    public void close() {
        if (visitors.close()) {
            release();
        }
    }

    /// On the last thread that has to do with it. What the kernel has received is kept for readers,
    /// who go on elsewhere.
    private void release() {
        work.end();
        ring.close();
        Sockets.close(wakeups);
    }

    // ---- of the thread that awaits

    @Override
    public void await(long nanos, Listener listener) {
        var current = Thread.currentThread();
        if (loop != current) {
            loop = current;
        }
        long deadline = nanos > 0 ? System.nanoTime() + nanos : 0;
        long left = nanos;
        while (!work.look(left, listener) && !work.wanted.isEmpty() && !work.isWoken && left != 0) {
            if (nanos > 0) {
                left = Math.max(0, deadline - System.nanoTime());
            }
        }
        if (work.isWoken) {
            work.isWoken = false;
        }
    }
}
