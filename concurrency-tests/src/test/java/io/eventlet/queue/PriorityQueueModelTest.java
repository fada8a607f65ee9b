// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import java.util.Comparator;

/// A queue of two items, the least first.
public class PriorityQueueModelTest extends QueueSpecification {
    public PriorityQueueModelTest() {
        super(GreenQueue.priority(Comparator.naturalOrder(), 2));
    }
}
