// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http;

import java.io.IOException;
import java.io.Serial;

/// A message from the peer that breaks HTTP or a limit. Nothing more can be read from its
/// connection, because nobody knows where the next message begins.
public final class BadMessage extends IOException {
    @Serial private static final long serialVersionUID = 1;

    private final int status;

    /// With the status that a server answers, and what is wrong, for people.
    public BadMessage(int status, String message) {
        super(message);
        this.status = status;
    }

    /// The status that answers such a request: 400, or the one that the RFC names. If it was a
    /// response that is wrong, it says nothing, and a gateway answers 502.
    public int status() {
        return status;
    }
}
