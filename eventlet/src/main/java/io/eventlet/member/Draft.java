// SPDX-License-Identifier: Apache-2.0
package io.eventlet.member;

import io.eventlet.hub.Hub;
import io.eventlet.hub.Inheritance;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.concurrent.Callable;

/// What a green thread is to be, for `GreenThread.unstarted`, and, once that has made it, what has
/// it begin: who only has the green thread has no method for that, and is not to start its `Thread`
/// either.
public final class Draft<T extends @Nullable Object> {
    private final Hub hub;
    private final Inheritance inheritance;
    private final Callable<? extends T> work;
    private final boolean detached;
    private @Nullable Member member; // by its maker

    private Draft(Hub hub, Inheritance inheritance, Callable<? extends T> work, boolean detached) {
        this.hub = hub;
        this.inheritance = inheritance;
        this.work = work;
        this.detached = detached;
    }

    public static <T extends @Nullable Object> Draft<T> of(
            Hub hub, Inheritance inheritance, Callable<? extends T> work) {
        return new Draft<>(hub, inheritance, work, false);
    }

    /// One for whose outcome nobody will ask: an error is reported at once.
    public static <T extends @Nullable Object> Draft<T> detached(
            Hub hub, Inheritance inheritance, Callable<? extends T> work) {
        return new Draft<>(hub, inheritance, work, true);
    }

    public Hub hub() {
        return hub;
    }

    public Inheritance inheritance() {
        return inheritance;
    }

    public Callable<? extends T> work() {
        return work;
    }

    public boolean isDetached() {
        return detached;
    }

    /// Called by its maker.
    public void become(Member made) {
        member = made;
    }

    /// What it has become.
    public Member member() {
        return Objects.requireNonNull(member, "nobody has made it yet");
    }
}
