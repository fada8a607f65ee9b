// SPDX-License-Identifier: Apache-2.0
package io.eventlet.resource;

/// A [ResourcePool] has been closed: it lends nothing any more.
public final class PoolClosed extends IllegalStateException {
    private static final long serialVersionUID = 1;

    PoolClosed(String pool) {
        super(pool + " has been closed");
    }
}
