// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import io.eventlet.os.CarrierThread;
import io.eventlet.os.VirtualThreads;
import io.eventlet.poll.AlarmClock;
import io.eventlet.poll.Network;

import org.jspecify.annotations.Nullable;

import java.util.random.RandomGenerator;

/// The platform thread below a green thread, as waits see it: what they know of a hub.
@SuppressWarnings("exports") // as is this class, to nobody but our modules
public abstract class Carrier extends CarrierThread {
    private boolean byHubClock; // this thread: the wait that comes next is timed by the hub's clock

    protected Carrier(Runnable body, String name) {
        super(body, name);
    }

    /// That of the caller; null if it is no green thread, or not on a hub of ours.
    public static @Nullable Carrier current() {
        return VirtualThreads.currentCarrier() instanceof Carrier carrier ? carrier : null;
    }

    /// The clock that waits go by.
    public abstract Clock clock();

    /// The time of the clock when the hub polled last.
    public abstract long polledAt();

    /// What calls at a time: null if this is not the thread of its loop any more, or time does not
    /// pass by itself there.
    public abstract @Nullable AlarmClock alarmClock();

    /// What polls for it; null once another thread has taken the hub over.
    public abstract @Nullable Network network();

    /// What draws lots.
    public abstract RandomGenerator random();

    final void announceHubClock(boolean announced) {
        byHubClock = announced;
    }

    /// Whether the timed wait that the caller begins goes by the hub's clock; asked once.
    protected final boolean takeHubClock() {
        boolean taken = byHubClock;
        byHubClock = false;
        return taken;
    }
}
