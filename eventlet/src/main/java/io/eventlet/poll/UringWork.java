// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Epoll;
import io.eventlet.os.Errno;
import io.eventlet.os.Pipes;
import io.eventlet.os.Uring;
import io.eventlet.os.UringBuffers;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/// What the thread that awaits a [UringSet] does with the ring: it makes the requests that are
/// wanted, and tells of their completions. For one thread at a time, but for what others want.
final class UringWork {
    /// What is said of a request that nobody asks about.
    static final long NOBODY = -2;

    private static final long WAKEUP = -1;
    private static final long POLLED = -3;
    private static final DescriptorSet.Listener NO_LISTENER = (_, _, _, _) -> {};

    // made while there is memory
    private static final Consumer<UringWatch> BREAK_OFF = UringWork::breakOff;
    private static final Consumer<UringWatch> END_INPUT = UringWork::endInput;
    private static final Consumer<UringWatch> TELL_INPUT = UringWork::tellInput;

    /// What a ring is like; other than usual for tests.
    ///
    /// @param limit how many bytes a stream may have received that nobody reads, since others need
    ///   buffers too; 0 to count them here, as for a kernel that knows no such limit
    /// @param bitByBit whether the kernel may fill a buffer bit by bit, if it can
    record Shape(int requests, int completions, int limit, boolean bitByBit) {
        static final int LIMIT = 1 << 17;
        static final Shape USUAL = new Shape(512, 8192, LIMIT, true);
    }

    private final Shape shape;
    private final EpollSet polled; // what the ring does not receive for
    private final int wakeups;
    private final UringWatches watches;

    /// What others want to be made, or to be looked at.
    final Queue<UringWatch> wanted;

    volatile @Nullable UringBuffers buffers; // once a stream receives
    volatile boolean isWoken; // by a wakeup for which no wait has ended

    final Outbox outbox = new Outbox();

    volatile @Nullable SharedRing shared; // null while there is none
    private Uring ring; // of that
    private boolean isEnabled; // by the thread that awaits

    private boolean isWakeable;
    private boolean isPolling;
    private final Queue<UringWatch> settling = new ArrayDeque<>(); // told after the next look
    private @Nullable UringInflow arrived; // to be told
    private int limit; // of a request to receive; 0 if the kernel knows none

    /// Of a queue that is thread-safe.
    UringWork(
            Uring ring,
            EpollSet polled,
            int wakeups,
            UringWatches watches,
            Queue<UringWatch> wanted,
            Shape shape) {
        this.ring = ring;
        this.polled = polled;
        this.wakeups = wakeups;
        this.watches = watches;
        this.wanted = wanted;
        this.shape = shape;
        shared = new SharedRing(ring);
        limit = shape.limit;
    }

    /// Has the calling thread go on where another has been, which looks no more but may be in any
    /// other place. If that fails, it is to be tried again.
    void takeOver(DescriptorSet.Listener listener) {
        var before = shared;
        if (before != null && isEnabled) {
            takeRest(before, listener);
            watches.forEach(watch -> wantAgain(watch, before)); // once there is memory for all
            close(before);
        }
        var next = shared;
        if (next == null) {
            next = open();
        }
        int result = next.enable();
        if (result < 0) {
            throw new IllegalStateException(Uring.problem(-result));
        }
        isEnabled = true;
        var there = buffers;
        if (there != null) {
            boolean ignored = there.moveTo(ring); // else it is tried again
        }
    }

    private SharedRing open() {
        var opened = Uring.open(shape.requests, shape.completions);
        try {
            var next = new SharedRing(opened);
            ring = opened;
            shared = next;
            return next;
        } catch (Throwable e) {
            opened.close();
            throw e;
        }
    }

    /// Takes what a ring has brought that is to be closed: what it has not received is left to
    /// others.
    private void takeRest(SharedRing before, DescriptorSet.Listener listener) {
        before.empty();
        boolean ignored = takeCompletions(listener);
        outbox.settle(before.ring);
        if (before.ring.hasOverflow()) {
            watches.forEach(BREAK_OFF);
        }
    }

    /// Forgets a ring before it is closed: nobody may look at its memory afterwards.
    private void close(SharedRing before) {
        shared = null;
        isEnabled = false;
        isWakeable = false;
        isPolling = false;
        before.ring.close();
    }

