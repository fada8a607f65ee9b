// SPDX-License-Identifier: Apache-2.0
package io.eventlet.errors;

import java.net.SocketException;

/// Nobody will say any more when a socket is ready: its hub has been closed.
public final class PollerClosed extends SocketException {
    private static final long serialVersionUID = 1;

    public PollerClosed(String message) {
        super(message);
    }
}
