// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.hub.HubStrand;
import io.eventlet.lang.Durations;
import io.eventlet.wait.Cancellation;
import io.eventlet.wait.Interrupts;
import io.eventlet.wait.Strand;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/// A limit on how long the thread that made it may wait, over any number of calls.
///
/// ```java
/// try (var _ = Timeout.after(Duration.ofSeconds(2))) {
///     line = reader.readLine();           // throws TimeoutExpired after two seconds
/// }
/// ```
///
/// When it passes, the call that blocks throws [TimeoutExpired]; the socket or queue it waited on
/// stays usable, but for a socket that is to be closed then, as those that factories make for
/// libraries: see [io.eventlet.net.OnCancellation]. It ends waits, not computation, and only waits
/// that have to wait: data that is there is returned first. Calls of the JDK throw
/// `InterruptedException` instead, which `call` makes a `TimeoutExpired`. Timeouts nest: each is
/// thrown, and closed, on its own.
///
/// Belongs to the thread that made it: only that one may close it.
public final class Timeout implements AutoCloseable {
    private final @Nullable Duration duration;
    private final Strand strand;
    private final Cancellation cancellation;
    private final @Nullable Future<?> timer;
    private boolean open; // own thread

    private Timeout(
            @Nullable Duration duration, @Nullable Supplier<? extends RuntimeException> cause) {
        this.duration = duration;
        strand = Strand.ofCurrentThread();
        cancellation =
                Cancellation.limit(strand, cause != null ? cause : () -> new TimeoutExpired(this));
        open = duration != null;
        if (open) {
            strand.noteLimit();
        }
        if (duration != null && duration.isZero()) { // a timer would wait for the hub's turn
            timer = null;
            boolean ignored = cancellation.fire();
        } else {
            timer =
                    duration == null
                            ? null
                            : HubStrand.scheduleForCaller(
                                    cancellation::fire, Waits.nanos(duration));
        }
    }

    /// Starts a timeout that throws [TimeoutExpired].
    public static Timeout after(Duration duration) {
        return new Timeout(Durations.ensureNotNegative(duration, "a timeout"), null);
    }

    /// Starts a timeout that throws an exception of the caller's, made when it is thrown.
    public static Timeout after(Duration duration, Supplier<? extends RuntimeException> cause) {
        Durations.ensureNotNegative(duration, "a timeout");
        return new Timeout(duration, Objects.requireNonNull(cause));
    }

    /// A timeout that never passes, for code that takes one.
    public static Timeout never() {
        return new Timeout(null, null);
    }

    /// Runs a body under a timeout of its own, which is thrown.
    public static <T extends @Nullable Object, X extends Exception> T call(
            Duration duration, ThrowingSupplier<T, X> body) throws X {
        var timeout = after(duration);
        try {
            return body.get();
        } catch (Exception e) {
            if (timeout.isBehind(e)) {
                var expired = new TimeoutExpired(timeout);
                expired.addSuppressed(e);
                throw expired;
            }
            throw e;
        } finally {
            timeout.close();
        }
    }

    /// Runs a body under a timeout of its own: its result, or the fallback if the timeout passes. A
    /// timeout around it is not turned into the fallback, but thrown.
    public static <T extends @Nullable Object, X extends Exception> T call(
            Duration duration, ThrowingSupplier<? extends T, X> body, T fallback) throws X {
        var timeout = after(duration);
        try {
            return body.get();
        } catch (TimeoutExpired e) {
            if (e.timeout() != timeout) {
                throw e;
            }
            return fallback;
        } catch (Exception e) {
            if (timeout.isBehind(e)) {
                return fallback;
            }
            throw e;
        } finally {
            timeout.close();
        }
    }

    /// Runs a body under a silent timeout: true if it ended in time, false if the timeout ended it.
    public static <X extends Exception> boolean silent(Duration duration, ThrowingRunnable<X> body)
            throws X {
        return call(
                duration,
                () -> {
                    body.run();
                    return true;
                },
                false);
    }

    /// Whether an exception came after this timeout had ended a wait, and so of it: what a library
    /// makes of an interrupt, of a closed socket or of the error itself need not name it.
    private boolean isBehind(Exception e) {
        if (strand.hasDelivered(e)) { // the cause of somebody else's, a kill or an outer timeout
            return false;
        }
        return cancellation.hasEndedWait()
                || cancellation.isDelivered()
                || (cancellation.isPending() && Interrupts.areBehind(e));
    }

    /// How long it is; null if it never passes.
    public @Nullable Duration duration() {
        return duration;
    }

    /// Whether it may still pass.
    public boolean isPending() {
        return timer != null && cancellation.isArmed();
    }

    /// Whether it has passed, and was not closed before it could end a wait.
    public boolean isExpired() {
        return cancellation.isFired();
    }

    /// Ends it: it will not end a wait any more. Does nothing the second time.
    @Override
    public void close() {
        if (Thread.currentThread() != strand.thread()) {
            throw new WrongThreadException(this + " belongs to " + strand.thread());
        }
        if (timer != null) {
            timer.cancel(false);
        }
        if (open) {
            open = false;
            strand.noteLimitEnd();
        }
        boolean ignored = cancellation.withdraw();
    }

    /// The same as [#close()].
    public void cancel() {
        close();
    }

    @Override
    public String toString() {
        return duration == null
                ? "a timeout that never passes"
                : "a timeout of " + Durations.format(duration);
    }
}
