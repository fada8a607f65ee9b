// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

/// A handler's error, its cause, has stopped a server that stops at errors.
public final class HandlerFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    HandlerFailed(Throwable cause) {
        super("a handler failed: " + cause, cause);
    }
}
