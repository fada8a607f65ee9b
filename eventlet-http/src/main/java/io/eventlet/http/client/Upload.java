// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.LimitExpired;
import io.eventlet.Timeout;
import io.eventlet.errors.Cancelled;
import io.eventlet.http.wire.ChunkedOutput;
import io.eventlet.http.wire.FixedOutput;
import io.eventlet.wait.Waits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;

/// The body of a request on its way: a green thread sends it while another thread waits for the
/// answer, and reads it.
///
/// The source is closed when all has been sent, when the rest is not wanted, or when anything has
/// failed; nobody waits for that, as it may take long. A source that fails closes the connection,
/// so that the server does not take a part for the whole. If the server takes no more the
/// connection stays open: its answer may say why.
final class Upload {
    private static final System.Logger LOGGER = System.getLogger("io.eventlet");
    private static final int PIECE = 32_768;
    private static final Duration LAST_STEPS = Duration.ofMillis(50);
    private static final Duration FAILING_WRITE = Duration.ofSeconds(10); // on a busy machine

    private final ClientConnection connection;
    private final ClientRequest request;
    private final boolean chunked;
    private final long deadline;
    private final GreenThread<?> thread;
    private volatile boolean writing; // written by the sending thread
    private volatile boolean last; // all has come from the source
    private volatile boolean whole; // all has been sent
    private volatile boolean stopped; // nobody wants the rest
    private volatile @Nullable Throwable failure;
    private volatile long end; // by the clock, if it has ended
    private final Event<Boolean> ended = new Event<>(); // whatever becomes of the source

    /// Begins to send, behind a head that has been written.
    Upload(
            ClientConnection connection,
            ClientRequest request,
            boolean chunked,
            long deadline,
            int idleMillis) {
        this.connection = connection;
        this.request = request;
        this.chunked = chunked;
        this.deadline = deadline;
        connection.beginSendingAside();
        connection.socket.expectSlowWrites(
                new TimedSocket.Limit(
                        "the server to take the body of ", request, deadline, idleMillis));
        thread = Eventlet.spawn("http-client-upload", this::run);
    }

    // ---- what the other thread asks and says

    /// Whether nothing more is sent.
    boolean hasEnded() {
        return ended.isReady();
    }

    /// When it ended.
    long end() {
        return end;
    }

    /// Whether all has been sent.
    boolean isWhole() {
        return whole;
    }

    /// Whether all has been sent. Waits a moment if just the last bytes are on their way.
    boolean isWholeSoon() {
        if (last && !whole) {
            awaitEnd(LAST_STEPS);
        }
        return whole;
    }

    /// Waits until all has been sent; throws what keeps it from that.
    void awaitWhole() throws IOException {
        boolean ignored = ended.await();
        if (!whole) {
            throw cause(new IOException("the body of the request has not been sent to its end"));
        }
    }

    /// No more is to be sent than what is just being sent.
    void stop() {
        stopped = true;
    }

    /// Ends it at once; the connection has been closed.
    void abort() {
        stopped = true;
        if (!whole) {
            thread.kill();
            noteEnd(); // it may not have begun
        }
    }

    private void awaitEnd(Duration limit) {
        try {
            boolean ignored = ended.await(limit);
        } catch (LimitExpired e) {
            // whoever waits goes on without
        }
    }

    /// What to tell of an error of the connection: if the sending has failed, that is why. Waits
    /// for it to say so: in portable mode a limit of a write closes the socket, which the reader
    /// may see first. That is a moment only if it may wait for its source, and not for the socket.
    IOException cause(IOException error) {
        if (error instanceof SocketException) {
            awaitEnd(writing ? FAILING_WRITE : LAST_STEPS);
        }
        var why = failure;
        return switch (why) {
            case null -> error;
            case Cancelled e -> new IOException("the sending of the body was ended", e);
            case Error e -> throw e;
            case RuntimeException e -> throw e;
            case IOException e -> {
                if (e != error) {
                    e.addSuppressed(error);
                }
                yield e;
            }
            default -> new IOException("the sending of the body was ended", why);
        };
    }

    // ---- the sending thread

    private void run() {
        try (var _ = deadline == Waits.NEVER ? Timeout.never() : timeout();
                var source = Objects.requireNonNull(request.body()).open()) {
            sendOrFail(source);
        } catch (Throwable e) {
            fail(e);
        } finally {
            noteEnd();
        }
    }

    /// What has failed is told before the source is closed.
    private void sendOrFail(InputStream source) {
        try {
            send(source);
        } catch (Throwable e) {
            fail(e);
        } finally {
            noteEnd();
        }
    }

    private void noteEnd() {
        if (!ended.isReady()) {
            end = Waits.clock().nanoTime();
            boolean ignored = ended.trySend(true);
        }
    }

    private Timeout timeout() {
        return Timeout.after(Connector.left(deadline), TimedSocket.Passed::new);
    }

    private void fail(Throwable error) {
        if (whole || failure != null) { // another request may have the connection already
            LOGGER.log(System.Logger.Level.DEBUG, "closing the body of " + request, error);
        } else if (!stopped) {
            failure =
                    error instanceof TimedSocket.Passed passed
                            ? connection.socket.lateToWrite(passed)
                            : error;
            if (!mayBeAnswered()) {
                connection.abort();
            }
        }
    }

    /// Whether the server has gone, or takes no more: it may have said why.
    private boolean mayBeAnswered() {
        return writing
                && (connection.socket.hasFailedToWrite()
                        || (failure instanceof SocketTimeoutException && connection.hasInput()));
    }

    private void send(InputStream source) throws IOException {
        var out = connection.out;
        if (chunked) {
            var chunks = new ChunkedOutput(out);
            if (copy(source, chunks, Long.MAX_VALUE)) {
                var trailers = request.options().trailers();
                var fields = trailers == null ? io.eventlet.http.Headers.empty() : trailers.get();
                writing = true;
                chunks.end(fields);
                finish();
            }
        } else {
            long length = Objects.requireNonNull(request.body()).length();
            var fixed = new FixedOutput(out, length);
            if (copy(source, fixed, length)) {
                fixed.close();
                finish();
            }
        }
    }

    private void finish() throws IOException {
        last = true;
        writing = true;
        connection.out.flush();
        connection.endSendingAside();
        whole = true;
    }

    /// Copies up to the end, or a length; false if nobody wants the rest.
    private boolean copy(InputStream source, OutputStream out, long length) throws IOException {
        var piece = new byte[Math.clamp(length, 1, PIECE)];
        long left = length;
        if (source.available() == 0) {
            flush(out); // the server may answer the head
        }
        while (left > 0 && !stopped) {
            int n = source.read(piece, 0, (int) Math.min(piece.length, left));
            if (n < 0) {
                return true;
            }
            left -= n;
            last = left == 0;
            writing = true;
            out.write(piece, 0, n);
            if (left > 0 && source.available() == 0) { // it may be long until there is more
                out.flush();
            }
            writing = false;
        }
        return left == 0;
    }

    private void flush(OutputStream out) throws IOException {
        writing = true;
        out.flush();
        writing = false;
    }
}
