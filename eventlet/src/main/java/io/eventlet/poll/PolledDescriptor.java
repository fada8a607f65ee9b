// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.errors.ConcurrentUse;
import io.eventlet.errors.PollerClosed;
import io.eventlet.os.Errno;
import io.eventlet.os.Sockets;
import io.eventlet.os.VacantDescriptor;

import org.jspecify.annotations.Nullable;

import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Objects;

/// A descriptor whose operations try, and wait until the poller says ready.
///
/// An operation whose wait has expired, or was cancelled, is tried once more before that counts:
/// what can be done is done.
abstract class PolledDescriptor extends CountedDescriptor implements Opened {
    /// The deadline that never passes.
    static final long NEVER = Endpoint.NEVER;

    /// Operations in a row that did not wait before others get a turn.
    private static final int STREAK = 64;

    private volatile ReadinessPoller poller; // another's once it is closed; under the monitor
    private final Slot readable = new Slot();
    private final Slot writable = new Slot();

    volatile int generation; // written under the poller's lock
    private volatile boolean exceptional;

    private @Nullable Thread reader; // the reader; others look at it for an error's message
    private @Nullable Thread writer; // the writer; likewise
    private int streak; // reader and writer: a rough count

    PolledDescriptor(ReadinessPoller poller, int descriptor) {
        super(descriptor);
        this.poller = poller;
    }

    final ReadinessPoller poller() {
        return poller;
    }

    /// Whether other pollers have a descriptor of the same thing, which only one is to be told of.
    boolean isShared() {
        return false;
    }

    /// Called by the poller: the descriptor is ready.
    final void onReady(boolean nowReadable, boolean nowWritable, boolean nowExceptional) {
        if (nowExceptional) {
            exceptional = true; // before the reader can know of the edge
        }
        if (nowReadable) {
            readable.ready();
        }
        if (nowWritable) {
            writable.ready();
        }
    }

    /// Whether there may have been an edge after which no other may follow.
    final boolean isExceptional() {
        return exceptional || !poller.tellsExceptions();
    }

    /// Puts it into a set, with what its events are to carry.
    int addTo(DescriptorSet set, long token) {
        return set.add(descriptor, token, isShared());
    }

    /// Has its set tell of a side that is waited for, where it does not tell of all that comes.
    /// False if that is to be tried again after [#ensurePolled].
    boolean arm(boolean forOutput) {
        return true;
    }

    /// Has what has come be seen by the next try, before that is the last one.
    void settleInput() {}

    /// Waits until there may be something to read, and says why it goes on.
    final Parking.Outcome awaitInput(long deadline) throws SocketException {
        return await(readable, deadline);
    }

    /// Waits until there may be room to write, and says why it goes on.
    final Parking.Outcome awaitOutput(long deadline) throws SocketException {
        return await(writable, deadline);
    }

    private Parking.Outcome await(Slot slot, long deadline) throws SocketException {
        if (!isRegistered() || !poller.isOpen()) {
            ensurePolled();
        }
        while (!arm(slot == writable)) {
            ensurePolled();
        }
        streak = 0;
        var outcome = slot.await(poller.parking, this, deadline);
        ensureOpen();
        if (outcome != Parking.Outcome.UNPARKED && slot == readable) {
            settleInput();
        }
        return outcome;
    }

    /// Has it polled before somebody waits, if that can be. Whether it is.
    final boolean tryEnsurePolled() {
        try {
            ensurePolled();
            return true;
        } catch (SocketException e) { // who waits is told
            return false;
        }
    }

    /// Has it polled: by its poller, or by that of the calling thread once its own is closed, which
    /// may happen at any moment here. Each further turn needs that the caller has one that is open.
    private synchronized void ensurePolled() throws SocketException {
        while (true) {
            ensureOpen(); // else its number may stand for something else
            if (!poller.isOpen()) { // else the other side may have moved it
                poller = poller.ofCaller();
                noteNotRegistered();
            }
            if (!noteRegistered()) {
                return;
            }
            try {
                poller.register(this);
                return;
            } catch (Throwable e) {
                noteNotRegistered();
                wakeUsers(); // whoever waits on the other side tries itself
                if (!(e instanceof PollerClosed) || !poller.ofCaller().isOpen()) {
                    throw e;
                }
            }
        }
    }

    /// Returns if a call is to be made again, perhaps after a wait. Of what has been closed
    /// meanwhile, no error counts but that.
    void ensureAgain(int result, String operation) throws SocketException {
        if (result != -Errno.EAGAIN && result != -Errno.EINTR) {
            ensureOpen();
        }
        DescriptorErrors.ensureAgain(result, operation);
    }

    /// Ends an operation that could not be done even after its last wait was ended.
    final void ensureMayWait(Parking.Outcome outcome, String timedOut)
            throws SocketTimeoutException {
        switch (outcome) {
            case UNPARKED -> {}
            case EXPIRED -> throw new SocketTimeoutException(timedOut);
            case CANCELLED -> throw poller.parking.raise();
        }
    }

    @Override
    final void wakeUsers() {
        readable.ready();
        writable.ready();
        wakeSuccessors();
    }

    /// Has who waits for room to write look up.
    final void wakeWriter() {
        writable.ready();
    }

    /// Has those look up who wait until nobody writes.
    void wakeSuccessors() {}

    final void yieldAfterStreak() {
        if (++streak >= STREAK) { // both may have counted on
            streak = 0;
            poller.parking.yieldNow();
        }
    }

    final void beginRead(String operation) throws SocketException {
        if (!begin(READING)) {
            throw new ConcurrentUse(
                    operation, this, Objects.requireNonNullElse(reader, Thread.currentThread()));
        }
        reader = Thread.currentThread();
    }

    final void beginWrite(String operation) throws SocketException {
        if (!tryBeginWrite()) {
            throw new ConcurrentUse(
                    operation, this, Objects.requireNonNullElse(writer, Thread.currentThread()));
        }
    }

    /// Whether nobody else writes.
    final boolean tryBeginWrite() throws SocketException {
        if (!begin(WRITING)) {
            return false;
        }
        writer = Thread.currentThread();
        return true;
    }

    final void endRead() {
        reader = null;
        end(READING);
    }

    final void endWrite() {
        writer = null;
        end(WRITING);
        wakeSuccessors();
    }

    /// Tells the peer of the end, which closing does not while something holds the descriptor.
    void endConnection() {}

    /// Where there was no descriptor for that, the connection ends at least.
    @Override
    void vacate() {
        synchronized (this) { // see ensurePolled
            if (isRegistered()) {
                boolean ignored = poller.deregister(this);
            }
        }
        if (VacantDescriptor.replace(descriptor) < 0) {
            endConnection();
        }
    }

    /// Whether no other descriptor of ours stands for the same thing.
    boolean standsAlone() {
        return false;
    }

    @Override
    void release() {
        if (isRegistered() && isHeldAfterRemoval()) {
            endConnection();
        }
        readable.close();
        writable.close();
        closeNumber();
    }

    private boolean isHeldAfterRemoval() {
        return standsAlone() ? poller.deregisterBeforeClose(this) : poller.deregister(this);
    }

    void closeNumber() {
        Sockets.close(descriptor);
    }
}
