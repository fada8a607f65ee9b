// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

/// Thrown by a handler to stop the server that called it.
public final class StopServe extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StopServe() {
        super("the handler stops the server");
    }
}
