// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import io.eventlet.Event;
import io.eventlet.wait.Mutex;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// An input stream that a platform thread reads for those who wait here: for streams whose reads
/// would keep a hub, such as standard input, a terminal or a file that is a device.
///
/// ```java
/// var lines = new BufferedReader(new InputStreamReader(OffloadedInput.standard()));
/// String line = lines.readLine(); // only this green thread waits
/// ```
///
/// Nothing is read before somebody asks for it. A [io.eventlet.Timeout] or a kill ends a wait and
/// loses nothing: the read goes on, and whoever reads next gets what it brings. Threads that read
/// at the same time take turns. Each stream that somebody waits for has a thread to itself, a
/// daemon, so that many of them do not hold up each other, nor the threads of an [Offload].
public final class OffloadedInput extends InputStream {
    private static final int MOST = 8192;

    /// Threads as long as there is something to read.
    private static final class Readers {
        static final ExecutorService THREADS =
                new ThreadPoolExecutor(
                        0,
                        Integer.MAX_VALUE,
                        1,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        Thread.ofPlatform()
                                .daemon()
                                .inheritInheritableThreadLocals(false)
                                .name("eventlet-input-", 1)
                                .factory());
    }

    private static final class Standard {
        static final OffloadedInput INPUT = new OffloadedInput(System.in, false);
    }

    /// What a read has brought.
    private static final class Brought {
        static final Brought END = new Brought(new byte[0], -1, null);

        final byte[] bytes;
        final int length;
        final @Nullable Throwable error;

        Brought(byte[] bytes, int length, @Nullable Throwable error) {
            this.bytes = bytes;
            this.length = length;
            this.error = error;
        }
    }

    private final InputStream from;
    private final boolean closes;
    private final Mutex turn =
            new Mutex() {
                @Override
                public String toString() {
                    return "mutex of reads of offloaded " + from;
                }
            };
    private volatile @Nullable Event<Brought>
            asked; // a read that nobody has taken; who has the turn
    private byte[] left = new byte[0]; // who has the turn
    private int at; // who has the turn
    private volatile int available; // of what is left
    private volatile boolean closed;

    private OffloadedInput(InputStream from, boolean closes) {
        this.from = from;
        this.closes = closes;
    }

    /// Reads a stream, which nobody else is to read meanwhile.
    public static OffloadedInput of(InputStream stream) {
        return new OffloadedInput(Objects.requireNonNull(stream), true);
    }

    /// Standard input, as `System.in` was when this was first asked for. Closing it does nothing.
    public static OffloadedInput standard() {
        return Standard.INPUT;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        turn.acquire();
        try {
            return available > 0 ? take(into, offset, length) : await(into, offset, length);
        } finally {
            turn.release();
        }
    }

    private int await(byte[] into, int offset, int length) throws IOException {
        ensureOpen();
        var event = asked;
        if (event == null) {
            event = ask(Math.min(length, MOST));
        }
        var brought = event.await();
        asked = null;
        ensureOpen();
        switch (brought.error) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IOException(brought.error);
        }
        if (brought.length <= 0) {
            return brought.length;
        }
        left = brought.bytes;
        at = 0;
        available = brought.length;
        return take(into, offset, length);
    }

    private Event<Brought> ask(int length) {
        var event = new Event<Brought>();
        Readers.THREADS.execute(() -> event.trySend(bring(length)));
        asked = event;
        if (closed) { // whoever closed it did not see the event
            boolean ignored = event.trySend(Brought.END);
        }
        return event;
    }

    private Brought bring(int length) {
        try {
            var bytes = new byte[length];
            return new Brought(bytes, from.read(bytes), null);
        } catch (Throwable e) {
            return new Brought(new byte[0], 0, e);
        }
    }

    private int take(byte[] into, int offset, int length) {
        int there = available;
        int n = Math.min(length, there);
        System.arraycopy(left, at, into, offset, n);
        at += n;
        available = there - n;
        return n;
    }

    private void ensureOpen() throws IOException {
        if (closed) {
            throw new IOException("Stream closed");
        }
    }

    /// How many bytes are there that a read has brought already.
    @Override
    public int available() throws IOException {
        ensureOpen();
        return available;
    }

    /// Ends the waits of others with an `IOException`. The stream behind it is closed by another
    /// thread, since that may have to wait for a read.
    @Override
    public void close() {
        if (!closes || closed) {
            return;
        }
        closed = true;
        var event = asked;
        if (event != null) {
            boolean ignored = event.trySend(Brought.END);
        }
        Readers.THREADS.execute(() -> {
            try {
                from.close();
            } catch (IOException e) { // what was read has been read
                System.getLogger("io.eventlet")
                        .log(System.Logger.Level.DEBUG, "an input that was closed", e);
            }
        });
    }
}
