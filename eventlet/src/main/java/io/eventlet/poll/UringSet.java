// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Epoll;
import io.eventlet.os.Errno;
import io.eventlet.os.EventFd;
import io.eventlet.os.Pipes;
import io.eventlet.os.Sockets;
import io.eventlet.os.Uring;
import io.eventlet.os.VirtualThreads;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// io_uring(7): a descriptor is watched by a request to poll it, which each edge completes anew.
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
    private static final long WAKEUP = -1;
    private static final long NOBODY = -2; // what is said of a request to cancel

    // the bits of poll(2) are those of epoll
    private static final int EXCEPTIONAL =
            Epoll.EPOLLRDHUP | Epoll.EPOLLHUP | Epoll.EPOLLERR | Epoll.EPOLLPRI;
    private static final int READABLE = Epoll.EPOLLIN | EXCEPTIONAL;
    private static final int WRITABLE = Epoll.EPOLLOUT | Epoll.EPOLLHUP | Epoll.EPOLLERR;
    private static final int INTEREST =
            Epoll.EPOLLIN | Epoll.EPOLLOUT | Epoll.EPOLLRDHUP | Epoll.EPOLLPRI | Epoll.EPOLLET;

    private final Uring ring;
    private final int wakeups; // each write to it is an edge
    private final Visitors visitors = new Visitors();
    private final UringWatches watches = new UringWatches();
    private final AtomicInteger sequences = new AtomicInteger();
    private final Queue<UringWatch> wanted = new ConcurrentLinkedQueue<>(); // to make, or to cancel
    private volatile @Nullable Thread loop; // which awaits
    private volatile boolean isWoken; // by a wakeup that no wait has ended for
    private boolean isWakeable; // whoever awaits

    private UringSet(Uring ring, int wakeups) {
        this.ring = ring;
        this.wakeups = wakeups;
    }

    static UringSet open() throws IOException {
        return open(REQUESTS, COMPLETIONS);
    }

    static UringSet open(int requests, int completions) throws IOException {
        var ring = Uring.open(requests, completions);
        int wakeups = EventFd.create();
        if (wakeups < 0) {
            ring.close();
            throw new IOException("Cannot make an eventfd: " + Errno.message(-wakeups));
        }
        return new UringSet(ring, wakeups);
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
        return watch(descriptor, token, exclusive ? Epoll.EPOLLIN | Epoll.EPOLLET : INTEREST, true);
    }

    @Override
    public int arm(int descriptor, boolean readable, boolean writable) {
        int mask = (readable ? Epoll.EPOLLIN : 0) | (writable ? Epoll.EPOLLOUT : 0);
        return mask == 0 ? remove(descriptor) : watch(descriptor, descriptor, mask, false);
    }

    private int watch(int descriptor, long token, int mask, boolean repeats) {
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
            var watch =
                    new UringWatch(descriptor, token, mask, repeats, sequences.incrementAndGet());
            drop(watches.exchange(descriptor, watch));
            want(watch);
            return 0;
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
            if (watches.takes(descriptor)) {
                drop(watches.exchange(descriptor, null));
            }
            return 0;
        } finally {
            leave();
        }
    }

    /// Ends the request of a watch, if there is one.
    private void drop(@Nullable UringWatch watch) {
        if (watch == null) {
            return;
        }
        watch.isRemoved = true;
        if (watch.isMade && ring.cancel(watch.data()) < 0 && watch.isMade) {
            want(watch); // the loop is about to tell the kernel of it
        }
    }

    private void want(UringWatch watch) {
        wanted.add(watch);
        if (VirtualThreads.currentCarrier() != loop) {
            EventFd.signal(wakeups);
        }
    }

    @Override
    public void wakeup() {
        if (visitors.enter()) {
            isWoken = true;
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

    private void release() {
        int ignored = ring.cancelAll(); // else the kernel keeps the descriptors for a while
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
        while (!look(left, listener) && !wanted.isEmpty() && !isWoken && left != 0) {
            if (nanos > 0) {
                left = Math.max(0, deadline - System.nanoTime());
            }
        }
        if (isWoken) {
            isWoken = false;
        }
    }

    /// Waits, and tells of what is there: false if there was nothing.
    private boolean look(long nanos, Listener listener) {
        if (!isWakeable && ring.hasRoom()) {
            makeWakeable();
        }
        makeRequests();
        long wait = isWoken || ring.completed() > 0 || !wanted.isEmpty() ? 0 : nanos;
        if (wait != 0 || ring.hasRequests() || ring.hasMore()) {
            int ignored = ring.await(wait); // what it has not taken it is told again
        }
        boolean told = false;
        for (int n = ring.completed(); n > 0; n--) {
            told |= complete(ring.data(), ring.result(), ring.flags(), listener);
            ring.advance(); // and not if that failed, without memory
        }
        return told;
    }

    /// What has been signalled before is seen by what is looked at afterwards.
    private void makeWakeable() {
        int ignored = Pipes.read(wakeups, new byte[8], 0, 8);
        ring.poll(wakeups, Epoll.EPOLLIN | Epoll.EPOLLET, Uring.EDGES, WAKEUP);
        isWakeable = true;
    }

    private void makeRequests() {
        while (ring.hasRoom()) {
            var watch = wanted.poll();
            if (watch == null) {
                return;
            }
            if (watch.isRemoved && watch.isMade) {
                ring.requestCancel(watch.data(), NOBODY);
                continue;
            }
            watch.isMade = true;
            if (watch.isRemoved) { // after that somebody sees that it is made
                watch.isMade = false;
                continue;
            }
            ring.poll(watch.descriptor, watch.mask, watch.repeats ? Uring.EDGES : 0, watch.data());
        }
    }

    private boolean complete(long data, int result, int flags, Listener listener) {
        boolean isOver = (flags & Uring.MORE) == 0;
        if (data < 0) {
            if (data == WAKEUP && isOver) {
                isWakeable = false;
            }
            return false;
        }
        var watch = watches.get(UringWatch.descriptorOf(data));
        if (watch == null || !watch.isThatOf(data)) {
            return false;
        }
        boolean isAsked = !watch.isRemoved;
        if (isOver) {
            watch.isMade = false;
            if (isAsked && (watch.repeats || result == -Errno.ECANCELED) && isWorthMaking(result)) {
                wanted.add(watch);
            }
        }
        if (!isAsked || result == -Errno.ECANCELED) {
            return false;
        }
        int mask = result < 0 ? READABLE | WRITABLE : result; // who tries sees the error
        listener.onReady(
                watch.token,
                (mask & READABLE) != 0,
                (mask & WRITABLE) != 0,
                (mask & EXCEPTIONAL) != 0);
        return true;
    }

    /// Whether a request that has ended so can be made again.
    private static boolean isWorthMaking(int result) {
        return result >= 0
                || result == -Errno.ECANCELED
                || result == -Errno.ENOMEM
                || result == -Errno.EAGAIN;
    }
}
