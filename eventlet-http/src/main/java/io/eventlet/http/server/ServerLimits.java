// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import java.time.Duration;

/// How much a client may ask for, and how long it may take. All are on.
///
/// @param requestLine bytes of a request line; 414 for more
/// @param headerLine bytes of one header field; 431 for more
/// @param headers how many header fields; 431 for more
/// @param headerBytes bytes of all header fields; 431 for more
/// @param body bytes of a request's body; 413 for more
/// @param headTime from the first byte of a request to the end of its head; 408 after that
/// @param idleTime between requests, and before the first
/// @param requestTime from the head to the response that a handler returns; 503 after that. What is
///   sent afterwards may take any time
/// @param stallTime how long a read of a body waits for bytes, or a write for a client that does
///   not read; 408, or the connection is cut
/// @param minimumRate bytes a second that a body has to come or go with, after the first
///   `stallTime`
/// @param unreadBody bytes of a body that are read and dropped after a response, so that the
///   connection can be used again; with more left it is closed
/// @param perAddress connections from one address: as the kernel has it, or as the PROXY protocol
///   says where that is expected, and not as header fields say; more are answered with 503
public record ServerLimits(
        int requestLine,
        int headerLine,
        int headers,
        int headerBytes,
        long body,
        Duration headTime,
        Duration idleTime,
        Duration requestTime,
        Duration stallTime,
        int minimumRate,
        int unreadBody,
        int perAddress) {
    /// 8 KiB a line, 100 fields of 64 KiB, 16 MiB of a body, 10 s for a head, 60 s idle, 5 minutes
    /// a request, 20 s without progress, 240 bytes a second, 64 KiB unread, connections from one
    /// address without limit.
    public static final ServerLimits DEFAULT =
            new ServerLimits(
                    8192,
                    8192,
                    100,
                    65_536,
                    16L << 20,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(20),
                    240,
                    65_536,
                    Integer.MAX_VALUE);

    public ServerLimits {
        positive(requestLine, "requestLine");
        positive(headerLine, "headerLine");
        positive(headers, "headers");
        positive(headerBytes, "headerBytes");
        positive(perAddress, "perAddress");
        notNegative(body, "body");
        notNegative(minimumRate, "minimumRate");
        notNegative(unreadBody, "unreadBody");
        positive(headTime, "headTime");
        positive(idleTime, "idleTime");
        positive(requestTime, "requestTime");
        positive(stallTime, "stallTime");
    }

    private static void positive(long n, String what) {
        if (n < 1) {
            throw new IllegalArgumentException(what + " must be at least 1: " + n);
        }
    }

    private static void notNegative(long n, String what) {
        if (n < 0) {
            throw new IllegalArgumentException(what + " must not be negative: " + n);
        }
    }

    private static void positive(Duration time, String what) {
        if (!time.isPositive()) {
            throw new IllegalArgumentException(what + " must be positive: " + time);
        }
    }

    /// With another limit for bodies, in bytes.
    public ServerLimits withBody(long bytes) {
        return with(bytes, headTime, idleTime, requestTime, stallTime, minimumRate, perAddress);
    }

    /// With limits for lines and fields.
    public ServerLimits withHead(int line, int fields, int allFields) {
        return new ServerLimits(
                line,
                line,
                fields,
                allFields,
                body,
                headTime,
                idleTime,
                requestTime,
                stallTime,
                minimumRate,
                unreadBody,
                perAddress);
    }

    /// With another time for heads.
    public ServerLimits withHeadTime(Duration time) {
        return with(body, time, idleTime, requestTime, stallTime, minimumRate, perAddress);
    }

    /// With another time between requests.
    public ServerLimits withIdleTime(Duration time) {
        return with(body, headTime, time, requestTime, stallTime, minimumRate, perAddress);
    }

    /// With another time for handlers.
    public ServerLimits withRequestTime(Duration time) {
        return with(body, headTime, idleTime, time, stallTime, minimumRate, perAddress);
    }

    /// With another time without progress, and another rate in bytes a second.
    public ServerLimits withProgress(Duration stall, int rate) {
        return with(body, headTime, idleTime, requestTime, stall, rate, perAddress);
    }

    /// With another number of connections from one address.
    public ServerLimits withPerAddress(int connections) {
        return with(body, headTime, idleTime, requestTime, stallTime, minimumRate, connections);
    }

    private ServerLimits with(
            long newBody,
            Duration newHeadTime,
            Duration newIdleTime,
            Duration newRequestTime,
            Duration newStallTime,
            int newMinimumRate,
            int newPerAddress) {
        return new ServerLimits(
                requestLine,
                headerLine,
                headers,
                headerBytes,
                newBody,
                newHeadTime,
                newIdleTime,
                newRequestTime,
                newStallTime,
                newMinimumRate,
                unreadBody,
                newPerAddress);
    }
}
