// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.errors.ConcurrentUse;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// Calls that block inside the JDK, with the deadlines and cancellations of an endpoint.
///
/// A cancelled call has closed its socket: that is how the JDK ends one (`Closed by interrupt`).
final class JdkCalls {
    private static final long LOOK_NANOS = 20_000_000;

    private final Parking parking;
    private final Object socket;
    private final AtomicReference<@Nullable Thread> user = new AtomicReference<>();

    JdkCalls(Parking parking, Object socket) {
        this.parking = parking;
        this.socket = socket;
    }

    interface Call<T> {
        T call() throws IOException;
    }

    interface Limited<T> {
        T call(int millis) throws IOException;
    }

    /// Makes a call as the one thread that may.
    <T> T alone(String operation, Call<T> call) throws IOException {
        Thread first = user.compareAndExchange(null, Thread.currentThread());
        if (first != null) {
            throw new ConcurrentUse(operation, socket, first);
        }
        LockSupport.setCurrentBlocker(socket); // for dumps: the JDK's own waits do not name it
        try {
            return call.call();
        } catch (IOException e) {
            if (JdkInterrupts.tells(e) && parking.isCancelled()) {
                throw parking.raise();
            }
            throw e;
        } finally {
            LockSupport.setCurrentBlocker(null);
            user.set(null);
        }
    }

    /// Whether somebody makes a call.
    boolean isBusy() {
        return user.get() != null;
    }

    boolean isCancelled() {
        return parking.isCancelled();
    }

    /// Ends a call that would have to wait, before the JDK closes the socket for it.
    void ensureNotCancelled() {
        if (parking.isCancelled()) {
            throw parking.raise();
        }
    }

    /// Makes a call that SO_TIMEOUT limits. An interrupt ends it in a virtual thread; for others
    /// the JDK takes no notice of one, so they come back now and then to look themselves.
    <T> T limited(long deadline, Limited<T> call) throws IOException {
        if (Thread.currentThread().isVirtual()) {
            return call.call(millisLeft(deadline));
        }
        while (true) {
            long look = System.nanoTime() + LOOK_NANOS;
            boolean last = deadline != Endpoint.NEVER && deadline - look <= 0;
            try {
                return call.call(millisLeft(last ? deadline : look));
            } catch (SocketTimeoutException e) {
                if (last) {
                    throw e;
                }
                ensureNotCancelled();
            }
        }
    }

    /// The JDK does not say which address it cannot bind to.
    static BindException naming(@Nullable InetSocketAddress address, BindException error) {
        var named = new BindException(error.getMessage() + ": " + address);
        named.initCause(error);
        return named;
    }

    /// The time left in the unit and the form of SO_TIMEOUT: milliseconds, 0 for no limit. When
    /// none is left it is the shortest there is, since what can be done at once is to be done.
    static int millisLeft(long deadline) {
        if (deadline == Endpoint.NEVER) {
            return 0;
        }
        long nanos = Math.max(1, deadline - System.nanoTime());
        return (int) Math.min((nanos + 999_999) / 1_000_000, Integer.MAX_VALUE);
    }
}
