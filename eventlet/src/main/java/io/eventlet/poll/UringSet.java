// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Errno;
import io.eventlet.os.EventFd;
import io.eventlet.os.Sockets;
import io.eventlet.os.Uring;
import io.eventlet.os.VirtualThreads;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// io_uring(7): streams are received from, into buffers of the ring; and an epoll(7), which the
/// ring polls, watches all else.
///
/// Of a listener that several sets share, a connection is told to all of them.
final class UringSet implements DescriptorSet {
    /*
     * A ring belongs to the thread that awaits: that makes requests, in one call with the wait;
     * others queue what they want and wake it. Whoever queues something looks afterwards whether
     * the loop is its own thread, and whoever comes to await says so before it looks at the queue:
     * so nothing is left there, also if another thread takes the loop over at that moment.
     *
     * Who does that takes what the ring of the one before has brought, closes it, and opens one of
     * its own, where all is asked for again. The thread before may be in any place but await: a
     * green thread on it may still take itself for one of the loop. So both enter the ring before
     * they use it, and it is closed when nobody is inside.
     *
     * A request holds its descriptor open. A green thread of the loop ends it before it closes its
     * descriptor; other threads cannot, and end the connection instead, by shutdown(2) or by
     * breaking it off: the request is over then, and the loop finds that when it looks next.
     */
    private static final long SETTLING_NANOS = 20_000_000;
    private static final long LAST_NANOS = 1_000_000_000;

    private final EpollSet polled;
    private final int wakeups; // each write to it is an edge
    private final Visitors visitors = new Visitors();
    private final UringWatches watches = new UringWatches();
    private final AtomicInteger sequences = new AtomicInteger();
    private volatile @Nullable Thread loop; // which awaits
    private final UringWork work;

    private UringSet(Uring ring, EpollSet polled, int wakeups, UringWork.Shape shape) {
        this.polled = polled;
        this.wakeups = wakeups;
        work = new UringWork(ring, polled, wakeups, watches, new ConcurrentLinkedQueue<>(), shape);
    }

    static UringSet open() throws IOException {
        return open(UringWork.Shape.USUAL);
    }

    static UringSet open(UringWork.Shape shape) throws IOException {
        var ring = Uring.open(shape.requests(), shape.completions());
        int wakeups = -Errno.EMFILE;
        try {
            wakeups = EventFd.create();
            if (wakeups < 0) {
                throw new IOException("Cannot make an eventfd: " + Errno.message(-wakeups));
            }
            return new UringSet(ring, EpollSet.openToBePolled(), wakeups, shape);
        } catch (Throwable e) {
            ring.close();
            if (wakeups >= 0) {
                Sockets.close(wakeups);
            }
            throw e;
        }
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
        return polled.add(descriptor, token, exclusive);
    }

    @Override
    public int arm(int descriptor, boolean readable, boolean writable) {
        return polled.arm(descriptor, readable, writable);
    }

    /// Adds a stream, of which nothing is told until it is wanted: what it is wanted by, or null if
    /// there is no place for it. It is taken out by [#remove], and then what was not read is to be
    /// discarded.
    @Nullable UringWatch add(int descriptor, UringInflow inflow) {
        if (!visitors.enter()) {
            return null;
        }
        try {
            if (!watches.takes(descriptor)) {
                return null;
            }
            var watch = UringWatch.ofStream(this, descriptor, sequences.incrementAndGet(), inflow);
            boolean ignored = drop(watches.exchange(descriptor, watch));
            return watch;
        } finally {
            leave();
        }
    }

    /// Has a stream receive, unless it does, or something has come that its reader has not seen:
    /// what another ring has received is read first, and an error that was told is told once.
    /// Called by its reader. False if the ring is closed.
    boolean wantInput(UringWatch watch, UringInflow inflow) {
        if (inflow.isArmed()) { // the most usual case
            return true;
        }
        if (inflow.hasNews()) {
            inflow.tellInput();
            return true;
        }
        if (!visitors.enter()) {
            return false;
        }
        try {
            if (inflow.arm()) {
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
        if (!visitors.enter()) {
            return;
        }
        try {
            if (!watch.isWanted && work.isQuiet()) {
                return;
            }
            watch.isSettled = false;
            want(watch);
        } finally {
            leave();
        }
        long limit = System.nanoTime() + (isLoop() ? LAST_NANOS : SETTLING_NANOS);
        do {
            Thread.yield();
        } while (!watch.isSettled && System.nanoTime() - limit < 0);
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

    /// Has bytes be sent when the loop looks next, if this is its thread. Whether they will.
    boolean defer(UringOutflow of, byte[] from, int offset, int length) {
        var by = work.shared;
        if (by == null || !by.enter()) {
            return false;
        }
        try {
            return by.isOfCaller() && work.outbox.put(of, from, offset, length);
        } finally {
            by.leave();
        }
    }

    /// Has what was deferred be kept by its stream, if this is the thread of the loop.
    boolean takeOut(UringOutflow of) {
        var by = work.shared;
        if (by == null || !by.enter()) {
            return false;
        }
        try {
            return by.isOfCaller() && of.takeOut(work.outbox);
        } finally {
            by.leave();
        }
    }

    /// How many buffers hold something, or did not long ago.
    int buffersInUse() {
        var there = work.buffers;
        return there == null ? 0 : there.inUse();
    }

    @Override
    public int remove(int descriptor) {
        return remove(descriptor, false);
    }

    @Override
    public int removeBeforeClose(int descriptor) {
        return remove(descriptor, true);
    }

    private int remove(int descriptor, boolean closes) {
        if (!visitors.enter()) {
            return -Errno.EBADF;
        }
        try {
            var watch = watches.takes(descriptor) ? watches.exchange(descriptor, null) : null;
            if (watch != null) {
                return drop(watch) ? 0 : HELD;
            }
            return closes ? polled.removeBeforeClose(descriptor) : polled.remove(descriptor);
        } finally {
            leave();
        }
    }

    /// Whether nothing holds the descriptor of a watch any more.
    private boolean drop(@Nullable UringWatch watch) {
        boolean isOver = true;
        for (var each = watch; each != null; each = each.output) {
            isOver &= work.drop(each);
        }
        return isOver;
    }

    /// Whether the calling thread is the loop's, or carried by it.
    boolean isLoop() {
        return VirtualThreads.currentCarrier() == loop;
    }

    private void want(UringWatch watch) {
        work.wanted.add(watch);
        if (!isLoop()) {
            EventFd.signal(wakeups);
        }
    }

    @Override
    public void wakeup() {
        if (visitors.enter()) {
            try {
                work.isWoken = true;
                EventFd.signal(wakeups);
            } finally {
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
    public void close() {
        if (visitors.close()) {
            release();
        }
    }

    /// On the last thread that has to do with it. What the kernel has received is kept for readers,
    /// who go on elsewhere.
    private void release() {
        try {
            work.end();
        } finally {
            polled.close();
            Sockets.close(wakeups);
        }
    }

    // ---- of the thread that awaits

    @Override
    public void await(long nanos, Listener listener) {
        var current = Thread.currentThread();
        if (loop != current) {
            work.takeOver(listener);
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
