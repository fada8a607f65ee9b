// SPDX-License-Identifier: Apache-2.0
package io.eventlet.member;

import io.eventlet.hub.HubStrand;
import io.eventlet.wait.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/// A green thread as what may be a member of a pool.
public abstract class Member extends HubStrand {
    // written under the lock of the permits, before it begins:
    @Nullable Permits permits; // of the pool it is a member of
    // guarded by the lock of the permits:
    @Nullable Member previousMember;
    @Nullable Member nextMember;
    WaitQueue.@Nullable Waiter queued; // in the queue for a permit, while it may stand there
    // written before anybody else knows of it:
    private @Nullable Ahead ahead;

    protected Member() {}

    /// Has it begin; once.
    public abstract void start();

    /// Has it begin after a time.
    public abstract void startAfter(Duration delay);

    /// Keeps it from beginning; false once it has begun.
    public abstract boolean cancel();

    /// Ends it with an error, because it could not be started; false once it has begun.
    public abstract boolean fail(Throwable error);

    public abstract void kill();

    /// Notes what may be ahead of it before it begins: whoever waits for it lends that a permit.
    public final void comeAfter(Ahead others) {
        ahead = others;
    }

    /// What may be ahead of it before it begins; null if nothing is.
    public final @Nullable Ahead ahead() {
        return ahead;
    }

    /// Called when it has ended, or never will begin.
    protected final void leavePool() {
        var left = permits;
        if (left != null) {
            left.remove(this);
        }
    }
}
