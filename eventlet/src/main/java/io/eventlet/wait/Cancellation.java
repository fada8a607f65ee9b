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
     *   ARMED ──fire()──▶ FIRING ──▶ PENDING ──Strand.take()──▶ DELIVERED
     *     │                             │ ◀──────restore()──────────┘
     *     └─────────withdraw()──────────┴──▶ WITHDRAWN
     *
     * FIRING lasts from the moment it is decided until the strand has it.
     */
    private static final int ARMED = 0;
    private static final int FIRING = 1;
    private static final int PENDING = 2;
    private static final int DELIVERED = 3;
    private static final int WITHDRAWN = 4;

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
    private @Nullable Throwable thrown; // the strand's thread
    private volatile boolean endedWait; // by an interrupt, or by closing a socket
    boolean wasInterrupted; // under the strand's lock: the thread was interrupted for it
    // older: of those pending until it is taken out, then of those delivered; written before it is
    // pushed, then by the strand's thread
    @Nullable Cancellation next;

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
        if (!STATE.compareAndSet(this, ARMED, FIRING)) {
            return false;
        }
        strand.push(this);
        state = PENDING;
        strand.wake();
        return true;
    }

    /// Takes it back: false if it has been delivered. Called by the strand's own thread.
    public boolean withdraw() {
        if (STATE.compareAndSet(this, ARMED, WITHDRAWN)) {
            return true;
        }
        awaitFired();
        if (!STATE.compareAndSet(this, PENDING, WITHDRAWN)) {
            strand.forgetDelivered(this);
            return state == WITHDRAWN;
        }
        strand.forgetWithdrawn();
        return true;
    }

    /// Claims it for delivery.
    boolean claim() {
        awaitFired();
        return STATE.compareAndSet(this, PENDING, DELIVERED);
    }

    /// Makes it pending again after it was delivered, to be pushed. Called by the strand's own
    /// thread, under the strand's lock.
    void restore() {
        endedWait = true;
        wasInterrupted = false;
        state = PENDING;
    }

    void noteEndsWait() {
        endedWait = true;
    }

    /// Whether it ended a wait without being thrown: the JDK told of an interrupt, or a socket was
    /// closed.
    public boolean hasEndedWait() {
        return endedWait;
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

    boolean hasThrown(Throwable error) {
        return thrown == error;
    }

    boolean isLimit() {
        return limit;
    }

    private void awaitFired() {
        while (state == FIRING) {
            Thread.yield(); // to who fires, perhaps a green thread that had to wait
        }
    }

    /// Whether it waits for its thread to wait.
    public boolean isPending() {
        return state == FIRING || state == PENDING;
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
        return now == FIRING || now == PENDING || now == DELIVERED || endedWait;
    }
}
