// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

/// A queue had no room for an item within the limit of a call; the item is not in it.
public final class QueueFull extends RuntimeException {
    private static final long serialVersionUID = 1;

    QueueFull(String message) {
        super(message);
    }
}
