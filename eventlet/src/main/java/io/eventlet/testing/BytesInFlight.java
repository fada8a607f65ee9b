// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/// The bytes that were sent into a [Pipe] and have not been read, each with its time of arrival. As
/// with TCP, the end of the stream counts as one of them. Guarded by the lock of the wire.
final class BytesInFlight {
    /// Bytes on their way.
    private static final class Chunk {
        final ByteBuffer bytes;
        long arrival;

        Chunk(ByteBuffer bytes, long arrival) {
            this.bytes = bytes;
            this.arrival = arrival;
        }
    }

    private final Topology topology;
    private final Path path;
    private final Deque<Chunk> chunks = new ArrayDeque<>(); // none is empty
    private int size; // of all chunks
    private long last = Path.AT_ONCE; // when the last that was sent arrives
    private boolean ended;
    private long endArrival = Path.HELD;

    BytesInFlight(Topology topology, Path path) {
        this.topology = topology;
        this.path = path;
    }

    // ---- sending

    /// Adds bytes that arrive at a time, but not before those that were sent before.
    void add(ByteBuffer bytes, long arrival) {
        last = Path.later(last, arrival);
        size += bytes.remaining();
        chunks.addLast(new Chunk(bytes, last));
    }

    /// Adds the end of the stream, likewise.
    void end(long arrival) {
        last = Path.later(last, arrival);
        endArrival = last;
        ended = true;
    }

    // ---- arriving

    int size() {
        return size;
    }

    /// How many bytes can be read.
    int arrived() {
        int arrived = 0;
        for (var chunk : chunks) {
            if (!topology.hasPassed(chunk.arrival)) {
                break;
            }
            arrived += chunk.bytes.remaining();
        }
        return arrived;
    }

    /// Whether the end has arrived, perhaps before bytes that have not been read.
    boolean hasEndArrived() {
        return topology.hasPassed(endArrival);
    }

    /// When the next piece that has not been read arrives, or has arrived.
    long nextArrival() {
        return size > 0 ? chunks.getFirst().arrival : endArrival;
    }

    /// Takes bytes that have arrived.
    int drain(byte[] into, int offset, int length) {
        int taken = 0;
        while (taken < length) {
            var bytes = chunks.getFirst().bytes;
            int n = Math.min(length - taken, bytes.remaining());
            bytes.get(into, offset + taken, n);
            taken += n;
            if (!bytes.hasRemaining()) {
                chunks.removeFirst();
            }
        }
        size -= taken;
        return taken;
    }

    void dropAll() {
        chunks.clear();
        size = 0;
    }

    // ---- what a network does to it

    /// Loses the bytes that have not arrived.
    void lose() {
        chunks.removeIf(chunk -> !topology.hasPassed(chunk.arrival));
        size = chunks.stream().mapToInt(chunk -> chunk.bytes.remaining()).sum();
    }

    /// Whether it is not known when the last that was sent arrives.
    boolean isHeld() {
        return last == Path.HELD;
    }

    /// Has nobody know when that arrives which has not.
    void hold() {
        for (var chunk : chunks) {
            if (!topology.hasPassed(chunk.arrival)) {
                chunk.arrival = Path.HELD;
                last = Path.HELD;
            }
        }
        if (ended && !hasEndArrived()) {
            endArrival = Path.HELD;
            last = Path.HELD;
        }
    }

    /// Sends anew what was held; the end only if that is wanted.
    void sendAgain(boolean withEnd) {
        if (!isHeld()) {
            return;
        }
        last = Path.AT_ONCE;
        for (var chunk : chunks) {
            if (chunk.arrival == Path.HELD) {
                chunk.arrival = path.arrival(chunk.bytes.remaining());
            }
            chunk.arrival = last = Path.later(last, chunk.arrival);
        }
        if (withEnd && ended && endArrival == Path.HELD) {
            end(path.arrival(0));
        }
    }
}
