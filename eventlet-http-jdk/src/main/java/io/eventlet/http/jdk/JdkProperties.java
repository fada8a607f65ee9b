// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import io.eventlet.http.server.HttpServer;
import io.eventlet.http.server.ServerLimits;

import java.time.Duration;

/// The system properties of the module jdk.httpserver, as its documentation has them, that have a
/// place here.
final class JdkProperties {
    private static final String PREFIX = "sun.net.httpserver.";
    private static final int HEADER_BYTES = 384 << 10;
    private static final int HEADERS = 200;
    private static final long IDLE_SECONDS = 30;

    /// No limit: a handler takes what time it takes.
    private static final Duration AGES = Duration.ofDays(36_500);

    private JdkProperties() {}

    static HttpServer.Builder applyTo(HttpServer.Builder builder) {
        int bytes = Integer.getInteger(PREFIX + "maxReqHeaderSize", HEADER_BYTES);
        int most = bytes > 0 ? bytes : Integer.MAX_VALUE;
        int fields = Integer.getInteger(PREFIX + "maxReqHeaders", HEADERS);
        long idle = Long.getLong(PREFIX + "idleInterval", IDLE_SECONDS);
        int connections = Integer.getInteger("jdk.httpserver.maxConnections", 0);
        builder.limits(
                ServerLimits.DEFAULT
                        .withHead(most, fields > 0 ? fields : HEADERS, most)
                        .withBody(Long.MAX_VALUE)
                        .withRequestTime(AGES)
                        .withIdleTime(Duration.ofSeconds(idle > 0 ? idle : IDLE_SECONDS)));
        return connections > 0 ? builder.connections(connections) : builder;
    }
}
