// SPDX-License-Identifier: Apache-2.0

/// Tests of WebSocket.
@org.jspecify.annotations.NullMarked
package io.eventlet.http.websocket;
