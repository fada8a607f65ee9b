// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.frontier;

import java.time.Duration;
import java.time.Instant;

class MemoryFrontierTest extends FrontierSpecification {
    private Instant now = Instant.EPOCH;

    @Override
    protected Frontier frontier() {
        return new MemoryFrontier(this::now);
    }

    @Override
    protected Instant now() {
        return now;
    }

    @Override
    protected void pass(Duration time) {
        now = now.plus(time);
    }
}
