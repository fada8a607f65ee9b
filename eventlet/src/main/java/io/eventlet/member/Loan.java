// SPDX-License-Identifier: Apache-2.0
package io.eventlet.member;

import io.eventlet.wait.Choice;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.locks.LockSupport;

/// The permit of a member while it waits for what is behind work of its own pool: lent to that
/// work, one after the other, so that nobody waits for their own permit.
public final class Loan {
    /*
     * Before it parks, and whenever a borrower has ended, the lender looks for work that waits for a
     * permit of the pool. If there is none it is noted where such work comes from, and who is the
     * first to stand in the queue of the pool has the permit instead.
     */
    private final Permits permits;
    private final Ahead ahead;
    private final Thread lender = Thread.currentThread();
    // guarded by the lock of the permits:
    @Nullable Member borrower;
    boolean ended;

    private Loan(Permits permits, Ahead ahead) {
        this.permits = permits;
        this.ahead = ahead;
    }

    /// A wait that has something done before it parks.
    @FunctionalInterface
    private interface Wait {
        boolean await(Runnable beforeParking);
    }

    /// Waits as [WaitQueue.Waiter#await(long)] does; what is ahead has the permit of the caller
    /// meanwhile, if that is a member of a pool.
    public static boolean await(WaitQueue.Waiter waiter, long deadline, @Nullable Ahead ahead) {
        return ahead == null
                ? waiter.await(deadline)
                : await(ahead, beforeParking -> waiter.await(deadline, beforeParking));
    }

    /// As [#await(WaitQueue.Waiter, long, Ahead)], for a choice.
    public static boolean await(Choice choice, long deadline, @Nullable Ahead ahead) {
        return ahead == null
                ? choice.await(deadline)
                : await(ahead, beforeParking -> choice.await(deadline, beforeParking));
    }

    private static boolean await(Ahead ahead, Wait wait) {
        var permits = Permits.ofCaller();
        if (permits == null) {
            return wait.await(() -> {});
        }
        var loan = new Loan(permits, ahead);
        try {
            return wait.await(loan::seek);
        } finally {
            loan.end();
        }
    }

    private void seek() {
        if (!isLent()) {
            ahead.seek(this);
        }
    }

    private void end() {
        ahead.forget(this);
        permits.end(this);
    }

    /// The pool whose permit it is.
    public Permits permits() {
        return permits;
    }

    /// Gives the permit to a member that waits for one of the pool, and starts it: false if it does
    /// not, or somebody else has the permit. Throws if it cannot be started.
    public boolean give(Member member) {
        return permits.lend(member, this);
    }

    /// Whether it is not to be given to anybody now.
    public boolean isLent() {
        return !permits.isFree(this);
    }

    // ---- under the lock of the permits

    boolean isFree() {
        return borrower == null && !ended;
    }

    void tellLender() {
        LockSupport.unpark(lender);
    }
}
