// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.poll.Endpoint;
import io.eventlet.poll.Poller;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Where a hub on a network in memory sleeps. Nothing has to be polled: who writes wakes who reads.
final class MemoryPoller implements Poller {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MemoryNetwork network;
    private final @Nullable VirtualClock clock; // which jumps instead of sleeping
    private final AtomicBoolean wakeup = new AtomicBoolean();
    private volatile @Nullable Thread poller;
    private final AtomicReference<Time> time = new AtomicReference<>(Time.RUNS);
    private volatile boolean waitsForever;
    private volatile Supplier<Set<Thread>> waitingForOthers = Set::of;
    private final Set<Thread> givenUp = new HashSet<>(); // hub only

    /// Whether the clock jumps.
    private enum Time {
        RUNS,
        STANDS_STILL,
        /// As long as those need it who clean up.
        RUNS_OUT
    }

    MemoryPoller(MemoryNetwork network, @Nullable VirtualClock clock) {
        this.network = network;
        this.clock = clock;
        if (clock != null) {
            network.topology().goBy(clock);
        }
    }

    /// Whether its hub has nothing to do and no timer: only another thread can wake it.
    boolean waitsForever() {
        return waitsForever;
    }

    /// Says which green threads wait for what another OS thread does.
    void waitingForOthers(Supplier<Set<Thread>> who) {
        waitingForOthers = who;
    }

    @Override
    public void poll(long nanos) {
        poller = Thread.currentThread(); // before the look at `wakeup`
        var passing = time.get(); // likewise: who was told before time runs out goes first
        if (nanos == 0 || wakeup.getAndSet(false)) {
            return;
        }
        if (nanos < 0) {
            waitsForever = true;
            LockSupport.park(this);
            waitsForever = false;
        } else if (clock != null) {
            if (passing == Time.STANDS_STILL) {
                LockSupport.park(this);
            } else if (!othersMayWakeIt()) {
                clock.advance(nanos);
            }
        } else {
            LockSupport.parkNanos(this, nanos);
        }
        wakeup.set(false); // a hub looks at what it was woken for after each poll
    }

    /// Waits for those who wait for what another OS thread does in a moment: until one has got it,
    /// then true, or for a second, and not again for the same threads.
    private boolean othersMayWakeIt() {
        var waiting = waitingForOthers.get();
        givenUp.retainAll(waiting);
        if (givenUp.containsAll(waiting)) {
            return false;
        }
        long begin = System.nanoTime();
        for (long left = PATIENCE_NANOS;
                left > 0;
                left = begin + PATIENCE_NANOS - System.nanoTime()) {
            if (wakeup.get()) {
                return true;
            }
            LockSupport.parkNanos(this, left);
        }
        givenUp.addAll(waiting);
        return false;
    }

    /// Has no time pass until all have been told that the hub is closed.
    void stopTime() {
        time.compareAndSet(Time.RUNS, Time.STANDS_STILL);
    }

    @Override
    public void hubCloses() {
        time.set(Time.RUNS_OUT);
        wakeup();
    }

    @Override
    public void wakeup() {
        wakeup.set(true);
        LockSupport.unpark(poller);
    }

    @Override
    public Endpoint open() {
        return network.open();
    }

    @Override
    public Endpoint openListener() {
        return network.openListener();
    }

    @Override
    public String name() {
        return network.name();
    }

    @Override
    public void close() {} // sockets stay usable: whoever waits on them waits without a hub
}
