// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// One direction of a connection: a bounded buffer between one reader and one writer, who may be
/// far from each other.
final class Pipe {
    /*
     * Nothing moves by itself: whatever is sent has the time of its arrival, and who looks before
     * that waits until then. While the path is cut these times are not known, and are given again
     * when it is mended. All times go by the topology's clock.
     */

    /// How one of the two stands to the pipe.
    private enum Side {
        /// Reads, or writes.
        OPEN,
        /// Has shut down this direction and keeps the other.
        SHUT,
        /// Has closed the connection.
        CLOSED,
        /// Has closed the connection without care for what is under way.
        RESET
    }

    private final Wire wire;
    private final Topology topology;
    final Path path;
    private final ReentrantLock lock; // of the wire
    private final WaitQueue waiters; // the reader or the writer
    private final int capacity;
    private final BytesInFlight inFlight; // guarded by lock
    private Side reader = Side.OPEN; // guarded by lock
    private Side writer = Side.OPEN; // guarded by lock
    private boolean refused; // guarded by lock: something was written after the reader had gone
    private long refusedAt; // guarded by lock: when the writer learns of that
    private @Nullable String readerBroken; // guarded by lock: what its operations throw
    private @Nullable String writerBroken; // guarded by lock: the same
    private boolean forgotten; // guarded by lock: the reader knows nothing of the connection
    private long giveUpAt = Waits.NEVER; // guarded by lock: how long the writer is patient
    private long lookAgainAt; // guarded by lock: set by an attempt that has to wait

    Pipe(Wire wire, ReentrantLock lock, Topology topology, Path path) {
        this.wire = wire;
        this.lock = lock;
        this.topology = topology;
        this.path = path;
        waiters = new WaitQueue(lock, this);
        capacity = topology.capacity();
        inFlight = new BytesInFlight(topology, path);
    }

    /// One attempt at an operation, under the lock: its result, or [#MUST_WAIT].
    private interface Attempt {
        int make() throws IOException;
    }

    private static final int MUST_WAIT = -2;

    private int perform(Attempt attempt, long deadline, String timedOut) throws IOException {
        boolean late = false;
        while (true) {
            WaitQueue.Waiter waiter;
            long until;
            lock.lock();
            try {
                lookAgainAt = Waits.NEVER;
                int result = attempt.make();
                if (result != MUST_WAIT) {
                    waiters.wakeAll(null);
                    return result;
                }
                if (late) {
                    throw new SocketTimeoutException(timedOut);
                }
                if (lookAgainAt != Waits.NEVER) {
                    topology.ensureSameClock();
                }
                until = Path.earlier(deadline, lookAgainAt);
                waiter = waiters.add(null);
            } finally {
                lock.unlock();
            }
            if (!waiter.await(until)) {
                late = Waits.hasPassed(deadline);
            }
        }
    }

    // ---- the reader

