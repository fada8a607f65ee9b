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
        // no format: the JDK would look for the digits of the locale, for as long as a short
        // program
        // takes to end
        return (isClosed ? "closed " : "")
                + "queue of "
                + size
                + (capacity == UNBOUNDED ? "" : " of at most " + capacity)
                + ", "
                + putting
                + " putting, "
                + getting
                + " getting";
    }
}
