// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

/// A queue had no item within the limit of a call.
public final class QueueEmpty extends RuntimeException {
    private static final long serialVersionUID = 1;

    QueueEmpty(String message) {
        super(message);
    }
}
