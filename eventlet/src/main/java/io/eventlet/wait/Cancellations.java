// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// The cancellations of one strand: those that are to end its next waits, and the last that have
/// been thrown. Made when the first is fired.
final class Cancellations {
    /*
     * Whoever fires one pushes it to `arrived`, a stack. The strand's own thread moves what is
     * there to a list, oldest first, from which it takes the next, or one that is withdrawn. So
     * each step costs the same however many there are. `live` counts those that are to be thrown;
     * it is raised after the push, so that whoever sees it raised finds one.
     *
     * The interrupter looks at numbers only. Each that is fired gets the next number of `fired`
     * first. An interrupt is for all that have one by then: `noticed` is the last of them, until
     * the flag is cleared, and `ended` stays, since they have ended a wait.
     */
    private static final VarHandle ARRIVED;
    private static final VarHandle LIVE;
    private static final VarHandle FIRED;
    private static final VarHandle INTERRUPTING;
    private static final int REMEMBERED = 8; // more are not on their way up a stack at once

    static {
        try {
            var lookup = MethodHandles.lookup();
            ARRIVED = lookup.findVarHandle(Cancellations.class, "arrived", Cancellation.class);
            LIVE = lookup.findVarHandle(Cancellations.class, "live", int.class);
            FIRED = lookup.findVarHandle(Cancellations.class, "fired", long.class);
            INTERRUPTING = lookup.findVarHandle(Cancellations.class, "interrupting", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Cancellation arrived; // newest first

    @SuppressWarnings("FieldMayBeFinal") // changed by LIVE
    private volatile int live;

    @SuppressWarnings("FieldMayBeFinal") // changed by FIRED
    private volatile long fired;

    // own thread: those to be thrown, oldest first, and those that were, newest first
    private @Nullable Cancellation first;
    private @Nullable Cancellation last;
    private @Nullable Cancellation delivered;
    private int givenBack; // own thread: of those to be thrown

    @SuppressWarnings("UnusedVariable") // by INTERRUPTING
    private boolean interrupting; // a lock

    private volatile long noticed; // written under interrupting
    private volatile long ended; // written under interrupting
    private boolean interrupted; // under interrupting: by us

    // ---- who fires

    /// Adds one that is to be thrown.
    void push(Cancellation cancellation) {
        cancellation.number = (long) FIRED.getAndAdd(this, 1L) + 1;
        Cancellation head;
        do {
            head = arrived;
            cancellation.next = head;
        } while (!ARRIVED.compareAndSet(this, head, cancellation));
        LIVE.getAndAdd(this, 1);
    }

    // ---- the strand's own thread

    boolean isEmpty() {
        return live <= 0;
    }

    /// Takes out the oldest that is to be thrown; null if there is none.
    @Nullable Cancellation claimOldest() {
        collect();
        var oldest = first;
        if (oldest != null) {
            oldest.claim();
            remove(oldest);
        }
        return oldest;
    }

    /// Takes one out that was withdrawn.
    void forgetWithdrawn(Cancellation withdrawn) {
        collect();
        if (withdrawn.isListed) {
            remove(withdrawn);
        } else { // it was passed over, or whoever fires it has yet to push it
            noteRemoved(withdrawn);
        }
    }

    /// Moves what has arrived to the list, but for what was withdrawn before it came.
    private void collect() {
        if (arrived == null) {
            return;
        }
        var newest = (Cancellation) ARRIVED.getAndSet(this, null);
        Cancellation oldest = null;
        while (newest != null) { // turned round
            var older = newest.next;
            newest.next = oldest;
            oldest = newest;
            newest = older;
        }
        while (oldest != null) {
            var newer = oldest.next;
            oldest.next = null;
            if (oldest.isPending()) {
                append(oldest);
            }
            oldest = newer;
        }
    }

    private void append(Cancellation newest) {
        newest.isListed = true;
        newest.previous = last;
        if (last == null) {
            first = newest;
        } else {
            last.next = newest;
        }
        last = newest;
    }

    private void remove(Cancellation gone) {
        var before = gone.previous;
        var after = gone.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        gone.previous = null;
        gone.next = null;
        gone.isListed = false;
        noteRemoved(gone);
    }

    private void noteRemoved(Cancellation gone) {
        if (gone.isGivenBack) {
            gone.isGivenBack = false;
            givenBack--;
        }
        LIVE.getAndAdd(this, -1);
    }

    /// Whether one that is to be thrown has ended a wait without that.
    boolean haveEndedWait() {
        collect();
        return givenBack > 0 || (first != null && first.number <= ended);
    }

    // ---- those that were thrown

    /// Remembers one that is thrown now, and forgets those that nobody has withdrawn: kills that
    /// were caught.
    void remember(Cancellation thrown) {
        thrown.next = delivered;
        delivered = thrown;
        Cancellation c = thrown;
        for (int i = 1; i < REMEMBERED && c != null; i++) {
            c = c.next;
        }
        if (c != null) {
            c.next = null;
        }
    }

    @Nullable Cancellation deliveredWith(Throwable error) {
        var c = delivered;
        while (c != null && !c.hasThrown(error)) {
            c = c.next;
        }
        return c;
    }

    void forgetDelivered(Cancellation withdrawn) {
        if (delivered == withdrawn) {
            delivered = withdrawn.next;
            withdrawn.next = null;
            return;
        }
        for (var c = delivered; c != null; c = c.next) {
            if (c.next == withdrawn) {
                c.next = withdrawn.next;
                withdrawn.next = null;
                return;
            }
        }
    }

    /// The newest of those that were thrown, with the older ones behind it; null if there is none.
    @Nullable Cancellation lastDelivered() {
        return delivered;
    }

    /// Has one thrown again that was thrown, the last of all; the thread counts as interrupted by
    /// us, since a library may take this for an interrupt, and note it as one.
    void giveBack(Cancellation thrown) {
        forgetDelivered(thrown);
        lock();
        try {
            thrown.restore();
            givenBack++;
            if (!Thread.currentThread().isInterrupted()) { // else that is somebody else's
                interrupted = true; // whatever is set from now on
            }
        } finally {
            unlock();
        }
        push(thrown);
    }

    // ---- interrupts

    /// Clears an interrupt of ours, whose reason has gone: true if that leaves others without one,
    /// which may have shared it, since each may end a wait of its own.
    boolean settle() {
        lock();
        try {
            if (!interrupted) {
                return false;
            }
            interrupted = false;
            noticed = 0;
            boolean ignored = Thread.interrupted();
            return !isEmpty();
        } finally {
            unlock();
        }
    }

    /// Whether there is one for which the thread has not been interrupted.
    boolean awaitInterrupt() {
        return !isEmpty() && fired > noticed;
    }

    /// Interrupts the thread for all there are, unless they have gone.
    void interrupt(Thread thread) {
        lock();
        try {
            long now = fired;
            if (awaitInterrupt() && !thread.isInterrupted()) {
                noticed = now;
                ended = now;
                interrupted = true;
                thread.interrupt();
            }
        } finally {
            unlock();
        }
    }

    /// The number of the last for which the thread has been interrupted.
    long ended() {
        return ended;
    }

    private void lock() {
        if (!INTERRUPTING.compareAndSet(this, false, true)) {
            Waits.awaitSoon(() -> INTERRUPTING.compareAndSet(this, false, true));
        }
    }

    private void unlock() {
        INTERRUPTING.setRelease(this, false);
    }
}
