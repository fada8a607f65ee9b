// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import java.io.IOException;
import java.io.Serial;

/// The peer's close frame, on its way from where it is read to where it is answered.
final class CloseReceived extends IOException {
    @Serial private static final long serialVersionUID = 1;

    final int code;
    final String reason;

    CloseReceived(int code, String reason) {
        super(reason);
        this.code = code;
        this.reason = reason;
    }

    @Override
    public Throwable fillInStackTrace() { // nobody sees it
        return this;
    }
}
