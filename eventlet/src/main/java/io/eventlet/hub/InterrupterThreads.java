// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.os.VirtualThreads;
import io.eventlet.wait.Interrupter;
import io.eventlet.wait.Strand;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.locks.LockSupport;

/// The green threads of the interrupter of a hub that has a loop.
///
/// Whom one interrupts runs next, before anybody can bring what it waited for: it would return with
/// that, and its flag set.
final class InterrupterThreads implements Interrupter.Threads {
    private final HubLoop loop;
    private final String name;
    private final OwnScheduler scheduler = new OwnScheduler();
    private @Nullable Runnable task; // written before it is made ready, read by the loop

    InterrupterThreads(HubLoop loop) {
        this.loop = loop;
        name = loop.threadName() + "-interrupter";
    }

    /// By which its tasks are told from those of others.
    private final class OwnScheduler extends HubScheduler {
        @Override
        void makeReady(Runnable next) {
            task = next;
            loop.execute(next);
        }

        @Override
        ScheduledFuture<?> scheduleWait(Runnable next, long nanos) {
            return loop.scheduleWait(next, nanos);
        }
    }

    /// Whether it is who runs in a task that the loop has taken.
    boolean isBehind(Runnable taken) {
        return taken == task;
    }

    @Override
    public void start(Runnable body) {
        VirtualThreads.create(scheduler, name, body).start();
    }

    @Override
    public boolean isTimed() {
        return loop.isOnSystemClock() || loop.isClosed();
    }

    @Override
    public void pause(Object blocker, long nanos) {
        if (isTimed()) {
            LockSupport.parkNanos(blocker, nanos);
        } else {
            LockSupport.park(blocker); // a timer would be one that the time has to reach
        }
    }

    @Override
    public void interrupt(Strand strand) {
        int before = ready();
        strand.interrupt();
        if (before >= 0 && runNextIfOnly(before)) {
            Thread.yield();
        }
    }

    /// How many are ready; -1 if the caller is not on the hub.
    private int ready() {
        return loop.isCurrent() && !loop.isClosed() ? loop.queue.size() : -1;
    }

    /// Puts whom the caller has made ready in front of all others, if it is just one.
    private boolean runNextIfOnly(int before) {
        if (loop.isCurrent() && loop.queue.size() == before + 1) {
            loop.queue.moveLastToFront();
            return true;
        }
        return false;
    }
}
