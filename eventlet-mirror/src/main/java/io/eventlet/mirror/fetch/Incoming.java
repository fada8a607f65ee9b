// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// Bytes of a body that have come and are not written yet: all of a small file, or as many as are
/// worth a [Handover].
final class Incoming {
    private static final int MOST = 256 * 1024;
    private static final int ENOUGH = 64 * 1024; // the rest is read where it is written
    private static final int FIRST = 16 * 1024;
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1); // what a kill may cost

    private static final byte[] NONE = new byte[0];

    private final Transfer transfer;
    private byte[] bytes;
    private int count;
    private int enough = MOST; // of a file that may be small

    /// @param length how many bytes are to come; -1 if nobody knows
    Incoming(long length, Transfer transfer) {
        this.transfer = transfer;
        bytes = new byte[(int) Math.min(length < 0 ? FIRST : length + 1, MOST)];
    }

    /// Reads until there is much, or much time has gone by, or so many bytes have come; whether the
    /// body has ended.
    boolean fill(InputStream body, long most) throws IOException {
        long begun = System.nanoTime();
        while (count < Math.min(most, enough)) {
            if (count == bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(2 * count, MOST));
            }
            int n = body.read(bytes, count, (int) Math.min(bytes.length - count, most - count));
            if (n < 0) {
                return true;
            }
            count += n;
            transfer.received(n);
            if (System.nanoTime() - begun > LONGEST_NANOS) {
                return false;
            }
        }
        return false;
    }

    byte[] bytes() {
        return bytes;
    }

    int count() {
        return count;
    }

    /// Gives the bytes, and the reading of the body up to so many, to a thread for the disk. Until
    /// [#resume] nothing is here: what a kill leaves to the other thread is not written twice.
    Handover handOver(InputStream body, long most) {
        var handover = new Handover(body, bytes, taken(), most, transfer);
        bytes = NONE;
        return handover;
    }

    /// Goes on behind what was handed over.
    void resume(Handover handover) {
        bytes = handover.buffer();
        enough = ENOUGH;
    }

    /// How many bytes there are, which somebody else writes from now on.
    int taken() {
        int n = count;
        count = 0;
        return n;
    }
}
