// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.wait.Clock;

/// Keeps a hub from going to sleep for a moment where others are likely to send it something soon:
/// who sends to a hub that looks need not wake it.
///
/// Confined to the hub.
final class Lookout {
    /*
     * To put a hub to sleep and to wake it costs system calls and a switch on each side, about as
     * much as looking costs, and a lot of time besides. Whether something will come is guessed from
     * what came before: the hub begins to look when several sleeps in a row have been short and
     * ended by what others sent, and looks until once nothing has come in time. Then it takes twice
     * as many short sleeps to begin again, and fewer after it has found things for a while. A hub
     * that is idle, or waits for descriptors and timers only, never looks.
     *
     * Who is to answer needs a processor. With more hubs awake than there are processors nobody
     * looks. Where another hub is awake on the same processor, as Linux likes to put two threads
     * that wake each other, this one yields to it while it looks; then both are ready to run, which
     * has Linux move one. A yield may let some other program run instead, for long: what has come
     * by then has not come in time, and it takes many sleeps and finds to make up for that.
     */
    static final long LOOK_NANOS = 20_000;
    static final long SHORT_NANOS =
            300_000; // of a sleep; a virtual machine may take 100 us to wake
    static final int FEWEST_SLEEPS = 3;
    static final int MOST_SLEEPS = 96;
    static final int SLEEPS_BESIDE_OTHERS = 768; // a yield to them takes 3 ms
    static final int FINDS = 16; // in a row, after which it takes fewer sleeps

    private final AwakeHubs hubs;
    private final Clock clock;
    private boolean out;
    private int needed = FEWEST_SLEEPS; // short sleeps in a row that make it look
    private int sleeps; // how many there were
    private int finds; // in a row

    Lookout(AwakeHubs hubs, Clock clock) {
        this.hubs = hubs;
        this.clock = clock;
    }

    /// Whether the hub should look, and not go to sleep.
    boolean isOut() {
        return out;
    }

    /// Learns from a sleep, and how it ended.
    void noteSleep(long nanos, boolean endedBySender) {
        if (!endedBySender || nanos > SHORT_NANOS) {
            sleeps = 0;
        } else if (++sleeps >= needed) {
            sleeps = 0;
            finds = 0;
            out = true;
        }
    }

    /// Looks until something has been sent, which is true, or the hub should poll: a moment after
    /// it polled last, when a timer is due (-1 for none), or when nothing has come in time.
    boolean look(Inbox inbox, long polledAt, long untilTimer) {
        long begin = clock.nanoTime();
        if (begin - polledAt >= LOOK_NANOS) {
            return false;
        }
        var room = hubs.room(inbox);
        if (room == AwakeHubs.Room.NONE) {
            out = false;
            return false;
        }
        boolean timerFirst = untilTimer >= 0 && untilTimer < LOOK_NANOS;
        long limit = timerFirst ? untilTimer : LOOK_NANOS;
        long looked = 0;
        while (inbox.isEmpty() && looked < limit) {
            if (room == AwakeHubs.Room.SHARED) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
            looked = clock.nanoTime() - begin;
        }
        boolean found = !inbox.isEmpty();
        if (looked >= LOOK_NANOS) {
            noteLate(looked);
        } else if (found) {
            noteFind();
        }
        return found;
    }

    private void noteLate(long looked) {
        out = false;
        needed =
                looked >= SHORT_NANOS // others have run meanwhile
                        ? SLEEPS_BESIDE_OTHERS
                        : Math.max(needed, Math.min(2 * needed, MOST_SLEEPS));
    }

    private void noteFind() {
        if (++finds >= (needed > MOST_SLEEPS ? 64 * FINDS : FINDS)) {
            finds = 0;
            needed = Math.max(needed / 2, FEWEST_SLEEPS);
        }
    }
}
