// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import org.jspecify.annotations.Nullable;

/// What a ring is to do for a side of a stream, from when it is asked for until it has ended.
final class UringWatch {
    private static final int SEQUENCES = (1 << 29) - 1;
    private static final int IS_OUTPUT = 1;

    final UringSet set;
    final int descriptor;
    final UringInflow inflow;
    private final int sequence;

    final @Nullable UringWatch output; // of input, to receive: that to tell once that there is room

    /// Of output: what sends as soon as there is room, if the stream defers its writes.
    volatile @Nullable UringOutflow outflow;

    /// Nobody wants to hear of it any more.
    volatile boolean isRemoved;

    /// The request that the kernel has for it, or gets from its place in a ring; null if there is
    /// none. Written by the loop. One of a ring that is closed is over.
    volatile @Nullable Request request;

    /// Of input: it is to be made. Of output: it is to be made, or has been and was not told.
    volatile boolean isWanted;

    /// Of input: the loop has looked since somebody set it to false.
    volatile boolean isSettled = true;

    private boolean isStopped; // the loop: it has asked to end it

    /// Where a request is. In one piece: it may be made anew, by another ring, while somebody
    /// looks.
    record Request(SharedRing ring, int place) {}

    private UringWatch(
            UringSet set,
            int descriptor,
            int sequence,
            UringInflow inflow,
            @Nullable UringWatch output) {
        this.set = set;
        this.descriptor = descriptor;
        this.sequence = sequence & SEQUENCES;
        this.inflow = inflow;
        this.output = output;
    }

    /// Of input, with one of output.
    static UringWatch ofStream(UringSet set, int descriptor, int sequence, UringInflow inflow) {
        var output = new UringWatch(set, descriptor, sequence, inflow, null);
        return new UringWatch(set, descriptor, sequence, inflow, output);
    }

    boolean isOfInput() {
        return output != null;
    }

    /// What the request carries, so that its completions are told from those of earlier ones with
    /// the same number: never negative.
    long data() {
        return (long) descriptor << 32 | (long) sequence << 3 | (isOfInput() ? 0 : IS_OUTPUT);
    }

    static boolean isOfInput(long data) {
        return (data & IS_OUTPUT) == 0;
    }

    static int descriptorOf(long data) {
        return (int) (data >> 32);
    }

    /// This, or the one of output, whichever carries some data; null if neither does.
    @Nullable UringWatch of(long data) {
        if (data == data()) {
            return this;
        }
        return output != null && data == output.data() ? output : null;
    }

    boolean isRequestedOf(SharedRing ring) {
        var known = request;
        return known != null && known.ring == ring;
    }

    /// Whether to ask the kernel to end its request: once for each.
    boolean stops() {
        boolean first = request != null && !isStopped;
        isStopped = true;
        return first;
    }

    void noteRequest(Request made) {
        isStopped = false;
        request = made;
    }
}
