// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.function.Supplier;

/// One thing that will end a wait of one thread, or does: a timeout, a kill.
///
/// Thread-safe and lock-free, since the loop of a hub fires it.
public final class Cancellation {
    /*
     *   ARMED ──fire()──▶ PENDING ──Strand.take()──▶ DELIVERED
     *     │                  │ ◀──────restore()──────────┘
     *     └────withdraw()────┴──▶ WITHDRAWN
     *
     * Its strand may hear of it a moment after it is PENDING, and after it was withdrawn.
     */
    private static final int ARMED = 0;
    private static final int PENDING = 1;
    private static final int DELIVERED = 2;
    private static final int WITHDRAWN = 3;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Cancellation.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Strand strand;
    private final Supplier<? extends Throwable> cause;
    private final boolean limit;
    private volatile int state;
    private volatile boolean endedWait; // known when it is pending no more, or given back
    private @Nullable Throwable thrown; // the strand's thread
    // of its strand: written before it is pushed, then by the strand's thread
    volatile long number; // of those fired
    boolean isGivenBack; // to be thrown again
    boolean isListed; // among those to be thrown
    @Nullable Cancellation next; // older until it is listed, then newer; of those thrown: older
    @Nullable Cancellation previous; // older, while it is listed

    private Cancellation(Strand strand, Supplier<? extends Throwable> cause, boolean limit) {
        this.strand = strand;
        this.cause = cause;
        this.limit = limit;
    }

    /// One that is to end what the thread does.
    public Cancellation(Strand strand, Supplier<? extends Throwable> cause) {
        this(strand, cause, false);
    }

    /// One that limits how long the thread waits.
    public static Cancellation limit(Strand strand, Supplier<? extends Throwable> cause) {
        return new Cancellation(strand, cause, true);
    }

    /// Ends the present or the next wait of the thread; false if it was fired or withdrawn before.
    public boolean fire() {
        if (state != ARMED) {
            return false;
        }
        strand.prepare(); // may fail: then it is as it was
        if (!STATE.compareAndSet(this, ARMED, PENDING)) {
            return false;
        }
        strand.push(this);
        strand.wake();
        return true;
    }

    /// Takes it back: false if it has been delivered. Called by the strand's own thread.
    public boolean withdraw() {
        if (STATE.compareAndSet(this, ARMED, WITHDRAWN)) {
            return true;
        }
        boolean ended = hasEndedWait();
        if (!STATE.compareAndSet(this, PENDING, WITHDRAWN)) {
            strand.forgetDelivered(this);
            return state == WITHDRAWN;
        }
        endedWait = ended;
        strand.forgetWithdrawn(this);
        return true;
    }

    /// Called when it is delivered, by the strand's own thread.
    void claim() {
        endedWait = hasEndedWait();
        state = DELIVERED;
    }

    /// Makes it pending again after it was delivered, to be pushed. Called by the strand's own
    /// thread, under the strand's lock.
    void restore() {
        endedWait = true;
        isGivenBack = true;
        state = PENDING;
    }

    /// Whether it ended a wait without being thrown: the JDK told of an interrupt, or a socket was
    /// closed.
    public boolean hasEndedWait() {
        if (endedWait || state != PENDING) {
            return endedWait;
        }
        long known = number;
        return known != 0 && known <= strand.lastInterrupted();
    }

    /// What the thread is to throw, made when it is first asked for; when making it fails, that
    /// failure.
    Throwable deliver() {
        if (thrown != null) {
            return thrown;
        }
        Throwable made;
        try {
            made = Objects.requireNonNull(cause.get(), "the cause of a cancellation");
        } catch (RuntimeException | Error e) {
            made = e;
        }
        thrown = made;
        return made;
    }

    /// Whether its thread, or a reader after that has ended, has been given this to throw.
    public boolean hasThrown(Throwable error) {
        return thrown == error;
    }

    boolean isLimit() {
        return limit;
    }

    /// Whether it waits for its thread to wait.
    public boolean isPending() {
        return state == PENDING;
    }

    /// Whether it has been thrown.
    public boolean isDelivered() {
        return state == DELIVERED;
    }

    public boolean isArmed() {
        return state == ARMED;
    }

    /// Whether it has been fired, and not been withdrawn before it ended a wait.
    public boolean isFired() {
        int now = state;
        return now == PENDING || now == DELIVERED || hasEndedWait();
    }
}
