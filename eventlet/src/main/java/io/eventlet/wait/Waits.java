// SPDX-License-Identifier: Apache-2.0
package io.eventlet.wait;

import io.eventlet.errors.Cancelled;
import io.eventlet.poll.AlarmClock;
import io.eventlet.poll.Endpoint;
import io.eventlet.poll.Parking;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// The one place where threads park, and are told when their wait was ended from outside.
public final class Waits {
    /// The deadline that never passes.
    public static final long NEVER = Endpoint.NEVER;

    /// Parking for the operations of endpoints.
    public static final Parking PARKING =
            new Parking() {
                @Override
                public Outcome park(Object blocker, long deadline) {
                    return Waits.park(blocker, deadline, false);
                }

                @Override
                public @Nullable AlarmClock alarmClock() {
                    var carrier = Carrier.current();
                    return carrier == null ? null : carrier.alarmClock();
                }

                @Override
                public Error raise() {
                    return Waits.raise();
                }

                @Override
                public boolean isCancelled() {
                    return Waits.isCancelled();
                }

                @Override
                public void yieldNow() {
                    if (Thread.currentThread().isVirtual()) {
                        Thread.yield();
                    }
                }
            };

    private static final int YIELDS = 10_000;
    private static final long PAUSE_NANOS = 20_000_000;

    private Waits() {}

    /// The deadline after a time from now, on the clock of the caller's hub.
    public static long deadlineAfter(Duration limit) {
        long nanos = nanos(limit);
        return nanos >= NEVER / 2 ? NEVER : deadlineAfter(nanos);
    }

    public static long deadlineAfter(long nanos) {
        long deadline = now() + nanos;
        return deadline == NEVER ? deadline - 1 : deadline;
    }

    /// Whether a deadline has passed, on the clock of the caller's hub.
    public static boolean hasPassed(long deadline) {
        return deadline != NEVER && deadline - now() <= 0;
    }

    /// A duration in nanoseconds, at most 292 years.
    public static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /// A number from 0 to below a bound, drawn: by what draws the order of the caller's hub if that
    /// is drawn.
    public static int draw(int bound) {
        var carrier = Carrier.current();
        return (carrier == null ? ThreadLocalRandom.current() : carrier.random()).nextInt(bound);
    }

    /// The clock that waits of the caller go by: that of its hub.
    public static Clock clock() {
        var carrier = Carrier.current();
        return carrier == null ? Clock.system() : carrier.clock();
    }

    static long now() {
        return clock().nanoTime();
    }

    /// Whether a thread is parked in here, by its stack.
    public static boolean isIn(List<StackTraceElement> stack) {
        return stack.stream()
                .anyMatch(frame ->
                        frame.getMethodName().equals("park")
                                && frame.getClassName().equals(Waits.class.getName()));
    }

    /// Parks until the thread is unparked; says so when it must not wait any more.
    ///
    /// Returns without parking if the thread is cancelled or the deadline has passed. A return with
    /// `UNPARKED` may be for nothing: look at what was waited for, and call again.
    ///
    /// `again` says that it goes on with a wait: dumps tell since when that is.
    public static Parking.Outcome park(Object blocker, long deadline, boolean again) {
        var strand = Strand.current();
        if (Thread.currentThread().isInterrupted() || (strand != null && strand.isCancelled())) {
            return Parking.Outcome.CANCELLED;
        }
        if (!again) {
            Since.begin(strand);
        }
        if (deadline == NEVER) {
            LockSupport.park(blocker);
        } else {
            long left = deadline - now();
            if (left <= 0) {
                return Parking.Outcome.EXPIRED;
            }
            parkNanos(blocker, left);
        }
        return Parking.Outcome.UNPARKED;
    }

    /// Before a wait of which nothing is to be done.
    static void doNothing() {}

    /// Parks for a time by the hub's clock. The hub is told, because it measures the waits of
    /// others by the system's.
    private static void parkNanos(Object blocker, long nanos) {
        var carrier = Carrier.current();
        if (carrier == null) {
            LockSupport.parkNanos(blocker, nanos);
            return;
        }
        carrier.announceHubClock(true);
        LockSupport.parkNanos(blocker, nanos);
        if (Carrier.current() == carrier) { // else it was asked for, and is another one's by now
            carrier.announceHubClock(false); // not asked for if the thread did not have to wait
        }
    }

    /// Waits for what another thread is about to do, whatever happens to the caller meanwhile.
    ///
    /// It yields to that thread. Who cannot, because it is pinned, sleeps after a while, so that
    /// another thread takes over its hub.
    public static void awaitSoon(BooleanSupplier isDone) {
        boolean interrupted = false;
        for (int looks = 0; !isDone.getAsBoolean(); looks++) {
            if (looks < YIELDS) {
                Thread.yield();
            } else {
                interrupted |= Thread.interrupted(); // which would end each park at once
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits for a latch of the JDK: false if the deadline passed first.
    public static boolean await(CountDownLatch latch, long deadline) {
        try {
            if (deadline == NEVER) {
                latch.await();
                return true;
            }
            return latch.await(deadline - now(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw raise();
        }
    }

    /// Waits for something that comes soon, whatever the thread is cancelled with meanwhile; null
    /// if it does not come in time. Where time is simulated it keeps the hub, since time goes on
    /// there when nobody is ready.
    public static <T> @Nullable T awaitAnswer(CompletableFuture<T> answer, long nanos) {
        long end = System.nanoTime() + nanos;
        var waiter = Thread.currentThread();
        var ignored = answer.whenComplete((_, _) -> LockSupport.unpark(waiter));
        boolean interrupted = false;
        long left = nanos;
        while (!answer.isDone() && left > 0) {
            if (clock() != Clock.system()) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(answer, left);
                interrupted |= Thread.interrupted(); // which would end each park at once
            }
            left = end - System.nanoTime();
        }
        if (interrupted) {
            waiter.interrupt();
        }
        return answer.isDone() && !answer.isCompletedExceptionally() ? answer.join() : null;
    }

    /// Whether the next wait of the calling thread will be ended at once.
    public static boolean isCancelled() {
        if (Thread.currentThread().isInterrupted()) {
            return true;
        }
        var strand = Strand.current();
        return strand != null && strand.isCancelled();
    }

    /// Throws what the calling thread was cancelled with; `throw Waits.raise()`.
    public static Error raise() {
        var strand = Strand.current();
        Throwable cause = strand == null ? null : strand.take();
        if (cause == null) {
            boolean ignored = Thread.interrupted();
            cause = new Cancelled("thread " + Thread.currentThread() + " was interrupted");
        }
        throw rethrow(cause);
    }

    /// Throws the cause of a cancellation, which is unchecked; `throw Waits.rethrow(cause)`.
    public static Error rethrow(Throwable cause) {
        if (cause instanceof Error e) { // no switch: docs/performance.md
            throw e;
        }
        if (cause instanceof RuntimeException e) {
            throw e;
        }
        throw new IllegalStateException("a cancellation cause is checked", cause);
    }

    /// Throws if the calling thread is cancelled: for calls that yield without waiting.
    public static void ensureNotCancelled() {
        if (isCancelled()) {
            throw raise();
        }
    }
}