    /// Bytes of it may be lost. What has come before them can be read, and then it is an error.
    private static void breakOff(UringWatch watch) {
        var inflow = watch.inflow;
        if (watch.isOfInput() && inflow.isArmed()) {
            inflow.end(-Errno.ECONNRESET);
            inflow.tellInput();
        }
    }

    private void wantAgain(UringWatch watch, SharedRing before) {
        if (watch.isRequestedOf(before) && (!watch.isOfInput() || watch.inflow.isArmed())) {
            watch.isWanted = true;
            wanted.add(watch);
        }
    }

    /// Waits, and tells of what is there: false if there was nothing.
    boolean look(long nanos, DescriptorSet.Listener listener) {
        boolean sends = outbox.ask(ring);
        makeRequests();
        boolean hasNews = isWoken || ring.completed() > 0;
        boolean hasMade =
                sends && isWakeable && isPolling && wanted.isEmpty(); // else there was no room
        long wait = hasNews || !hasMade || !settling.isEmpty() ? 0 : nanos;
        int result = 0;
        if (wait != 0 || ring.hasRequests() || ring.hasMore()) {
            result = ring.await(wait); // what it has not taken it is told again
        }
        boolean told = takeCompletions(listener);
        // what the kernel keeps is lost if another thread takes over
        while (ring.hasOverflow() && ring.await(0) >= 0) {
            told |= takeCompletions(listener);
        }
        outbox.settle(ring);
        for (UringWatch watch; (watch = settling.poll()) != null; ) {
            watch.isSettled = true;
        }
        ensureLooked(result);
        return told;
    }

