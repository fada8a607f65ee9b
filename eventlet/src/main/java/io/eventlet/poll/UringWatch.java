// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import org.jspecify.annotations.Nullable;

/// What a ring is to do for a descriptor, from when it is asked for until it has ended.
final class UringWatch {
    enum Kind {
        /// Tell of edges.
        EDGES,
        /// Tell once.
        ONCE,
        /// Receive what comes.
        INPUT,
        /// Tell once that there is room.
        OUTPUT
    }

    private static final int SEQUENCES = (1 << 29) - 1;
    private static final int IS_OUTPUT = 1;
    private static final int IS_INPUT = 2;

    final Kind kind;
    final int descriptor;
    private final int sequence;

    final long token; // of the first two kinds
    final int mask; // likewise

    final @Nullable UringSet set; // of input and output, as the others
    final @Nullable UringInflow inflow;
    final @Nullable UringWatch output; // of input: the one for the same descriptor

    /// Nobody wants to hear of it any more.
    volatile boolean isRemoved;

    /// The kernel may have it, or gets it from its place in the ring. Written by the loop.
    volatile boolean isMade;

    int place; // written before isMade

    /// Of input: it is to be made. Of output: it is to be made, or has been and was not told.
    volatile boolean isWanted;

    /// Of input: the loop has looked since somebody set it to false.
    volatile boolean isSettled = true;

    private boolean isStopped; // the loop: it has asked to end it

    /// Of edges or once.
    UringWatch(Kind kind, int descriptor, int sequence, long token, int mask) {
        this(kind, descriptor, sequence, token, mask, null, null, null);
    }

    private UringWatch(
            Kind kind,
            int descriptor,
            int sequence,
            long token,
            int mask,
            @Nullable UringSet set,
            @Nullable UringInflow inflow,
            @Nullable UringWatch output) {
        this.kind = kind;
        this.descriptor = descriptor;
        this.sequence = sequence & SEQUENCES;
        this.token = token;
        this.mask = mask;
        this.set = set;
        this.inflow = inflow;
        this.output = output;
    }

    /// Of input, with one of output.
    static UringWatch ofStream(
            UringSet set, int descriptor, int sequence, UringInflow inflow, int outputMask) {
        var output =
                new UringWatch(Kind.OUTPUT, descriptor, sequence, 0, outputMask, set, inflow, null);
        return new UringWatch(Kind.INPUT, descriptor, sequence, 0, 0, set, inflow, output);
    }

    /// What the request carries, so that its completions are told from those of earlier ones with
    /// the same number: never negative.
    long data() {
        int side =
                switch (kind) {
                    case EDGES, ONCE -> 0;
                    case INPUT -> IS_INPUT;
                    case OUTPUT -> IS_OUTPUT;
                };
        return (long) descriptor << 32 | (long) sequence << 3 | side;
    }

    static boolean isOfInput(long data) {
        return (data & IS_INPUT) != 0;
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

    /// Whether to ask the kernel to end it: once for each time it is made.
    boolean stops() {
        boolean first = isMade && !isStopped;
        isStopped = true;
        return first;
    }

    void noteMade(int at) {
        isStopped = false;
        place = at;
        isMade = true;
    }
}
