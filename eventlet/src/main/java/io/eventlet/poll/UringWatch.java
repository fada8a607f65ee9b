// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

/// A request to a ring to tell of a descriptor, from when it is asked for until it has ended.
class UringWatch {
    private static final int SEQUENCES = (1 << 29) - 1;

    final int descriptor;
    final long token;
    final int mask;
    final boolean repeats;
    private final int sequence;

    /// Nobody wants to hear of it any more.
    volatile boolean isRemoved;

    /// The kernel may have it. Written by the loop.
    volatile boolean isMade;

    UringWatch(int descriptor, long token, int mask, boolean repeats, int sequence) {
        this.descriptor = descriptor;
        this.token = token;
        this.mask = mask;
        this.repeats = repeats;
        this.sequence = sequence & SEQUENCES;
    }

    /// What the request carries, so that its completions are told from those of earlier ones with
    /// the same number: never negative.
    final long data() {
        return (long) descriptor << 32 | (long) sequence << 3;
    }

    static int descriptorOf(long data) {
        return (int) (data >> 32);
    }

    final boolean isThatOf(long data) {
        return data == data();
    }
}
