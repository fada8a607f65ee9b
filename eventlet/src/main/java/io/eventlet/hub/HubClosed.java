// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import io.eventlet.errors.Cancelled;

/// The hub of a green thread was closed while the thread waited.
public final class HubClosed extends Cancelled {
    private static final long serialVersionUID = 1;

    HubClosed(String hub) {
        super("hub '" + hub + "' has been closed");
    }
}
