// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

/// A queue of two items, the newest first.
public class LifoQueueModelTest extends QueueSpecification {
    public LifoQueueModelTest() {
        super(GreenQueue.lifo(2));
    }
}
