// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.errors.Cancelled;

/// The green thread that gets this was killed; thrown by the call in which it waits.
///
/// It may catch it and go on. One that ends with it is not reported as failed.
public final class GreenThreadKilled extends Cancelled {
    private static final long serialVersionUID = 1;

    public GreenThreadKilled(String message) {
        super(message);
    }
}
