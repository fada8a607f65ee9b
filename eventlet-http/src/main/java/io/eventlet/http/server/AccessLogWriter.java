// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// An access log that a platform thread writes to a stream, a line for each request, so that no hub
/// waits for a disk.
///
/// ```java
/// try (var log = AccessLogWriter.open(AccessLogFormat.COMBINED, stream);
///         var server = HttpServer.builder(handler).accessLog(log).port(8080).start()) {
///     server.await();
/// }
/// ```
///
/// At most 65,536 lines wait to be written; those beyond that are dropped and counted. If a write
/// fails, that is logged once, and what waits is dropped until one succeeds. Closing it writes what
/// waits, and does not close the stream.
public final class AccessLogWriter implements AccessLog, Closeable {
    private static final System.Logger LOGGER = System.getLogger("io.eventlet");
    private static final int MOST_WAITING = 1 << 16;
    private static final int FLUSH = 1 << 13;

    private final AccessLogFormat format;
    private final OutputStream stream;
    private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger(); // of waiting, at least
    private final AtomicLong dropped = new AtomicLong();
    private final Thread writer;
    private volatile boolean parked;
    private volatile boolean closed;
    private boolean failing; // writer only

    private AccessLogWriter(AccessLogFormat format, OutputStream stream) {
        this.format = format;
        this.stream = stream;
        writer = Thread.ofPlatform().daemon().name("access log").unstarted(this::run);
    }

    /// Starts to write to a stream.
    public static AccessLogWriter open(AccessLogFormat format, OutputStream stream) {
        var log = new AccessLogWriter(format, stream);
        log.writer.start();
        return log;
    }

    @Override
    public void log(Entry entry) {
        if (closed || count.incrementAndGet() > MOST_WAITING) {
            count.decrementAndGet();
            dropped.incrementAndGet();
            return;
        }
        waiting.add(entry);
        if (parked) {
            LockSupport.unpark(writer);
        }
    }

    /// How many lines were dropped.
    public long dropped() {
        return dropped.get();
    }

    private void run() {
        var lines = new StringBuilder();
        while (true) {
            boolean last = closed; // read before the queue is found empty
            for (var next = waiting.poll(); next != null; next = waiting.poll()) {
                count.decrementAndGet();
                format.append(next, lines);
                if (lines.length() > FLUSH) {
                    write(lines);
                }
            }
            write(lines);
            if (last) {
                return;
            }
            parked = true;
            if (waiting.isEmpty() && !closed) {
                LockSupport.park(this);
            }
            parked = false;
        }
    }

    private void write(StringBuilder lines) {
        if (lines.isEmpty()) {
            return;
        }
        try {
            stream.write(lines.toString().getBytes(StandardCharsets.UTF_8));
            stream.flush();
            failing = false;
        } catch (IOException e) {
            dropped.addAndGet(lines.chars().filter(c -> c == '\n').count());
            if (!failing) {
                LOGGER.log(System.Logger.Level.WARNING, "the access log cannot be written", e);
            }
            failing = true;
        }
        lines.setLength(0);
    }

    /// Writes what waits; waits for that.
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(writer);
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