    int read(byte[] into, int offset, int length, long deadline) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        return perform(() -> take(into, offset, length), deadline, "Read timed out");
    }

    /// Waits until a read has something, the end of the stream or an error.
    int awaitReadable(long deadline) throws IOException {
        return perform(this::look, deadline, "Read timed out");
    }

    private int look() throws IOException {
        if (reader == Side.CLOSED) {
            throw new SocketException("Socket closed");
        }
        return reader == Side.SHUT || inFlight.arrived() > 0 ? 0 : endOrWait();
    }

    private int take(byte[] into, int offset, int length) throws IOException {
        if (reader == Side.CLOSED) {
            throw new SocketException("Socket closed");
        }
        if (length == 0) {
            return 0;
        }
        if (reader == Side.SHUT) {
            return -1;
        }
        int arrived = inFlight.arrived();
        if (arrived > 0) {
            int piece = path.link().drawPiece(arrived);
            return inFlight.drain(into, offset, Math.min(length, piece));
        }
        return endOrWait();
    }

    /// What a read meets where no bytes have arrived.
    private int endOrWait() throws IOException {
        wire.reverse(this).giveUpIfLate();
        boolean allRead = inFlight.size() == 0;
        if (readerBroken != null && allRead) {
            throw new SocketException(readerBroken);
        }
        if (allRead && inFlight.hasEndArrived()) {
            if (writer == Side.RESET) {
                throw new SocketException("Connection reset");
            }
            return -1;
        }
        lookAgainAt = Path.earlier(inFlight.nextArrival(), wire.reverse(this).giveUpAt);
        return MUST_WAIT;
    }

    int available() {
        lock.lock();
        try {
            return reader == Side.OPEN ? inFlight.arrived() : 0;
        } finally {
            lock.unlock();
        }
    }

    /// Whether the reader can know that no byte will come, and has read all that came.
    boolean isWriterGone() {
        lock.lock();
        try {
            wire.reverse(this).giveUpIfLate();
            return inFlight.size() == 0 && (readerBroken != null || inFlight.hasEndArrived());
        } finally {
            lock.unlock();
        }
    }

    /// The reader will read no more; what comes is dropped.
    void stopReading() {
        change(() -> {
            reader = reader == Side.OPEN ? Side.SHUT : reader;
            inFlight.dropAll();
        });
    }

    /// The reader has gone: true if it left something unread.
    boolean closeForReader() {
        lock.lock();
        try {
            boolean unread = inFlight.size() > 0;
            reader = Side.CLOSED;
            inFlight.dropAll();
            waiters.wakeAll(null);
            return unread;
        } finally {
            lock.unlock();
        }
    }

    // ---- the writer

    int write(byte[] from, int offset, int length, long deadline) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        return perform(() -> put(from, offset, length), deadline, "Write timed out");
    }

    private int put(byte[] from, int offset, int length) throws IOException {
        if (writer == Side.CLOSED || writer == Side.RESET) {
            throw new SocketException("Socket closed");
        }
        if (length == 0) {
            return 0;
        }
        ensureHeard();
        if (reader == Side.CLOSED && !forgotten) {
            beRefused(length);
            return length; // nobody knows yet
        }
        if (reader == Side.SHUT) {
            return length; // received, and dropped
        }
        int size = inFlight.size();
        if (size == capacity) {
            lookAgainAt = giveUpAt;
            return MUST_WAIT;
        }
        int n = Math.min(length, capacity - size);
        send(ByteBuffer.wrap(Arrays.copyOfRange(from, offset, offset + n)));
        return n;
    }

    /// Fails if the writer knows that it cannot write.
    void ensureWritable() throws SocketException {
        lock.lock();
        try {
            ensureHeard();
        } finally {
            lock.unlock();
        }
    }

    private void ensureHeard() throws SocketException {
        giveUpIfLate();
        if (writerBroken != null) {
            throw new SocketException(writerBroken);
        }
        if (writer == Side.SHUT || hasHeardThatNobodyReads()) {
            throw new SocketException("Broken pipe");
        }
    }

    private boolean hasHeardThatNobodyReads() {
        var back = wire.reverse(this);
        return (refused && topology.hasPassed(refusedAt))
                || (back.writer == Side.RESET && back.inFlight.hasEndArrived());
    }

    /// Sends something to a reader who has gone: what it hears of that comes back.
    private void beRefused(int length) {
        if (!refused) {
            refused = true;
            refusedAt = wire.reverse(this).path.arrival(0, path.arrival(length));
            if (refusedAt == Path.HELD) {
                losePatience();
            }
        }
    }

    private void send(ByteBuffer bytes) {
        long arrival = path.arrival(bytes.remaining());
        boolean reset = arrival != Path.HELD && path.link().drawsReset();
        boolean lost = reset && topology.random().nextBoolean();
        if (!lost) {
            inFlight.add(bytes, arrival);
        }
        if (reset) {
            wire.reset(lost);
        } else if (inFlight.isHeld()) {
            losePatience();
        } else if (forgotten) {
            breakForWriter("Connection reset");
        }
    }

    /// The writer will write no more; what is under way still arrives.
    void endWriting() {
        change(() -> goAs(Side.SHUT));
    }

    /// The writer has gone, with a reset or without; the first time counts.
    void closeForWriter(boolean reset) {
        change(() -> goAs(reset ? Side.RESET : Side.CLOSED));
    }

    private void goAs(Side side) {
        if (writer == Side.OPEN) {
            inFlight.end(writerBroken == null ? path.arrival(0) : Path.HELD);
            writer = side;
        } else if (writer == Side.SHUT && side != Side.SHUT) {
            writer = side;
        }
    }

    // ---- what a network does to it; under the lock

    /// Loses what has not arrived.
    void lose() {
        inFlight.lose();
    }

    /// Ends it; what is under way still arrives.
    void breakForBoth(String message) {
        readerBroken = readerBroken == null ? message : readerBroken;
        writerBroken = writerBroken == null ? message : writerBroken;
        giveUpAt = Waits.NEVER;
        waiters.wakeAll(null);
    }

    /// Ends it for the host of its reader, who knows nothing of it any more.
    void forget(String message) {
        var other = wire.reverse(this);
        forgotten = true;
        readerBroken = message;
        other.writerBroken = message;
        other.giveUpAt = Waits.NEVER;
        inFlight.dropAll();
        other.lose();
        waiters.wakeAll(null);
        other.waiters.wakeAll(null);
    }

    /// The writer hears that nobody knows of its connection.
    private void breakForWriter(String message) {
        wire.reverse(this).forget(message);
        inFlight.dropAll();
    }

    /// The writer waits for a sign that its bytes have arrived.
    private void losePatience() {
        if (giveUpAt == Waits.NEVER && writerBroken == null) {
            giveUpAt = topology.giveUpAt();
            wire.reverse(this).waiters.wakeAll(null); // who reads at this end has it as well
        }
    }

    private void giveUpIfLate() {
        if (topology.hasPassed(giveUpAt)) {
            wire.reverse(this).forget("Connection timed out");
        }
    }

    /// Stops what is under way, or sends it again.
    void followCut() {
        if (path.isCut()) {
            hold();
        } else if (forgotten && inFlight.size() > 0) {
            breakForWriter("Connection reset");
        } else {
            sendAgain();
        }
        waiters.wakeAll(null);
        wire.reverse(this).waiters.wakeAll(null);
    }

    private void hold() {
        inFlight.hold();
        if (inFlight.isHeld() && inFlight.size() > 0) {
            losePatience();
        }
        holdRefusal();
        wire.reverse(this).holdRefusal();
    }

    private void holdRefusal() {
        if (refused && !topology.hasPassed(refusedAt)) {
            refusedAt = Path.HELD;
            losePatience();
        }
    }

    private void sendAgain() {
        giveUpAt = Waits.NEVER;
        inFlight.sendAgain(writerBroken == null);
        refuseAgain();
        wire.reverse(this).refuseAgain();
    }

    private void refuseAgain() {
        if (refused && refusedAt == Path.HELD && !forgotten) {
            refusedAt = wire.reverse(this).path.arrival(0, path.arrival(0));
        }
    }

    /// Whether neither of the two uses it any more.
    boolean isAbandoned() {
        return reader == Side.CLOSED && writer != Side.OPEN;
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            waiters.wakeAll(null);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "pipe from " + path;
    }
}
