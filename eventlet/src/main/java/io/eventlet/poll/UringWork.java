// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Epoll;
import io.eventlet.os.Errno;
import io.eventlet.os.Pipes;
import io.eventlet.os.Uring;
import io.eventlet.os.UringBuffers;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// What the thread that awaits a [UringSet] does with the ring: it makes the requests that are
/// wanted, and tells of their completions. For one thread at a time, but for what others want.
final class UringWork {
    /// What is said of a request that nobody asks about.
    static final long NOBODY = -2;

    /// How many bytes a stream may have received that nobody reads: others need buffers too.
    static final int LIMIT = 1 << 17;

    static final long LAST_NANOS = 1_000_000_000;

    private static final long WAKEUP = -1;
    private static final DescriptorSet.Listener NO_LISTENER = (_, _, _, _) -> {};

    // the bits of poll(2) are those of epoll
    private static final int EXCEPTIONAL =
            Epoll.EPOLLRDHUP | Epoll.EPOLLHUP | Epoll.EPOLLERR | Epoll.EPOLLPRI;
    private static final int READABLE = Epoll.EPOLLIN | EXCEPTIONAL;
    private static final int WRITABLE = Epoll.EPOLLOUT | Epoll.EPOLLHUP | Epoll.EPOLLERR;

    private final Uring ring;
    private final int wakeups;
    private final UringWatches watches;

    /// What others want to be made, or to be looked at.
    final Queue<UringWatch> wanted = new ConcurrentLinkedQueue<>();

    volatile @Nullable UringBuffers buffers; // once a stream is there
    volatile boolean isWoken; // by a wakeup for which no wait has ended

    private boolean isWakeable;
    private int receiving; // requests
    private final Queue<UringWatch> settling = new ArrayDeque<>(); // told after the next look
    private @Nullable UringInflow arrived; // to be told
    private int limit; // of a request to receive; 0 if the kernel knows none

    UringWork(Uring ring, int wakeups, UringWatches watches, int limit) {
        this.ring = ring;
        this.wakeups = wakeups;
        this.watches = watches;
        this.limit = limit;
    }

    /// Waits, and tells of what is there: false if there was nothing.
    boolean look(long nanos, DescriptorSet.Listener listener) {
        if (!isWakeable && ring.hasRoom()) {
            makeWakeable();
        }
        makeRequests();
        boolean hasNews = isWoken || ring.completed() > 0;
        long wait = hasNews || !wanted.isEmpty() || !settling.isEmpty() ? 0 : nanos;
        if (wait != 0 || ring.hasRequests() || ring.hasMore()) {
            int ignored = ring.await(wait); // what it has not taken it is told again
        }
        boolean told = takeCompletions(listener);
        for (UringWatch watch; (watch = settling.poll()) != null; ) {
            watch.isSettled = true;
        }
        return told;
    }

