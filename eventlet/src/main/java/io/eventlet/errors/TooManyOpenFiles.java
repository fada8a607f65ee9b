// SPDX-License-Identifier: Apache-2.0
package io.eventlet.errors;

import java.net.SocketException;

/// The process, or the system, has no descriptor left for another connection (EMFILE, ENFILE).
public final class TooManyOpenFiles extends SocketException {
    private static final long serialVersionUID = 1;

    public TooManyOpenFiles(String message) {
        super(message);
    }
}
