// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

/// What a server does when a handler fails.
public enum HandlerErrors {
    /// Reports the error and goes on serving.
    REPORT,
    /// Stops accepting; who waits for the server gets the error.
    STOP
}
