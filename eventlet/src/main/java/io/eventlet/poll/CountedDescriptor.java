// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketException;

/// A descriptor whose number is given back by whoever uses it last, so that nobody meets the next
/// owner of the number. What it stands for is given back before, when it is closed.
///
/// Its users are a reader, a writer, and any number of short calls. A thread that comes second to a
/// side is refused; one that comes after [#close()] as well.
abstract class CountedDescriptor {
    /*
     *   bit 0  closed
     *   bit 1  somebody reads, or accepts
     *   bit 2  somebody writes, or connects
     *   bit 3  the poller knows it
     *   the others count calls
     */
    static final int READING = 2;
    static final int WRITING = 4;
    private static final int CLOSED = 1;
    private static final int REGISTERED = 8;
    private static final int CALL = 16;
    private static final int USERS = ~(CLOSED | REGISTERED);

    private static final VarHandle USE;

    static {
        try {
            USE = MethodHandles.lookup().findVarHandle(CountedDescriptor.class, "use", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final int descriptor;

    @SuppressWarnings("unused") // by USE
    private volatile int use;

    CountedDescriptor(int descriptor) {
        this.descriptor = descriptor;
    }

    /// Has its users look up from their waits: it is closed.
    abstract void wakeUsers();

    /// Gives back what it stands for, and keeps the number. Called once, when it has been closed
    /// while it had users, who may be on a hub that does not come to them for long.
    abstract void vacate();

    /// Gives it back to the kernel. Called once, when nobody uses it and nobody will.
    abstract void release();

    /// Takes a side; false if somebody has it.
    final boolean begin(int side) throws SocketException {
        while (true) {
            int before = use;
            ensureOpen(before);
            if ((before & side) != 0) {
                return false;
            }
            if (USE.compareAndSet(this, before, before | side)) {
                return true;
            }
        }
    }

    final void end(int side) {
        letGo(side);
    }

    /// Begins a call that does not wait.
    final void beginCall() throws SocketException {
        int before;
        do {
            before = use;
            ensureOpen(before);
        } while (!USE.compareAndSet(this, before, before + CALL));
    }

    final void endCall() {
        letGo(CALL);
    }

    private void letGo(int part) {
        int now = (int) USE.getAndAdd(this, -part) - part;
        if ((now & CLOSED) != 0 && (now & USERS) == 0) {
            release();
        }
    }

    final void ensureOpen() throws SocketException {
        ensureOpen(use);
    }

    private static void ensureOpen(int use) throws SocketException {
        if ((use & CLOSED) != 0) {
            throw new SocketException("Socket closed");
        }
    }

    public final boolean isOpen() {
        return (use & CLOSED) == 0;
    }

    public final void close() {
        int before;
        int after;
        do {
            before = use;
            if ((before & CLOSED) != 0) {
                return;
            }
            after = (before | CLOSED) + ((before & USERS) == 0 ? 0 : CALL);
        } while (!USE.compareAndSet(this, before, after));
        if ((before & USERS) == 0) {
            release();
            return;
        }
        try { // a user itself, so that the number is not released meanwhile
            vacate();
        } finally {
            wakeUsers();
            endCall();
        }
    }

    /// Notes that the poller is to know it; false if that was noted before.
    final boolean noteRegistered() {
        return !isRegistered() && ((int) USE.getAndBitwiseOr(this, REGISTERED) & REGISTERED) == 0;
    }

    final void noteNotRegistered() {
        USE.getAndBitwiseAnd(this, ~REGISTERED);
    }

    final boolean isRegistered() {
        return (use & REGISTERED) != 0;
    }
}
