// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

/// A queue of two items, the newest first.
public class LifoQueueModelTest extends QueueSpecification {
    public LifoQueueModelTest() {
        super(GreenQueue.lifo(2), Plain.class);
    }

    /// The newest first.
    public static class Plain extends QueueSpecification.Plain {
        @Override
        int placeOf(int item) {
            return 0;
        }
    }
}
