// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import io.eventlet.GreenThread;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Inheritance;
import io.eventlet.lang.Durations;
import io.eventlet.member.Draft;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/// Looks from time to time for connections that are too old, or lent for too long.
///
/// A green thread is on its way to do so as long as there are connections, so that a pool that
/// nobody uses becomes empty, and then garbage.
final class Sweep {
    private static final System.Logger LOGGER = System.getLogger("io.eventlet");

    private final ConnectionPool pool;
    private final Connections connections;
    private final Aging aging;
    private final int min;
    private final @Nullable Duration heldFor;
    private final @Nullable Duration period; // null for never
    private final Inheritance inheritance = Inheritance.onlyName("connection pool");
    private final AtomicReference<@Nullable GreenThread<?>> next = new AtomicReference<>();

    Sweep(ConnectionPool pool, Connections connections, Aging aging, ConnectionPoolBuilder how) {
        this.pool = pool;
        this.connections = connections;
        this.aging = aging;
        min = how.min;
        heldFor = how.heldFor;
        period =
                Stream.of(how.maxAge, how.maxIdle, how.heldFor)
                        .filter(time -> time != null && !time.isZero())
                        .min(Duration::compareTo)
                        .orElse(null);
    }

    /// Has it look after a while, if it does not anyway.
    void begin() {
        var present = next.get();
        if (period == null || (present != null && present.hub().isOpen())) {
            return;
        }
        var hub = Hub.current();
        Callable<@Nullable Void> work =
                () -> {
                    look();
                    return null;
                };
        try {
            var draft = Draft.detached(hub.isOpen() ? hub : Hub.main(), inheritance, work);
            var planned = GreenThread.unstarted(draft);
            if (next.compareAndSet(present, planned)) {
                draft.member().startAfter(period);
                if (connections.isClosed()) {
                    end();
                }
            }
        } catch (IllegalStateException e) {
            // the hub is just being closed: the next connection that is opened begins it again
        }
    }

    /// Has it look no more.
    void end() {
        var planned = next.getAndSet(null);
        if (planned != null) {
            planned.cancel();
        }
    }

    private void look() {
        boolean ignored = next.compareAndSet(GreenThread.current(), null); // or it is replaced
        long now = Waits.clock().nanoTime();
        int[] mayEnd = {connections.count() - min}; // for being idle
        var old =
                connections.takeIdle(entry ->
                        aging.isTooOld(entry, now)
                                || (aging.isIdleTooLong(entry, now) && mayEnd[0]-- > 0));
        if (heldFor != null) {
            warn(heldFor, now);
        }
        if (connections.count() > old.size()) {
            begin();
        }
        pool.discardAll(old);
    }

    private void warn(Duration limit, long now) {
        for (var entry : connections.all()) {
            var loan = LentConnection.of(entry, now);
            if (loan != null && loan.time().compareTo(limit) >= 0 && !entry.reported) {
                entry.reported = true;
                LOGGER.log(
                        System.Logger.Level.WARNING,
                        "{0}: a connection {1}, longer than {2}; that thread is now at{3}",
                        pool.name(),
                        loan,
                        Durations.format(limit),
                        LentConnection.lines(loan.holder().getStackTrace()));
            }
        }
    }
}
