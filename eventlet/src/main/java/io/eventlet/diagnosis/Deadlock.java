// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import io.eventlet.errors.Cancelled;

/// The wait could never have ended: what is thrown at the calls of a [DeadlockReport] that is ended
/// by [DeadlockReport#end].
public final class Deadlock extends Cancelled {
    private static final long serialVersionUID = 1;

    public Deadlock(String message) {
        super(message);
    }
}
