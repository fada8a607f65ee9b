// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.listing;

/// A listing names more than there is memory for, or what no server could be asked for.
final class ListingTooLarge extends IllegalStateException {
    private static final long serialVersionUID = 1;

    ListingTooLarge(String message) {
        super(message);
    }
}
