// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import io.eventlet.wait.Mutex;

/// What one thread at a time does with a WebSocket. While nobody waits for it, it is one small
/// object.
final class Turn extends Mutex {
    private static final long serialVersionUID = 1;

    private final String what;

    Turn(String what) {
        this.what = what;
    }

    @Override
    public String toString() {
        return what + " of a WebSocket";
    }
}
