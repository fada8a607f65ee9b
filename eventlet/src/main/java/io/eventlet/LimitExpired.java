// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.lang.Durations;

import java.time.Duration;

/// What was awaited did not happen within the limit given to the call.
///
/// Nothing has been taken or changed: the call may be repeated.
public final class LimitExpired extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LimitExpired(String what, Duration limit) {
        super(what + " within " + Durations.format(limit));
    }
}
