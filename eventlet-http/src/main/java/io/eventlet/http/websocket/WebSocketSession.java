// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import io.eventlet.http.server.Request;

/// What a server does with a WebSocket, in the green thread of its connection: see
/// [WebSocketHandler]. It is closed when this returns, with code 1000, or throws, with 1011.
@FunctionalInterface
public interface WebSocketSession {
    /// With the socket, and the request that asked for it.
    void run(WebSocket socket, Request request) throws Exception;
}
