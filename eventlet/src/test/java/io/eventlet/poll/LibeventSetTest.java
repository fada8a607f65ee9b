// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.extension.ExtendWith;

/// Needs libevent (libevent-pthreads-2.1-7 of Debian).
@ExtendWith(NoLeaks.class)
class LibeventSetTest extends DescriptorSetSpecification {
    @Override
    DescriptorSet openSet() {
        return LibeventSet.open();
    }
}
