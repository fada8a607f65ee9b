// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.tls;

import io.eventlet.errors.ConcurrentUse;
import io.eventlet.poll.Endpoint;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/// The side of a TLS connection that reads: one thread at a time, which also does what the peer's
/// packets ask for.
final class TlsReading {
    /// What the peer may leave unread of answers that nobody here asked for.
    private static final int MAX_UNASKED = 1 << 16;

    private static final byte[] NOTHING = {};

    private final TlsConnection connection;
    private final SSLEngine engine;
    private final Endpoint endpoint;
    private final TlsInput input;
    private final TlsOutput output;
    private final TlsTasks tasks;
    private final AtomicReference<@Nullable Thread> reader = new AtomicReference<>();
    private boolean ended; // the reader: the peer says no more
    private @Nullable IOException unsent; // the reader: why what is left for the peer cannot go

    TlsReading(
            TlsConnection connection,
            SSLEngine engine,
            Endpoint endpoint,
            TlsInput input,
            TlsOutput output,
            TlsTasks tasks) {
        this.connection = connection;
        this.engine = engine;
        this.endpoint = endpoint;
        this.input = input;
        this.output = output;
        this.tasks = tasks;
    }

    /// Reads after the handshake, as the one thread that does.
    int read(byte[] into, int offset, int length, long deadline) throws IOException {
        beginRead();
        try {
            connection.ensureUsable();
            while (length > 0) {
                int n = input.take(into, offset, length);
                if (n > 0) {
                    return n;
                }
                if (ended) {
                    return -1;
                }
                n = receiveWhileOpen(into, offset, length, deadline);
                if (n > 0) {
                    return n;
                }
            }
            return 0;
        } catch (SSLException e) {
            throw connection.failed(e);
        } finally {
            reader.set(null);
        }
    }

    /// Waits until a read has something, as the one thread that reads.
    void awaitReadable(long deadline) throws IOException {
        beginRead();
        try {
            connection.ensureUsable();
            while (input.plain() == 0 && !ended) {
                int ignored = receiveWhileOpen(NOTHING, 0, 0, deadline);
            }
        } catch (SSLException e) {
            throw connection.failed(e);
        } finally {
            reader.set(null);
        }
    }

    private void beginRead() {
        var first = reader.compareAndExchange(null, Thread.currentThread());
        if (first != null) {
            throw new ConcurrentUse("a read", connection, first);
        }
    }

    private int receiveWhileOpen(byte[] into, int offset, int length, long deadline)
            throws IOException {
        int n = receive(into, offset, length, deadline);
        if (connection.isClosedAlone()) {
            readToGoodbye(
                    Waits.deadlineAfter(TlsConnection.CLOSE_NANOS)); // what follows is not TLS
            throw new SocketException("Socket closed");
        }
        return n;
    }

    /// Whether no data will come any more and none is left. Opens the packets that are there,
    /// unless another thread reads, which is told itself.
    boolean isPeerGone() {
        boolean opens =
                connection.isNegotiated()
                        && !Waits.isCancelled(); // which ends a read in the past, too
        if (opens && !reader.compareAndSet(null, Thread.currentThread())) {
            return false;
        }
        try {
            return opens ? isAtEnd() : endpoint.isPeerGone();
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        } finally {
            reader.compareAndSet(Thread.currentThread(), null);
        }
    }

    private boolean isAtEnd() throws IOException {
        connection.ensureUsable();
        try {
            while (!ended && input.plain() == 0) {
                int ignored = receive(NOTHING, 0, 0, TlsConnection.now());
            }
            return input.plain() == 0;
        } catch (SSLException e) {
            throw connection.failed(e);
        }
    }

    /// Opens a packet, or receives more of it: the number of bytes that it put in the array.
    private int receive(byte[] into, int offset, int length, long deadline) throws IOException {
        var result = input.unwrap(into, offset, length);
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
            result = input.unwrap();
        }
        switch (result.getStatus()) {
            case OK -> {}
            case BUFFER_OVERFLOW -> throw new SSLException("A packet that is too large");
            case BUFFER_UNDERFLOW -> {
                makeWayForReading(deadline);
                if (!input.fill(deadline)) {
                    end();
                }
                return 0;
            }
            case CLOSED -> ended = true;
        }
        answer(result);
        return input.plain() > 0 ? 0 : result.bytesProduced();
    }

    /// Sends what is left from others, if that goes without waiting: they may wait for us to read.
    private void makeWayForReading(long deadline) throws IOException {
        if (output.pending() > 0) {
            trySend();
        }
        if (output.pending() > MAX_UNASKED) {
            output.flush(deadline);
        }
    }

    /// Sends what is left, as far as that neither waits nor keeps us from reading: there may be
    /// more to read of a peer that takes nothing any more.
    private void trySend() throws SSLException {
        if (Waits.isCancelled()) { // which is for a wait
            return;
        }
        try {
            if (output.tryFlush(TlsConnection.now())) {
                unsent = null;
            }
        } catch (SSLException e) { // of TLS below ours
            throw e;
        } catch (IOException e) { // a writer meets it too
            unsent = unsent == null ? e : unsent;
        }
    }

    /// The stream ended without a word of goodbye.
    private void end() throws IOException {
        if (unsent != null) { // by a reset, of which the kernel tells once
            throw unsent;
        }
        ended = true;
        try {
            engine.closeInbound();
        } catch (SSLException e) { // that is what it complains about; others leave it to the user
            return;
        }
    }

    /// Does what a packet asked of the engine.
    private void answer(SSLEngineResult result) throws SSLException {
        switch (result.getHandshakeStatus()) {
            case FINISHED, NOT_HANDSHAKING, NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {}
            case NEED_TASK, NEED_WRAP -> {
                tasks.run();
                output.wrapOwn();
                if (result.bytesProduced() == 0) { // else the caller gets them first
                    trySend();
                }
            }
        }
    }

    /// Reads on until the peer has said goodbye too: what follows is not TLS. A thread that reads
    /// already does so itself.
    void awaitGoodbye(long deadline) throws IOException {
        if (!reader.compareAndSet(null, Thread.currentThread())) {
            return;
        }
        try {
            readToGoodbye(deadline);
        } finally {
            reader.set(null);
        }
    }

    private void readToGoodbye(long deadline) throws IOException {
        var dropped = new byte[PacketBuffers.PACKET];
        while (!ended && connection.isNegotiated()) {
            int ignored = receive(dropped, 0, dropped.length, deadline);
            ignored = input.take(dropped, 0, dropped.length);
        }
    }

    /// The kernel resets a connection that is closed with bytes unread, and drops what it has still
    /// to send.
    void dropUnread() throws IOException {
        var before = reader.compareAndExchange(null, Thread.currentThread());
        if (before != null && before != Thread.currentThread()) {
            return;
        }
        try {
            input.dropUnread(TlsConnection.now());
        } finally {
            reader.set(before);
        }
    }
}
