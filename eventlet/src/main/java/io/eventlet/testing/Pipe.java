// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import io.eventlet.hub.WaitQueue;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// One direction of a connection: a bounded buffer between one reader and one writer.
final class Pipe {
    /// How one of the two stands to the pipe.
    private enum Side {
        /// Reads, or writes.
        OPEN,
        /// Has shut down this direction and keeps the other.
        SHUT,
        /// Has closed the connection.
        CLOSED,
        /// Has closed the connection without care for what is under way.
        RESET
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final WaitQueue waiters = new WaitQueue(lock, this); // the reader or the writer
    private final int capacity;
    private final Deque<ByteBuffer> chunks = new ArrayDeque<>(); // guarded by lock; none is empty
    private int size; // guarded by lock: of all chunks
    private Side reader = Side.OPEN; // guarded by lock
    private Side writer = Side.OPEN; // guarded by lock

    Pipe(int capacity) {
        this.capacity = capacity;
    }

    /// One attempt at an operation, under the lock: its result, or [#MUST_WAIT].
    private interface Attempt {
        int make() throws IOException;
    }

    private static final int MUST_WAIT = -2;

    private int perform(Attempt attempt, long deadline, String timedOut) throws IOException {
        while (true) {
            WaitQueue.Waiter waiter;
            lock.lock();
            try {
                int result = attempt.make();
                if (result != MUST_WAIT) {
                    waiters.wakeAll(null);
                    return result;
                }
                waiter = waiters.add(null);
            } finally {
                lock.unlock();
            }
            if (!waiter.await(deadline)) {
                throw new SocketTimeoutException(timedOut);
            }
        }
    }

    int read(byte[] into, int offset, int length, long deadline) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        return perform(() -> take(into, offset, length), deadline, "Read timed out");
    }

    private int take(byte[] into, int offset, int length) throws IOException {
        if (reader == Side.CLOSED) {
            throw new SocketException("Socket closed");
        }
        if (length == 0) {
            return 0;
        }
        if (reader == Side.SHUT) {
            return -1;
        }
        if (size == 0) {
            return switch (writer) {
                case OPEN -> MUST_WAIT;
                case SHUT, CLOSED -> -1;
                case RESET -> throw new SocketException("Connection reset");
            };
        }
        int taken = 0;
        while (taken < length && !chunks.isEmpty()) {
            var chunk = chunks.getFirst();
            int n = Math.min(length - taken, chunk.remaining());
            chunk.get(into, offset + taken, n);
            taken += n;
            if (!chunk.hasRemaining()) {
                chunks.removeFirst();
            }
        }
        size -= taken;
        return taken;
    }

    int write(byte[] from, int offset, int length, long deadline) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        return perform(() -> put(from, offset, length), deadline, "Write timed out");
    }

    private int put(byte[] from, int offset, int length) throws IOException {
        if (writer == Side.CLOSED || writer == Side.RESET) {
            throw new SocketException("Socket closed");
        }
        if (length == 0) {
            return 0;
        }
        if (writer == Side.SHUT || reader == Side.CLOSED) {
            throw new SocketException("Broken pipe");
        }
        if (reader == Side.SHUT) {
            return length; // received, and dropped
        }
        if (size == capacity) {
            return MUST_WAIT;
        }
        int n = Math.min(length, capacity - size);
        chunks.addLast(ByteBuffer.wrap(Arrays.copyOfRange(from, offset, offset + n)));
        size += n;
        return n;
    }

    int available() {
        lock.lock();
        try {
            return reader == Side.OPEN ? size : 0;
        } finally {
            lock.unlock();
        }
    }

    /// The writer will write no more; what is under way still arrives.
    void endWriting() {
        change(() -> writer = writer == Side.OPEN ? Side.SHUT : writer);
    }

    /// The reader will read no more; what comes is dropped.
    void stopReading() {
        change(() -> {
            reader = reader == Side.OPEN ? Side.SHUT : reader;
            dropAll();
        });
    }

    /// The writer has gone, with a reset or without; the first time counts.
    void closeForWriter(boolean reset) {
        change(() -> {
            if (writer == Side.OPEN || writer == Side.SHUT) {
                writer = reset ? Side.RESET : Side.CLOSED;
            }
        });
    }

    /// The reader has gone: true if it left something unread.
    boolean closeForReader() {
        lock.lock();
        try {
            boolean unread = size > 0;
            reader = Side.CLOSED;
            dropAll();
            waiters.wakeAll(null);
            return unread;
        } finally {
            lock.unlock();
        }
    }

    private void dropAll() {
        chunks.clear();
        size = 0;
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            waiters.wakeAll(null);
        } finally {
            lock.unlock();
        }
    }
}
