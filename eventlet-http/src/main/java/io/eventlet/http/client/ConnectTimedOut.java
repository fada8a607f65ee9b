// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import java.io.Serial;
import java.net.SocketTimeoutException;

/// There was no connection within the limit: nothing was sent, and another server may be asked.
public final class ConnectTimedOut extends SocketTimeoutException {
    @Serial private static final long serialVersionUID = 1;

    ConnectTimedOut(String message) {
        super(message);
    }
}