    private boolean takeCompletions(DescriptorSet.Listener listener) {
        boolean told = false;
        for (int n = ring.completed(); n > 0; n--) {
            told |= complete(ring.data(), ring.result(), ring.flags(), listener);
            ring.advance(); // and not if that failed, without memory
            var inflow = arrived;
            if (inflow != null) { // told only now: nothing is put twice
                arrived = null;
                inflow.tellInput();
            }
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
        var there = buffers;
        if (there != null) {
            there.giveBack();
        }
        while (ring.hasRoom()) {
            var watch = wanted.poll();
            if (watch == null) {
                return;
            }
            if (watch.kind == UringWatch.Kind.INPUT) {
                if (!watch.isSettled) {
                    settling.add(watch);
                }
                if (watch.isMade || !watch.isWanted) {
                    continue;
                }
                watch.isWanted = false;
                receiving++;
            }
            watch.noteMade(ring.place());
            if (watch.isRemoved) { // who removes it after that sees that it is made
                noteOver(watch);
            } else {
                make(watch);
            }
        }
    }

    private void make(UringWatch watch) {
        switch (watch.kind) {
            case EDGES -> ring.poll(watch.descriptor, watch.mask, Uring.EDGES, watch.data());
            case ONCE, OUTPUT -> ring.poll(watch.descriptor, watch.mask, 0, watch.data());
            case INPUT -> {
                if (Objects.requireNonNull(watch.inflow).isOfLargePieces()) {
                    ring.poll(watch.descriptor, Epoll.EPOLLIN, 0, watch.data());
                } else {
                    ring.receive(watch.descriptor, limit, watch.data());
                }
            }
        }
    }

    private boolean complete(long data, int result, int flags, DescriptorSet.Listener listener) {
        boolean isOver = (flags & Uring.MORE) == 0;
        if (data < 0) {
            if (data == WAKEUP && isOver) {
                isWakeable = false;
            }
            return false;
        }
        var there = watches.get(UringWatch.descriptorOf(data));
        var watch = there == null ? null : there.of(data);
        if (watch == null || watch.inflow == null) {
            if (watch != null) {
                return completePoll(watch, result, isOver, listener);
            }
            forget(data, result, flags, isOver);
            return false;
        }
        if (watch.kind == UringWatch.Kind.INPUT) {
            completeInput(watch, watch.inflow, result, flags, isOver);
        } else {
            watch.isMade = false;
            watch.isWanted = false;
            watch.inflow.tellOutput();
        }
        return true;
    }

    /// Of a stream that has been taken out.
    private void forget(long data, int result, int flags, boolean isOver) {
        var there = buffers;
        if (there == null || !UringWatch.isOfInput(data)) {
            return;
        }
        long piece = there.piece(result, flags);
        if (there.take(result, flags)) {
            there.letGo(piece);
        }
        if (isOver) {
            receiving--;
        }
    }

    private void completeInput(
            UringWatch watch, UringInflow inflow, int result, int flags, boolean isOver) {
        var there = Objects.requireNonNull(buffers);
        if (result > 0 && UringBuffers.isTaken(flags)) { // else it is what poll(2) tells
            inflow.put(there.piece(result, flags));
        }
        boolean ignored = there.take(result, flags);
        if (isOver) {
            noteOver(watch);
            if (result == -Errno.EINVAL && limit != 0) { // before Linux 6.17
                limit = 0;
                inflow.end(-Errno.ECANCELED);
            } else {
                inflow.end(result);
            }
        } else if (limit == 0 && inflow.unread() > LIMIT && ring.hasRoom() && watch.stops()) {
            ring.requestCancel(watch.data(), NOBODY);
        }
        if (watch.isRemoved) {
            inflow.discardPut();
        }
        arrived = inflow;
    }

    private boolean completePoll(
            UringWatch watch, int result, boolean isOver, DescriptorSet.Listener listener) {
        boolean isWanted = !watch.isRemoved;
        if (isOver) {
            watch.isMade = false;
            if (isWanted && isToBeMadeAgain(watch, result)) {
                wanted.add(watch);
            }
        }
        if (!isWanted || result == -Errno.ECANCELED) {
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

    /// Whether a request to poll goes on that has ended so.
    private static boolean isToBeMadeAgain(UringWatch watch, int result) {
        return switch (-result) {
            case Errno.ECANCELED -> true; // the thread that made it has ended
            case Errno.ENOMEM, Errno.EAGAIN -> watch.kind == UringWatch.Kind.EDGES;
            default -> result >= 0 && watch.kind == UringWatch.Kind.EDGES;
        };
    }

    /// Notes that the kernel has done with a request, or does not get it.
    void noteOver(UringWatch watch) {
        watch.isMade = false;
        if (watch.kind == UringWatch.Kind.INPUT) {
            receiving--;
        }
    }

    /// Ends all requests, and takes what they have brought.
    void end() {
        int ignored = ring.cancelAll(); // else the kernel keeps the descriptors for a while
        long deadline = System.nanoTime() + LAST_NANOS;
        while (receiving > 0 && System.nanoTime() - deadline < 0) {
            int _ = ring.await(LAST_NANOS / 100);
            takeCompletions(NO_LISTENER);
        }
        for (UringWatch watch; (watch = wanted.poll()) != null; ) {
            var inflow = watch.inflow;
            if (inflow != null && watch.kind == UringWatch.Kind.INPUT && !watch.isMade) {
                inflow.end(-Errno.ECANCELED);
            }
        }
    }
}
