// SPDX-License-Identifier: Apache-2.0
package io.eventlet.limit;

import io.eventlet.lang.Durations;
import io.eventlet.lang.Locks;
import io.eventlet.wait.Clock;
import io.eventlet.wait.WaitQueue;
import io.eventlet.wait.Waits;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/// So many permits per period, for clients of others that want no more.
///
/// ```java
/// var limiter = RateLimiter.of(100, Duration.ofSeconds(1));
/// for (var request : requests) {
///     limiter.acquire();                      // waits for its turn, 10 ms after the last
///     send(request);
/// }
/// ```
///
/// Permits are evenly spaced: never more than so many in any period, or one more because a thread
/// was late. With a burst, those that were not taken are kept, up to so many, and can be taken at
/// once. First come, first served; a thread that gives up waiting, or is killed, has taken nothing,
/// and those behind it move up. The spacing does not drift, however long it goes on: a thread that
/// wakes late delays nobody else, unless by more than a permit takes.
///
/// It goes by the clock of the hub on which it is made. Thread-safe, from green and other threads.
public final class RateLimiter {
    /*
     * `next` is when the next permit is due if all are evenly spaced; with a burst it may be taken
     * earlier, by the time that the rest of the burst takes. `fraction` is what is left of dividing
     * the period, in nanoseconds / permits.
     *
     * Threads wake late. Without a burst, whoever has waited takes the permit as of when it was
     * due, if it is late by less than a permit takes: else all lateness would add up. With a burst
     * it comes before `next` anyway.
     *
     * Of those who wait, one is the first: it waits for the time, and the others for it. Whoever
     * has been the first, and whatever ended its wait, makes the next one the first.
     */
    private final int permits;
    private final Duration period;
    private final int burst;
    private final long intervalNanos;
    private final long rest; // of the period by the permits
    private final long earlyNanos; // how much earlier than due a permit may be taken
    private final long lateNanos; // how much later it counts as taken when due, if waited for
    private final Clock clock = Waits.clock();
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue line = new WaitQueue(lock, this); // behind the first
    private final WaitQueue front = new WaitQueue(lock, this); // the first
    // guarded by lock:
    private boolean hasFirst;
    private long next = clock.nanoTime();
    private long fraction;

    private RateLimiter(int permits, Duration period, int burst) {
        if (permits < 1) {
            throw new IllegalArgumentException("permits must be 1 or more: " + permits);
        }
        if (!period.isPositive()) {
            throw new IllegalArgumentException(
                    "the period of a rate must be positive: " + Durations.format(period));
        }
        if (burst < 1) {
            throw new IllegalArgumentException("a burst must be 1 or more: " + burst);
        }
        this.permits = permits;
        this.period = period;
        this.burst = burst;
        long nanos = Waits.nanos(period);
        intervalNanos = nanos / permits;
        rest = nanos % permits;
        earlyNanos = timeOf(burst - 1);
        lateNanos = burst == 1 ? intervalNanos : 0;
        if (earlyNanos > Long.MAX_VALUE / 4 || nanos > Long.MAX_VALUE / 4) {
            throw new IllegalArgumentException(
                    "a rate must not take more than 73 years for a burst: %d per %s, in bursts of %d"
                            .formatted(permits, Durations.format(period), burst));
        }
    }

    /// So many permits per period, evenly spaced: in any period at most those, and one more if the
    /// first of them was taken late.
    public static RateLimiter of(int permits, Duration period) {
        return new RateLimiter(permits, period, 1);
    }

    /// So many permits per period, of which some can be taken at once if they were not taken
    /// before: in any period at most the permits of it and the burst, less one.
    public static RateLimiter of(int permits, Duration period, int burst) {
        return new RateLimiter(permits, period, burst);
    }

    /// Takes a permit, waiting for it. What ends the wait is thrown: the cause of a kill or a
    /// timeout, or [io.eventlet.errors.Cancelled] for an interrupt.
    public void acquire() {
        boolean ignored = acquire(Long.MAX_VALUE);
    }

    /// Takes a permit if it is due within a time; else false, at once. The wait may be longer by as
    /// much as threads wake late.
    public boolean acquire(Duration limit) {
        return acquire(Waits.nanos(Durations.ensureNotNegative(limit, "the limit of a wait")));
    }

    /// Takes a permit if there is one and nobody waits for it; never waits.
    public boolean tryAcquire() {
        return acquire(0);
    }

    private boolean acquire(long limitNanos) {
        WaitQueue.Waiter waiter = null;
        lock.lock();
        try {
            if (!hasFirst && take(0)) {
                return true;
            }
            int ahead = hasFirst ? line.size() + 1 : 0;
            if (limitNanos == 0 || untilFree(ahead) > limitNanos) {
                return false;
            }
            if (hasFirst) {
                waiter = line.add(null);
            }
            hasFirst = true;
        } finally {
            lock.unlock();
        }
        if (waiter != null) {
            boolean ignored = waiter.await(Waits.NEVER);
        }
        awaitAsFirst();
        return true;
    }

    /// Waits for the time of the next permit and takes it, then lets the next one in.
    private void awaitAsFirst() {
        try {
            while (true) {
                WaitQueue.Waiter waiter;
                long nanos;
                lock.lock();
                try {
                    if (take(lateNanos)) {
                        return;
                    }
                    nanos = untilFree(0);
                    waiter = front.add(null);
                } finally {
                    lock.unlock();
                }
                boolean ignored = waiter.await(Waits.deadlineAfter(nanos));
            }
        } finally {
            lock.lock();
            try {
                hasFirst = line.wake(null);
            } finally {
                lock.unlock();
            }
        }
    }

    /// Takes the next permit if it is time: as of now if it is later than due by more than given.
    private boolean take(long late) {
        long now = clock.nanoTime();
        if (next - earlyNanos - now > 0) {
            return false;
        }
        if (next - now < -late) {
            next = now;
            fraction = 0;
        }
        next += intervalNanos;
        fraction += rest;
        if (fraction >= permits) {
            fraction -= permits;
            next++;
        }
        return true;
    }

    /// How long it takes until so many others have taken their permits and there is one more.
    private long untilFree(int ahead) {
        long time = timeOf(ahead);
        long first = next - earlyNanos - clock.nanoTime();
        return time > Long.MAX_VALUE / 2 ? time : Math.max(0, first + time);
    }

    /// How long so many permits take.
    private long timeOf(int count) {
        long more = rest * count / permits;
        return intervalNanos > (Long.MAX_VALUE - more) / Math.max(1, count)
                ? Long.MAX_VALUE
                : intervalNanos * count + more;
    }

    /// How long it would take until a permit is there for one who came now; zero if there is one.
    public Duration delay() {
        return Locks.call(lock, () -> Duration.ofNanos(untilFree(hasFirst ? line.size() + 1 : 0)));
    }

    /// The threads that wait now.
    public int waiting() {
        return Locks.call(lock, () -> hasFirst ? line.size() + 1 : 0);
    }

    @Override
    public String toString() {
        return "limiter of %d per %s in bursts of %d, %d waiting"
                .formatted(permits, Durations.format(period), burst, waiting());
    }
}
