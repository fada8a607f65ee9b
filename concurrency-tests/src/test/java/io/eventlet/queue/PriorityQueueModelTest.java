// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import java.util.Comparator;

/// A queue of two items, the least first.
public class PriorityQueueModelTest extends QueueSpecification {
    public PriorityQueueModelTest() {
        super(GreenQueue.priority(Comparator.naturalOrder(), 2), Plain.class);
    }

    /// The greater one last; of equal ones the newer.
    public static class Plain extends QueueSpecification.Plain {
        @Override
        int placeOf(int item) {
            return (int) items.stream().filter(i -> i <= item).count();
        }
    }
}
