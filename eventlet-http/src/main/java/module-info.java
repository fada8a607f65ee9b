// SPDX-License-Identifier: Apache-2.0

/// HTTP/1.1 for green threads: server, client and WebSocket, in blocking style.
@org.jspecify.annotations.NullMarked
module io.eventlet.http {
    requires static org.jspecify;
    requires transitive io.eventlet;

    exports io.eventlet.http;
    exports io.eventlet.http.client;
    exports io.eventlet.http.server;
    exports io.eventlet.http.websocket;
}
