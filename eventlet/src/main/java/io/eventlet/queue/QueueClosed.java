// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

/// A queue has been closed: nothing more can be put, or nothing is left to get.
public final class QueueClosed extends IllegalStateException {
    private static final long serialVersionUID = 1;

    QueueClosed(String message) {
        super(message);
    }
}
