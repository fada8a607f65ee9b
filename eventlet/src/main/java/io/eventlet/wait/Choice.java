// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import io.eventlet.poll.Parking;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// A thread that stands in several queues, and takes what is first given to it in one of them.
///
/// For one choice by the thread that made it.
public final class Choice {
    /*
     *   null: open ──claim()──▶ the waiter that was chosen
     *     │  └──────hold()───▶ HELD ──done()──▶ DONE
     *     │                      └────again()──▶ AGAIN
     *     └────────close()───▶ CLOSED
     *
     * While its thread does something at once, in one queue, the choice is held: whoever would wake
     * it in another one passes it by, and takes it out. If it then comes to nothing, because who it
     * would have met has chosen something else, the thread begins again with a new choice.
     */
    private static final Object HELD = "held";
    private static final Object DONE = "done";
    private static final Object AGAIN = "again";
    private static final Object CLOSED = "closed";

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Choice.class, "state", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Object owner;
    private final Thread thread = Thread.currentThread();
    private volatile @Nullable Object state;
    private @Nullable Object item; // what was got at once: own thread

    /// A choice of the calling thread, whose owner shows as what it is blocked on.
    public Choice(Object owner) {
        this.owner = owner;
    }

    Thread thread() {
        return thread;
    }

    /// Whether nothing has been chosen.
    public boolean isOpen() {
        return state == null;
    }

    /// Chooses a waiter, which will be woken: false if something else was chosen.
    boolean claim(WaitQueue.Waiter waiter) {
        return STATE.compareAndSet(this, null, waiter);
    }

    /// Keeps others from choosing, for something that can be had at once: false if they have.
    /// [#done] or [#again] follows.
    public boolean hold() {
        return STATE.compareAndSet(this, null, HELD);
    }

    /// It was had, with an item.
    public void done(@Nullable Object got) {
        item = got;
        state = DONE;
    }

    /// It could not be had after all.
    public void again() {
        state = AGAIN;
    }

    public boolean isDone() {
        return state == DONE;
    }

    public boolean isToBeRepeated() {
        return state == AGAIN;
    }

    /// What was got at once.
    public @Nullable Object item() {
        return item;
    }

    /// Whether the waiter is what was chosen.
    public boolean isOf(WaitQueue.Waiter waiter) {
        return state == waiter;
    }

    /// Waits until something is chosen: true; false if the deadline passed before. Throws the cause
    /// when the thread is cancelled before that.
    public boolean await(long deadline) {
        return await(deadline, Waits::doNothing);
    }

    /// As [#await(long)]; does something each time before it parks, woken for nothing too.
    public boolean await(long deadline, Runnable beforeParking) {
        boolean again = false;
        while (isOpen()) {
            try {
                beforeParking.run();
            } catch (Throwable e) {
                if (close()) {
                    throw e;
                }
                return true;
            }
            if (!isOpen()) { // that may have waited, and so was woken in our place
                return true;
            }
            var outcome = Waits.park(owner, deadline, again);
            again = true;
            if (outcome != Parking.Outcome.UNPARKED && close()) {
                if (outcome == Parking.Outcome.EXPIRED) {
                    return false;
                }
                throw Waits.raise();
            }
        }
        return true;
    }

    /// Has nothing chosen any more: false if something was.
    public boolean close() {
        return STATE.compareAndSet(this, null, CLOSED);
    }
}
