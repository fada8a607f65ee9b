// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

/// A queue of two items, the oldest first.
public class GreenQueueModelTest extends QueueSpecification {
    public GreenQueueModelTest() {
        super(GreenQueue.bounded(2), Plain.class);
    }

    /// The newest last.
    public static class Plain extends QueueSpecification.Plain {
        @Override
        int placeOf(int item) {
            return items.size();
        }
    }
}