    /// Fails unless nothing has come in time, or there was no room for more.
    private static void ensureLooked(int result) {
        if (result == -Errno.EPERM || result == -Errno.ENOSYS) { // seccomp forbids that call alone
            throw new IllegalStateException(Uring.problem(-result));
        }
        if (result != -Errno.ETIME && result != -Errno.EBUSY) {
            int ignored = DescriptorSet.awaited("io_uring_enter", result);
        }
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

    private void makeRequests() {
        var there = buffers;
        if (there != null) {
            there.giveBack();
        }
        if (!isWakeable && ring.hasRoom()) { // what was signalled before is seen by this look
            int ignored = Pipes.read(wakeups, new byte[8], 0, 8);
            ring.poll(wakeups, Epoll.EPOLLIN | Epoll.EPOLLET, Uring.EDGES, WAKEUP);
            isWakeable = true;
        }
        if (!isPolling && ring.hasRoom()) {
            ring.poll(polled.descriptor(), Epoll.EPOLLIN | Epoll.EPOLLET, Uring.EDGES, POLLED);
            isPolling = true;
        }
        var by = shared;
        if (by == null) {
            throw new AssertionError("no ring");
        }
        for (UringWatch watch; ring.hasRoom() && (watch = wanted.peek()) != null; ) {
            if (watch.isOfInput() && watch.isWanted) {
                ensureBuffers();
            }
            if (!watch.isSettled) {
                settling.add(watch);
            }
            var request = new UringWatch.Request(by, ring.place());
            wanted.remove(); // only now: above, there may be no memory
            if (watch.isWanted && !watch.isRequestedOf(by)) {
                make(watch, request);
            }
        }
    }

    /// There are none if the kernel has no memory for them.
    private void ensureBuffers() {
        var there = buffers;
        if (there == null) {
            buffers = UringBuffers.of(ring, shape.bitByBit);
        } else if (!there.isProvided()) {
            boolean ignored = there.moveTo(ring);
        }
    }

    private void make(UringWatch watch, UringWatch.Request request) {
        if (watch.isOfInput()) {
            watch.isWanted = false;
        }
        watch.noteRequest(request);
        if (watch.isRemoved) { // who removes it after that sees the request
            watch.request = null;
        } else if (!watch.isOfInput()) {
            ring.poll(watch.descriptor, Epoll.EPOLLOUT, 0, watch.data());
        } else if (watch.inflow.isOfLargePieces() || !canReceive()) {
            ring.poll(watch.descriptor, Epoll.EPOLLIN, 0, watch.data());
        } else {
            ring.receive(watch.descriptor, limit, watch.data());
        }
    }

    private boolean canReceive() {
        var there = buffers;
        return there != null && there.isProvided();
    }

    private boolean complete(long data, int result, int flags, DescriptorSet.Listener listener) {
        boolean isOver = (flags & Uring.MORE) == 0;
        if (data == WAKEUP) {
            isWakeable &= !isOver;
            return false;
        }
        if (data == POLLED) {
            isPolling &= !isOver;
            polled.look(listener);
            return true;
        }
        if (data < 0) {
            if (Outbox.isOfSend(data)) {
                outbox.complete(data, result);
            }
            return false;
        }
        var there = watches.get(UringWatch.descriptorOf(data));
        var watch = there == null ? null : there.of(data);
        if (watch == null) {
            forget(data, result, flags);
            return false;
        }
        if (watch.isOfInput()) {
            completeInput(watch, result, flags, isOver);
        } else {
            watch.request = null;
            watch.isWanted = false;
            var outflow = watch.outflow;
            if (outflow != null) {
                outflow.onOutput();
            }
            watch.inflow.tellOutput();
        }
        return true;
    }

    /// Of a stream that has been taken out.
    private void forget(long data, int result, int flags) {
        var there = buffers;
        if (there == null || !UringWatch.isOfInput(data)) {
            return;
        }
        there.take(result, flags);
    }

    private void completeInput(UringWatch watch, int result, int flags, boolean isOver) {
        var inflow = watch.inflow;
        var there = buffers;
        if (there != null) {
            if (result > 0 && UringBuffers.isTaken(flags)) { // else it is what poll(2) tells
                put(there.piece(result, flags), there, inflow);
            }
            there.take(result, flags);
        }
        if (isOver) {
            watch.request = null;
            if (result == -Errno.EINVAL && limit != 0) { // before Linux 6.17
                limit = 0;
                inflow.end(-Errno.ECANCELED);
            } else {
                inflow.end(result);
            }
        } else if (hasEnough(inflow) && ring.hasRoom() && watch.stops()) {
            ring.requestCancel(watch.data(), NOBODY);
        }
        if (watch.isRemoved) {
            inflow.discardPut();
        }
        arrived = inflow;
    }

    /// A reader may let the piece go at once: so its buffer is held before.
    private static void put(long piece, UringBuffers of, UringInflow into) {
        of.hold(piece);
        try {
            into.put(piece, of);
        } catch (Throwable e) { // without memory: it will be put again
            of.letGo(piece);
            throw e;
        }
    }

    /// Whether its reader is to read before more is received for it.
    private boolean hasEnough(UringInflow inflow) {
        return (limit == 0 && inflow.unread() > Shape.LIMIT) || inflow.isOfManyPieces();
    }

    // ---- any thread

    /// Ends what the kernel does for a watch that nobody wants any more. Whether nothing holds its
    /// descriptor; else something may, until the thread that awaits has looked. What has only been
    /// written does not reach the kernel afterwards, when the number may be another's.
    boolean drop(UringWatch watch) {
        watch.isRemoved = true;
        var request = watch.request;
        if (request == null) {
            return true;
        }
        var by = request.ring();
        if (!by.enter()) {
            return false;
        }
        try {
            if (!by.isOfCaller()) {
                return !by.awaitTaken(watch, request);
            }
            if (by.ring.hasTaken(request.place())) {
                return by.ring.cancel(watch.data(), NOBODY);
            }
            by.ring.withdraw(request.place(), NOBODY); // which the kernel has refused for now
            watch.request = null;
            return true;
        } finally {
            by.leave();
        }
    }

    /// Whether nothing has come that the loop has not looked at.
    boolean isQuiet() {
        var by = shared;
        if (by == null || !by.enter()) {
            return false;
        }
        boolean isQuiet = by.ring.completed() <= 0 && !by.ring.hasMore();
        by.leave();
        return isQuiet;
    }

    /// Ends all requests, and takes what they have brought. For the last thread. Readers may have
    /// looked before that: they are told.
    void end() {
        var last = shared;
        boolean hasAll = false;
        try {
            if (last != null) {
                takeRest(last, NO_LISTENER);
                outbox.close();
            }
            hasAll = true;
        } finally { // it is called once, also without memory
            if (last != null) {
                close(last);
            }
            if (!hasAll) {
                watches.forEach(BREAK_OFF);
            }
            watches.forEach(END_INPUT);
            watches.forEach(TELL_INPUT);
        }
    }

    private static void endInput(UringWatch watch) {
        if (watch.isOfInput()) {
            watch.inflow.end(-Errno.ECANCELED);
        }
    }

    private static void tellInput(UringWatch watch) {
        if (watch.isOfInput()) {
            watch.inflow.tellInput();
        }
    }
}
