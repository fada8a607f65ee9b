// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import java.io.IOException;
import java.io.Serial;

/// The WebSocket is over: to a sender, because it was closed; to a receiver, because the peer broke
/// the protocol or a limit and was told so.
public final class WebSocketClosed extends IOException {
    @Serial private static final long serialVersionUID = 1;

    private final int code;

    WebSocketClosed(int code, String message) {
        super(message);
        this.code = code;
    }

    /// Why, as [WebSocket#closeCode()]: 1002 for a frame that breaks the protocol, 1007 for text
    /// that is not UTF-8 or data that does not inflate, 1009 for a message that is too big; 0 if
    /// the closing has begun but not ended.
    public int code() {
        return code;
    }
}
