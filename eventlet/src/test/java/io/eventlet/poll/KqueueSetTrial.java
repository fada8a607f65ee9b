// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import java.io.IOException;

/// Run by its name, where there is kqueue or a library that stands for it (docs/hubs.md).
class KqueueSetTrial extends DescriptorSetSpecification {
    @Override
    DescriptorSet openSet() throws IOException {
        return KqueueSet.open();
    }
}
