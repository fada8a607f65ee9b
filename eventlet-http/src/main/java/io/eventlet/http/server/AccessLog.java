// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/// What is told of every request that was answered. Called in the connection's green thread, by
/// many at once; must not block.
@FunctionalInterface
public interface AccessLog {
    void log(Entry entry);

    /// One request and its response. `request` is null if no request could be read, `bodyBytes` are
    /// the bytes that were written behind the head of the response, `failure` is what kept it from
    /// its end.
    record Entry(
            String client,
            @Nullable Request request,
            int status,
            long bodyBytes,
            Instant begin,
            Duration time,
            @Nullable Throwable failure) {}
}
