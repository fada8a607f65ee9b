// SPDX-License-Identifier: Apache-2.0
package io.eventlet.member;

import io.eventlet.hub.HubStrand;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/// A green thread as what may be a member of a pool.
public abstract class Member extends HubStrand {
    // written under the lock of the permits, before it begins:
    @Nullable Permits permits; // of the pool it is a member of
    // guarded by the lock of the permits:
    @Nullable Member previousMember;
    @Nullable Member nextMember;

    protected Member() {}

    /// Has it begin; once.
    public abstract void start();

    /// Has it begin after a time.
    public abstract void startAfter(Duration delay);

    /// Keeps it from beginning; false once it has begun.
    public abstract boolean cancel();

    public abstract void kill();

    /// Called when it has ended, or never will begin.
    protected final void leavePool() {
        var left = permits;
        if (left != null) {
            left.remove(this);
        }
    }
}
