// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.testing.MemoryNetwork;

class MemoryEndpointTest extends CancellableEndpointSpecification {
    private final Network network = new MemoryNetwork();

    @Override
    Network network() {
        return network;
    }
}
