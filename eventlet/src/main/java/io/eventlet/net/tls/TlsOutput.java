// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import io.eventlet.poll.Endpoint;
import io.eventlet.wait.Mutex;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// The sending side of a TLS connection: packets that were made and are on their way.
///
/// Making a packet never waits, sending does. A send that is cancelled leaves what it has not sent
/// in the queue, in front of what comes later, so that the stream of packets stays whole.
/// Thread-safe.
final class TlsOutput {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final Endpoint endpoint;
    private final ReentrantLock lock = new ReentrantLock(); // never held while waiting
    private final Mutex sending = // for whoever hands bytes to the endpoint
            new Mutex() {
                @Override
                public String toString() {
                    return "mutex of sends to TLS over " + endpoint;
                }
            };
    private @Nullable Chunk first; // guarded by lock
    private @Nullable Chunk last; // guarded by lock
    private int packet = PacketBuffers.PACKET; // guarded by lock: what wrap() wants room for
    private final AtomicInteger pending = new AtomicInteger(); // the bytes in all chunks

    /// Packets that follow each other.
    private static final class Chunk {
        final byte[] bytes;
        int start; // guarded by lock
        int end; // guarded by lock
        @Nullable Chunk next; // guarded by lock

        Chunk(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    TlsOutput(SSLEngine engine, Endpoint endpoint) {
        this.engine = engine;
        this.endpoint = endpoint;
    }

    /// How many bytes are on their way.
    int pending() {
        return pending.get();
    }

    /// Has the engine make a packet: of what it has to say itself, or of the source.
    SSLEngineResult wrap(ByteBuffer source) throws SSLException {
        lock.lock();
        try {
            while (true) {
                var chunk = roomyChunk();
                var into = ByteBuffer.wrap(chunk.bytes, chunk.end, chunk.bytes.length - chunk.end);
                var result = engine.wrap(source, into);
                if (result.getStatus() != SSLEngineResult.Status.BUFFER_OVERFLOW) {
                    chunk.end += result.bytesProduced();
                    pending.addAndGet(result.bytesProduced());
                    return result;
                }
                packet = Math.max(packet + 1, engine.getSession().getPacketBufferSize());
            }
        } finally {
            dropEmpty();
            lock.unlock();
        }
    }

    /// Has the engine make packets of all that it has to say itself.
    void wrapOwn() throws SSLException {
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            var result = wrapNothing();
            if (result.getStatus() == SSLEngineResult.Status.CLOSED
                    && result.bytesProduced() == 0) {
                return;
            }
        }
    }

    /// Has the engine make a packet of what it has to say itself.
    SSLEngineResult wrapNothing() throws SSLException {
        return wrap(NOTHING);
    }

    private Chunk roomyChunk() {
        var tail = last;
        if (tail != null && tail.bytes.length - tail.end >= packet) {
            return tail;
        }
        var chunk = new Chunk(PacketBuffers.take(packet));
        if (tail == null) {
            first = chunk;
        } else {
            tail.next = chunk;
        }
        last = chunk;
        return chunk;
    }

    /// Takes out chunks in the front that have been sent, or that nothing came to be in.
    private void dropEmpty() {
        while (first != null && first.start == first.end) {
            PacketBuffers.giveBack(first.bytes);
            first = first.next;
            if (first == null) {
                last = null;
            }
        }
    }

    /// Sends what is on its way, by a deadline.
    void flush(long deadline) throws IOException {
        while (pending.get() > 0) {
            if (!sending.acquire(deadline)) {
                throw new SocketTimeoutException("Write timed out");
            }
            send(deadline);
        }
    }

    /// Sends what is on its way as far as that goes by a deadline, unless somebody else is at it.
    /// True if all is sent.
    boolean tryFlush(long deadline) throws IOException {
        while (pending.get() > 0
                && sending.tryAcquire()) { // again: somebody may have added meanwhile
            try {
                send(deadline);
            } catch (SocketTimeoutException e) {
                return false;
            }
        }
        return pending.get() == 0;
    }

    private void send(long deadline) throws IOException {
        try {
            while (true) {
                Chunk chunk;
                int length;
                lock.lock();
                try {
                    chunk = first;
                    if (chunk == null) {
                        return;
                    }
                    length = chunk.end - chunk.start;
                } finally {
                    lock.unlock();
                }
                int sent = endpoint.write(chunk.bytes, chunk.start, length, deadline);
                lock.lock();
                try {
                    chunk.start += sent;
                    pending.addAndGet(-sent);
                    dropEmpty();
                } finally {
                    lock.unlock();
                }
            }
        } finally {
            sending.release();
        }
    }
}
