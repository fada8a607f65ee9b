// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import io.eventlet.http.Headers;

import java.io.IOException;
import java.io.Serial;

/// A server that does not open a WebSocket: it has answered something else, or broken the
/// handshake.
public final class HandshakeFailed extends IOException {
    @Serial private static final long serialVersionUID = 1;

    private final int status;
    private final transient Headers headers;

    HandshakeFailed(int status, Headers headers, String message) {
        super(message);
        this.status = status;
        this.headers = headers;
    }

    /// The status that it has answered; 101 if it did agree, but wrongly.
    public int status() {
        return status;
    }

    /// The fields of its answer, such as `WWW-Authenticate` or `Location`.
    public Headers headers() {
        return headers;
    }
}
