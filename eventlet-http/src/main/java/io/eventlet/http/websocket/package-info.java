// SPDX-License-Identifier: Apache-2.0

/// WebSocket (RFC 6455, and its compression, RFC 7692), in blocking style: on a server by
/// [WebSocketHandler], as a client by [WebSocketClient].
@org.jspecify.annotations.NullMarked
package io.eventlet.http.websocket;
