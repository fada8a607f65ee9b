// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import io.eventlet.errors.Cancelled;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// A thread as something that can be cancelled: what is to end its next wait.
///
/// A green thread carries its strand as its uncaught-exception handler, which costs no memory and
/// is found from the thread in both modes. Other threads get one when they first need it.
public abstract class Strand implements Thread.UncaughtExceptionHandler {
    private static final int MOST_WITHIN = 64; // causes may be a ring
    private static final VarHandle CANCELLATIONS;
    private static final VarHandle LISTED;

    static {
        try {
            var lookup = MethodHandles.lookup();
            CANCELLATIONS =
                    lookup.findVarHandle(Strand.class, "cancellations", Cancellations.class);
            LISTED = lookup.findVarHandle(Strand.class, "listed", boolean.class);
            lookup.ensureInitialized(Cancellations.class); // the loop of a hub loads no class
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /*
     * A wait of ours is ended by an unpark: it looks at `cancellations`. One that is not ours is
     * ended by the interrupter of the thread, which interrupts it while it is in that wait and never
     * else. One interrupt serves all that are pending, and none brings a second one, unless it has
     * to end another wait: when one of those that shared it is thrown or withdrawn, for the rest;
     * and when a library was told in place of the program.
     *
     * The flag counts as ours from then on, or from when a library was told, which may set it to
     * say that it was: until it is cleared with the last word on that cancellation. What was set
     * before by somebody else is not touched: then the wait ends without us. What somebody else
     * sets later cannot be told from ours, and goes with it.
     */
    private volatile @Nullable Cancellations cancellations; // since the first was fired

    // of its interrupter
    @SuppressWarnings("UnusedVariable") // by LISTED
    private boolean listed;

    @Nullable Strand nextListed; // whoever lists it, then the interrupter
    byte firstLooks; // the interrupter: how many are left
    boolean patient; // the interrupter: it is one of those that are looked at in rounds

    private int limits; // own thread: those that have not ended
    int since; // own thread: when its wait began, see Since

    protected Strand() {}

    /// The thread that waits.
    public abstract Thread thread();

    /// The clock that its waits go by, that of its hub; null if it is no green thread.
    public abstract @Nullable Clock hubClock();

    /// Who interrupts it in waits that are not ours.
    public abstract Interrupter interrupter();

    /// Whether only what follows its end still runs: links, for instance.
    public boolean hasEnded() {
        return false;
    }

    /// The handler of uncaught exceptions that its thread was given before it began; null if none.
    public Thread.@Nullable UncaughtExceptionHandler given() {
        return null;
    }

    /// The strand of the calling thread; null when nothing could have cancelled it.
    public static @Nullable Strand current() {
        var thread = Thread.currentThread();
        if (thread.getUncaughtExceptionHandler() instanceof Strand strand
                && strand.thread() == thread) { // a handler may have been copied
            return strand;
        }
        return ForeignStrand.ofCaller();
    }

    /// The strand of the calling thread, made if it has none.
    public static Strand ofCurrentThread() {
        var strand = current();
        return strand != null ? strand : ForeignStrand.make();
    }

    /// Makes what [#push] needs memory for, if there is any.
    final void prepare() {
        var ignored = cancellations();
    }

    final void push(Cancellation cancellation) {
        cancellations().push(cancellation);
    }

    private Cancellations cancellations() {
        var known = cancellations;
        if (known == null) {
            var made = new Cancellations();
            var there = (Cancellations) CANCELLATIONS.compareAndExchange(this, null, made);
            known = there == null ? made : there;
        }
        return known;
    }

    /// Ends the wait it is in: has it look, and has it interrupted if it is in one where it cannot.
    final void wake() {
        var waiter = thread();
        if (waiter != Thread.currentThread()) { // else it would find a permit in some later park
            LockSupport.unpark(waiter);
        }
        interrupter().watch(this);
    }

    final boolean isCancelled() {
        var known = cancellations;
        return known != null && !known.isEmpty();
    }

    /// Takes the cause of the oldest cancellation that has not been delivered, null if there is
    /// none, and clears an interrupt of ours. Called by the strand's own thread.
    public final @Nullable Throwable take() {
        var known = cancellations;
        if (known == null) {
            return null;
        }
        var claimed = known.claimOldest();
        settle(known);
        if (claimed == null) {
            return null;
        }
        known.remember(claimed);
        return claimed.deliver();
    }

    private void settle(Cancellations known) {
        if (known.settle()) {
            interrupter().watch(this);
        }
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
        var known = cancellations;
        return known == null ? null : known.deliveredWith(error);
    }

    /// What the thread was cancelled with, and not by a timeout that has been closed since, if that
    /// is among the causes of an exception, or suppressed there; null if it is not. To end the
    /// thread goes before to limit a wait. Called by the strand's own thread.
    final @Nullable Throwable deliveredWithin(Throwable error) {
        var cancelled = cancellations;
        if (cancelled == null
                || cancelled.lastDelivered() == null
                || !(error instanceof Exception || error instanceof Cancelled)) {
            return null;
        }
        var limit = deliveredWith(error);
        var known = new ArrayDeque<Throwable>(List.of(error));
        for (int i = 0; i < MOST_WITHIN && !known.isEmpty(); i++) {
            var next = known.remove();
            var with = deliveredWith(next);
            if (with != null && !with.isLimit()) {
                return next;
            }
            limit = limit == null ? with : limit;
            if (next.getCause() != null) {
                known.add(next.getCause());
            }
            known.addAll(List.of(next.getSuppressed()));
        }
        return limit == null ? null : limit.deliver();
    }

    /// What was to end the thread, if that has ended a wait in another way and been delivered since
    /// `before`; null if nothing has. Called by the strand's own thread.
    final @Nullable Throwable endSince(@Nullable Cancellation before) {
        var known = cancellations;
        var c = known == null ? null : known.lastDelivered();
        for (; c != null && c != before; c = c.next) {
            if (!c.isLimit() && c.hasEndedWait()) {
                return c.deliver();
            }
        }
        return null;
    }

    /// What was last delivered to end the thread, who has gone on; null if nothing was. Called by
    /// the strand's own thread.
    public final @Nullable Cancellation lastEnd() {
        var known = cancellations;
        var c = known == null ? null : known.lastDelivered();
        while (c != null && c.isLimit()) {
            c = c.next;
        }
        return c;
    }

    /// Called when a cancellation is withdrawn that has been delivered.
    final void forgetDelivered(Cancellation withdrawn) {
        var known = cancellations;
        if (known != null) {
            known.forgetDelivered(withdrawn);
        }
    }

    // ---- limits on its waits

    /// Called by its own thread when it begins to limit its waits; [#noteLimitEnd] follows, unless
    /// somebody forgets to end that.
    public final void noteLimit() {
        limits++;
    }

    public final void noteLimitEnd() {
        limits--;
    }

    /// Whether a limit may still end a wait, or has and is not over. Called by its own thread.
    public final boolean isLimited() {
        return limits > 0;
    }

    // ---- at its end

    /// Forgets what was to end the next wait, for a thread that has come to the end of what that
    /// was meant for; nobody is asked for a cause. Called by the strand's own thread.
    public final void forgetCancellations() {
        var known = cancellations;
        if (known != null) {
            while (known.claimOldest() != null) {}
            settle(known);
        }
        boolean ignored = Thread.interrupted();
    }

    /// Takes back that a cancellation has been delivered, because the library that it came to was
    /// told in another way: it is thrown by the next wait. False if the error is none of its
    /// cancellations. Called by the strand's own thread.
    public final boolean giveBack(Throwable error) {
        var known = cancellations;
        var with = deliveredWith(error);
        if (known == null || with == null) {
            return false;
        }
        known.giveBack(with);
        interrupter().watch(this);
        return true;
    }

    /// Whether a cancellation that is still to be thrown has ended a wait in a way that only tells
    /// of an interrupt, or of a closed socket. Called by the strand's own thread.
    final boolean hasEndedWait() {
        var known = cancellations;
        return known != null && known.haveEndedWait();
    }

    /// Called by the thread after it withdrew one of its cancellations.
    final void forgetWithdrawn(Cancellation withdrawn) {
        var known = cancellations();
        known.forgetWithdrawn(withdrawn);
        settle(known);
    }

    // ---- for the interrupter

    /// Notes that its interrupter knows it; false if that is so already.
    final boolean list() {
        return LISTED.compareAndSet(this, false, true);
    }

    final void unlist() {
        LISTED.setVolatile(this, false);
    }

    /// Whether it has a cancellation for which it has not been interrupted.
    public final boolean awaitsInterrupt() {
        var known = cancellations;
        return known != null && known.awaitInterrupt();
    }

    /// Interrupts it for all its cancellations, unless they have gone. Called while the thread is
    /// in a wait that an interrupt ends.
    public final void interrupt() {
        var known = cancellations;
        if (known != null) {
            known.interrupt(thread());
        }
    }

    /// The number of the last cancellation for which it has been interrupted.
    final long lastInterrupted() {
        var known = cancellations;
        return known == null ? 0 : known.ended();
    }
}
