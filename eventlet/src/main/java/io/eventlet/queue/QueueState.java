// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

/// What a queue held at one moment, and who waited.
record QueueState(
        int size,
        int capacity,
        int putting,
        int getting,
        int peeking,
        int unfinished,
        boolean isClosed) {
    /// The capacity that means no limit.
    static final int UNBOUNDED = Integer.MAX_VALUE;

    boolean isFull() {
        return size >= capacity;
    }

    @Override
    public String toString() {
        return "%squeue of %d%s, %d putting, %d getting"
                .formatted(
                        isClosed ? "closed " : "",
                        size,
                        capacity == UNBOUNDED ? "" : " of at most " + capacity,
                        putting,
                        getting);
    }
}
