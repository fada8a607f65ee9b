// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import io.eventlet.lang.Durations;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/// A loan of a [ConnectionPool].
///
/// @param holder the thread that got the connection, or opens it
/// @param time since when, until now
/// @param site where it got the connection, if that is traced by `-Deventlet.trace=true`; else
///   empty
public record LentConnection(Thread holder, Duration time, List<StackTraceElement> site) {
    private static final int FRAMES = 8;
    private static final StackWalker WALKER = StackWalker.getInstance();

    /// A copy of the list.
    public LentConnection {
        site = List.copyOf(site);
    }

    /// That of an entry; null if it is not lent.
    static @Nullable LentConnection of(Entry entry, long now) {
        var holder = entry.holder();
        return holder == null
                ? null
                : new LentConnection(holder, Duration.ofNanos(now - entry.since), entry.site);
    }

    /// Where the pool was called.
    static List<StackTraceElement> callSite() {
        return WALKER.walk(frames ->
                frames.dropWhile(frame -> isOurs(frame.getClassName()))
                        .limit(FRAMES)
                        .map(StackWalker.StackFrame::toStackTraceElement)
                        .toList());
    }

    private static boolean isOurs(String type) {
        return type.equals(ConnectionPool.class.getName())
                || type.equals(LentConnection.class.getName());
    }

    static String lines(StackTraceElement... stack) {
        var lines = new StringBuilder();
        for (var frame : stack) {
            lines.append("\n\tat ").append(frame);
        }
        return lines.toString();
    }

    /// As in `is lent to Thread[…] for 3 s`.
    @Override
    public String toString() {
        return "is lent to %s for %s%s"
                .formatted(
                        holder,
                        Durations.format(time),
                        site.isEmpty()
                                ? ""
                                : ", which got it at"
                                        + lines(site.toArray(StackTraceElement[]::new)));
    }
}
