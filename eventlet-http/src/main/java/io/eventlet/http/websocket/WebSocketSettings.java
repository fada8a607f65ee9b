// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import java.time.Duration;
import java.util.Objects;

/// Limits and habits of a WebSocket, on a server or a client.
///
/// ```java
/// var settings = WebSocketSettings.DEFAULT.maxMessage(64 << 10).keepAlive(Duration.ofSeconds(20));
/// ```
///
/// @param maxMessage how many bytes a message that is received whole may have, after inflating; 16
///   MiB unless set
/// @param compression how messages may be compressed; each on its own unless set
/// @param keepAlive how long nothing may come before the peer is sent a ping, and then how long its
///   answer may take, while somebody receives; 30 seconds unless set, zero for no pings
/// @param idleLimit how long no message may come before the WebSocket is closed with code 1001,
///   while somebody receives; zero, for ever, unless set
/// @param closeLimit how long the closing may take; 5 seconds unless set
public record WebSocketSettings(
        int maxMessage,
        Compression compression,
        Duration keepAlive,
        Duration idleLimit,
        Duration closeLimit) {

    /// What holds unless set.
    public static final WebSocketSettings DEFAULT =
            new WebSocketSettings(
                    16 << 20,
                    Compression.EACH_MESSAGE,
                    Duration.ofSeconds(30),
                    Duration.ZERO,
                    Duration.ofSeconds(5));

    /// Throws an `IllegalArgumentException` for what is negative.
    public WebSocketSettings {
        Objects.requireNonNull(compression);
        if (maxMessage < 0 || maxMessage == Integer.MAX_VALUE) {
            throw new IllegalArgumentException("not a size of messages: " + maxMessage);
        }
        if (keepAlive.isNegative() || idleLimit.isNegative() || closeLimit.isNegative()) {
            throw new IllegalArgumentException("times must not be negative");
        }
    }

    public WebSocketSettings maxMessage(int bytes) {
        return new WebSocketSettings(bytes, compression, keepAlive, idleLimit, closeLimit);
    }

    public WebSocketSettings compression(Compression wanted) {
        return new WebSocketSettings(maxMessage, wanted, keepAlive, idleLimit, closeLimit);
    }

    public WebSocketSettings keepAlive(Duration silence) {
        return new WebSocketSettings(maxMessage, compression, silence, idleLimit, closeLimit);
    }

    public WebSocketSettings idleLimit(Duration limit) {
        return new WebSocketSettings(maxMessage, compression, keepAlive, limit, closeLimit);
    }

    public WebSocketSettings closeLimit(Duration limit) {
        return new WebSocketSettings(maxMessage, compression, keepAlive, idleLimit, limit);
    }
}
