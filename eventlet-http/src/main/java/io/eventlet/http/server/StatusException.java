// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import java.io.Serial;

/// Thrown by a handler to answer with a status and a line of text, from wherever it is.
public final class StatusException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    private final int status;

    /// With the text of the response's body.
    public StatusException(int status, String text) {
        super(text);
        this.status = Response.checkedStatus(status);
    }

    public int status() {
        return status;
    }
}
