// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// A thread as something that can be cancelled: what is to end its next wait.
///
/// A green thread carries its strand as its uncaught-exception handler, which costs no memory and
/// is found from the thread in both modes. Other threads get one when they first need it.
public abstract class Strand implements Thread.UncaughtExceptionHandler {
    private static final ThreadLocal<@Nullable Strand> FOREIGN = new ThreadLocal<>();
    private static volatile boolean anyForeign; // a look at an unset ThreadLocal costs memory
    private static final int REMEMBERED = 8; // more are not on their way up a stack at once
    private static final VarHandle PENDING;
    private static final VarHandle TOLD;

    static {
        try {
            var lookup = MethodHandles.lookup();
            PENDING = lookup.findVarHandle(Strand.class, "pending", Cancellation.class);
            TOLD = lookup.findVarHandle(Strand.class, "told", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /*
     * The JDK knows one interrupt, whoever asked for it. So that one of somebody else's outlives
     * ours, who fires a cancellation looks before it interrupts: what it finds there, while nothing
     * of ours is pending and `ours` is not set, is another's. It counts only if the thread did not
     * clear the flag meanwhile: `clearing` was even, and is the same.
     */
    private volatile boolean ours; // who fires, before the interrupt; own thread once it is cleared
    private volatile boolean other; // who fires; own thread once the flag stands for it alone
    private volatile int clearing; // own thread; odd while it clears the flag

    private volatile @Nullable Cancellation pending; // newest first; anyone pushes, own thread pops
    private @Nullable Cancellation delivered; // own thread: newest first, until withdrawn

    // the hub's list of live strands
    static final byte LIVE = 1;
    static final byte LEFT = 2;
    byte membership; // hub only
    @Nullable Strand previous; // hub only
    @Nullable Strand next; // hub only

    @SuppressWarnings("UnusedVariable") // by TOLD
    private boolean told;

    int since; // own thread: when its wait began, see Since

    protected Strand() {}

    /// The thread that waits.
    public abstract Thread thread();

    /// The hub it runs on; null if it is no green thread.
    public abstract @Nullable Hub hub();

    /// Whether only what follows its end still runs: links, for instance.
    public boolean hasEnded() {
        return false;
    }

    /// The strand of the calling thread; null when nothing could have cancelled it.
    public static @Nullable Strand current() {
        var thread = Thread.currentThread();
        if (thread.getUncaughtExceptionHandler() instanceof Strand strand
                && strand.thread() == thread) { // a handler may have been copied
            return strand;
        }
        return anyForeign ? FOREIGN.get() : null;
    }

    /// The strand of the calling thread, made if it has none.
    public static Strand ofCurrentThread() {
        var strand = current();
        if (strand == null) {
            strand = new ForeignStrand(Thread.currentThread());
            FOREIGN.set(strand);
            anyForeign = true;
        }
        return strand;
    }

    /// Ends its present or next wait because its hub is closed; once.
    final void tellClosed(String hubName) {
        if (TOLD.compareAndSet(this, false, true)) {
            boolean ignored = new Cancellation(this, () -> new HubClosed(hubName)).fire();
        }
    }

    final void push(Cancellation cancellation) {
        int before = clearing;
        if (thread().isInterrupted()
                && !ours
                && pending == null
                && before % 2 == 0
                && before == clearing) {
            other = true;
        }
        Cancellation head;
        do {
            head = pending;
            cancellation.next = head;
        } while (!PENDING.compareAndSet(this, head, cancellation));
        ours = true;
    }

    final boolean isCancelled() {
        return pending != null;
    }

    /// Takes the cause of the oldest cancellation that has not been delivered, null if there is
    /// none, and clears the thread's interrupt if it was the last. Called by the strand's own
    /// thread.
    public final @Nullable Throwable take() {
        var claimed = claimOldest();
        if (claimed == null) {
            return null;
        }
        claimed.next = delivered;
        delivered = claimed;
        forgetOldDelivered();
        return claimed.deliver();
    }

    /// Forgets those that nobody has withdrawn: kills that were caught.
    private void forgetOldDelivered() {
        var c = delivered;
        for (int i = 1; i < REMEMBERED && c != null; i++) {
            c = c.next;
        }
        if (c != null) {
            c.next = null;
        }
    }

    private @Nullable Cancellation claimOldest() {
        Cancellation claimed = null;
        while (claimed == null) {
            var oldest = oldest();
            if (oldest == null) {
                break;
            }
            if (oldest.claim()) {
                claimed = oldest;
            }
            remove(oldest);
        }
        setInterrupt();
        return claimed;
    }

    /// Whether an error is what the thread was cancelled with, and not by a timeout that has been
    /// closed since. Called by the strand's own thread.
    public final boolean hasDelivered(Throwable error) {
        return deliveredWith(error) != null;
    }

    /// Whether an error is what the thread was cancelled with to end it, and not to limit a wait.
    /// Called by the strand's own thread.
    public final boolean hasDeliveredEnd(Throwable error) {
        var with = deliveredWith(error);
        return with != null && !with.isLimit();
    }

    private @Nullable Cancellation deliveredWith(Throwable error) {
        var c = delivered;
        while (c != null && !c.hasThrown(error)) {
            c = c.next;
        }
        return c;
    }

    /// Called when a cancellation is withdrawn that has been delivered.
    final void forgetDelivered(Cancellation withdrawn) {
        if (delivered == withdrawn) {
            delivered = withdrawn.next;
            return;
        }
        for (var c = delivered; c != null; c = c.next) {
            if (c.next == withdrawn) {
                c.next = withdrawn.next;
                return;
            }
        }
    }

    /// Forgets what was to end the next wait, for a thread that has come to its end.
    protected final void forgetCancellations() {
        if (pending == null && !Thread.currentThread().isInterrupted()) {
            return;
        }
        while (pending != null) {
            var ignored = claimOldest();
        }
        other = false;
        boolean ignored = Thread.interrupted();
    }

    /// Called by the thread after it withdrew one of its cancellations.
    final void forgetWithdrawn() {
        for (var c = pending; c != null; c = c.next) {
            if (!c.isPending()) {
                remove(c);
            }
        }
        setInterrupt();
    }

    /// Has the thread interrupted as long as anything is pending: of several that came at once the
    /// JDK has consumed the one interrupt. After that it is, if it was by somebody else before.
    @SuppressWarnings("NonAtomicVolatileUpdate") // by its own thread alone
    private void setInterrupt() {
        clearing++;
        if (pending == null) {
            boolean ignored = Thread.interrupted();
            ours = false;
        }
        if (pending != null) { // or one more was fired meanwhile, and its interrupt is gone
            ours = true;
            Thread.currentThread().interrupt();
        } else if (other) {
            other = false;
            Thread.currentThread().interrupt();
        }
        clearing++;
    }

    private @Nullable Cancellation oldest() {
        var c = pending;
        while (c != null && c.next != null) {
            c = c.next;
        }
        return c;
    }

    private void remove(Cancellation gone) {
        if (PENDING.compareAndSet(this, gone, gone.next)) {
            return;
        }
        for (var c = pending; c != null; c = c.next) {
            if (c.next == gone) {
                c.next = gone.next;
                return;
            }
        }
    }

    private static final class ForeignStrand extends Strand {
        private final Thread thread;

        ForeignStrand(Thread thread) {
            this.thread = thread;
        }

        @Override
        public Thread thread() {
            return thread;
        }

        @Override
        public @Nullable Hub hub() {
            return null;
        }

        @Override
        public void uncaughtException(Thread thread, Throwable error) {
            throw new AssertionError("a foreign strand is nobody's handler");
        }
    }
}
