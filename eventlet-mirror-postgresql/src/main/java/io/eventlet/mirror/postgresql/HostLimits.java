// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import java.time.Duration;

/// What all workers together may ask of one host.
///
/// @param concurrency how many of its URLs may be claimed at once
/// @param pause how long it takes at least from one claim to the next; zero for no such limit
public record HostLimits(int concurrency, Duration pause) {
    /// Twenty at once, without a pause.
    public static final HostLimits USUAL = new HostLimits(20, Duration.ZERO);

    public HostLimits {
        if (concurrency < 1) {
            throw new IllegalArgumentException("a limit must be 1 or more: " + concurrency);
        }
        if (pause.isNegative()) {
            throw new IllegalArgumentException("a pause must not be negative: " + pause);
        }
    }
}
