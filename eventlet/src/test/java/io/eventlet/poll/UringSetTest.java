// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;

@ExtendWith(NoLeaks.class)
class UringSetTest extends DescriptorSetSpecification {
    @Override
    DescriptorSet openSet() throws IOException {
        return UringSet.open();
    }
}
