// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import io.eventlet.os.Errno;
import io.eventlet.os.Uring;
import io.eventlet.os.UringMemory;

import org.jspecify.annotations.Nullable;

/// What green threads of a hub have written to streams since its ring last looked: all is sent by
/// the call that waits.
///
/// The kernel sends while it takes the requests, and waits for no room, so when a look is over it
/// has sent what it can, and nothing of this is left to it. What it has not sent is kept by each
/// stream.
///
/// For one thread at a time: whoever awaits, and whoever has entered the ring on that thread.
final class Outbox {
    private static final int SIZE = 1 << 18;
    private static final int MOST_STREAMS = 1 << 9;

    /// The data of a request is this and its number.
    private static final long REQUEST = Long.MIN_VALUE;

    private @Nullable UringMemory memory; // once something is written
    private int end; // of what is used of it
    private final @Nullable UringOutflow[] streams = new UringOutflow[MOST_STREAMS];
    private int count;

    private boolean isAsked; // requests are made, and were not looked at
    private int requests; // how many: of the first streams
    private final int[] places = new int[MOST_STREAMS];
    private final int[] results = new int[MOST_STREAMS];

    /// Adds what is written to a stream, behind what it has here. Whether it was added; if not, or
    /// if that fails, nothing has happened.
    boolean put(UringOutflow to, byte[] from, int offset, int length) {
        if (isAsked || length > SIZE - end) {
            return false;
        }
        var there = memory;
        if (there == null) {
            memory = there = new UringMemory(SIZE);
        }
        if (to.isIn(this)) {
            if (to.start + to.length != end || to.length + length > UringOutflow.LIMIT) {
                return false;
            }
        } else if (count == MOST_STREAMS || !to.enter(this, count, end)) {
            return false;
        } else {
            streams[count++] = to;
        }
        there.put(end, from, offset, length);
        to.length += length;
        end += length;
        return true;
    }

    /// A copy of what a stream has here, which is sent from here no more; null if the kernel may
    /// have sent it.
    byte @Nullable [] takeOut(UringOutflow of) {
        var there = memory;
        if (isAsked || there == null) {
            return null;
        }
        var bytes = there.get(of.start, of.length);
        streams[of.index] = null;
        return bytes;
    }

    /// Has the next call of a ring send all, if there is room for what it may tell. Whether that is
    /// so.
    boolean ask(Uring ring) {
        if (isAsked || count == 0) {
            return true;
        }
        if (!ring.hasRoomToTell()) {
            return false;
        }
        var there = memory;
        if (there == null) {
            throw new AssertionError("streams, and no memory");
        }
        isAsked = true;
        for (int i = 0; i < count && ring.hasRoom(); i++) {
            var stream = streams[i];
            places[i] = ring.place();
            if (stream != null) {
                results[i] = stream.length;
                ring.send(stream.descriptor(), there, stream.start, stream.length, REQUEST | i);
            }
            requests = i + 1;
        }
        return true;
    }

    /// Whether a completion is of a request to send. There is none of what was sent in full.
    static boolean isOfSend(long data) {
        return data >>> 32 == REQUEST >>> 32;
    }

    void complete(long data, int result) {
        results[(int) data] = result;
    }

    /// Tells each stream what became of it, and is empty then. For whoever has taken the
    /// completions of the call that followed [#ask]; else nothing happens.
    void settle(Uring ring) {
        if (!isAsked) {
            return;
        }
        for (int i = 0; i < requests; i++) {
            if (streams[i] != null && !ring.hasTaken(places[i])) { // it had no memory
                ring.withdraw(places[i], UringWork.NOBODY);
                results[i] = -Errno.EAGAIN;
            }
        }
        empty(false);
    }

    /// For the last who uses it: what the kernel has room for is sent, and the rest is left to who
    /// writes next.
    void close() {
        empty(true);
    }

    private void empty(boolean isLast) {
        var there = memory;
        for (int i = 0; i < count && there != null; i++) {
            var stream = streams[i];
            streams[i] = null;
            if (stream != null) {
                stream.leave(there, i < requests ? results[i] : -Errno.EAGAIN);
                if (isLast) {
                    int ignored = stream.push();
                }
            }
        }
        count = 0;
        requests = 0;
        end = 0;
        isAsked = false;
    }
}
