// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;

/// What a stream gives to a thread for the disk: what has come, and then the body, which that
/// thread reads as long as it need not wait. A processor writes what it has just read, then: what
/// another one has read is not in its cache, and costs twice as much to copy.
///
/// For one thread at a time: the one that hands over looks at it when the other has ended.
final class Handover {
    private static final long MOST = 4 << 20; // others wait for the thread
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int WORTH = 16 * 1024; // reading on, instead of many small writes

    /// Where bytes are written.
    @FunctionalInterface
    interface Sink {
        void write(byte[] bytes, int count) throws IOException;
    }

    private final InputStream body;
    private final byte[] buffer;
    private final Transfer transfer;
    private final long most;
    private int count;
    private long written;
    private boolean ended;
    private @Nullable IOException failure; // of the body

    /// @param count how many bytes there are, one at least
    /// @param most how many are wanted, with these
    Handover(InputStream body, byte[] buffer, int count, long most, Transfer transfer) {
        this.body = body;
        this.buffer = buffer;
        this.count = count;
        this.most = most;
        this.transfer = transfer;
    }

    /// Writes what there is, reads on, and so forth. Throws what the sink throws; what the body has
    /// thrown is for whoever asks [#isEnded].
    void write(Sink sink) throws IOException {
        long begun = System.nanoTime();
        do {
            sink.write(buffer, count);
            written += count;
            count = 0;
        } while (written < MOST && System.nanoTime() - begun < LONGEST_NANOS && readOn());
    }

    /// Whether more has been read.
    private boolean readOn() {
        if (ended || failure != null) {
            return false;
        }
        try {
            long left = most - written;
            int there = body.available();
            if (there < Math.min(left, WORTH)) {
                return false;
            }
            while (there > 0 && !ended && count < Math.min(left, buffer.length)) {
                int n = body.read(buffer, count, (int) Math.min(left, buffer.length) - count);
                if (n < 0) {
                    ended = true;
                } else {
                    count += n;
                    transfer.received(n);
                    there = body.available();
                }
            }
        } catch (IOException e) {
            failure = e;
        }
        return count > 0;
    }

    byte[] buffer() {
        return buffer;
    }

    /// How many bytes were written.
    long written() {
        return written;
    }

    /// Whether the body has ended. Throws what has ended it instead.
    boolean isEnded() throws IOException {
        if (failure != null) {
            throw failure;
        }
        return ended;
    }
}
