// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.eventlet.Timeout;
import io.eventlet.http.UpgradedConnection;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/// Messages to and from a peer, in both directions at once.
///
/// ```java
/// Message message;
/// while ((message = socket.receive()) != null) {
///     switch (message) {
///         case Message.Text(var text) -> socket.send("You said: " + text);
///         case Message.Binary(var bytes) -> socket.send(bytes);
///     }
/// }
/// ```
///
/// All threads may use it. A message is sent whole before the next, and each is received by one
/// thread. Sending waits while the peer takes nothing; who does not receive has the peer wait.
/// Pings are answered while somebody receives, and the end is only seen then.
///
/// A [Timeout] or a kill may end a wait to receive at any byte, and nothing is lost: the next
/// [#receive()] goes on (in hub mode; in portable mode the JDK closes the socket). One that ends a
/// send ends the WebSocket, since nobody knows how much the peer has got.
public final class WebSocket implements AutoCloseable {
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final int MOST_TO_DRAIN = 1 << 24;

    private final UpgradedConnection connection;
    private final boolean isClient;
    private final @Nullable String protocol;
    private final WebSocketSettings settings;
    private final Silence silence;
    private final Incoming incoming; // by who has `reading`
    private final Outgoing outgoing;
    private final Turn reading = new Turn("reading");
    private final AtomicReference<@Nullable End> end = new AtomicReference<>();
    private @Nullable MessageInput stream; // by who has `reading`

    private record End(int code, String reason) {}

    WebSocket(
            UpgradedConnection connection,
            boolean isClient,
            @Nullable Deflation deflation,
            @Nullable String protocol,
            WebSocketSettings settings)
            throws IOException {
        this.connection = connection;
        this.isClient = isClient;
        this.protocol = protocol;
        this.settings = settings;
        outgoing =
                new Outgoing(
                        connection.output(),
                        isClient,
                        deflation == null ? null : new Deflating(deflation),
                        this::drop);
        silence = new Silence(settings, connection.socket(), outgoing::tryPing);
        incoming =
                new Incoming(
                        new FrameInput(connection, !isClient, deflation != null, silence),
                        deflation == null ? null : new Inflating(deflation.keepsPeers()),
                        new Control());
    }

    /// What control frames do.
    private final class Control implements Incoming.Listener {
        @Override
        public void onPing(byte[] payload) throws IOException {
            outgoing.answer(payload);
            silence.ensureNotIdle();
        }

        @Override
        public void onPong() throws IOException {
            silence.ensureNotIdle();
        }

        @Override
        public void onMessage() {
            silence.onMessage();
        }
    }

    // ---- what it is

    /// The sub-protocol that was agreed on; null if none was.
    public @Nullable String protocol() {
        return protocol;
    }

    /// The address of the peer, or of the proxy that stands before it.
    public SocketAddress remoteAddress() {
        return connection.socket().getRemoteSocketAddress();
    }

    /// Whether messages may still be sent and received, as far as is known: false once either side
    /// has begun to close.
    public boolean isOpen() {
        return end.get() == null && !outgoing.isClosed();
    }

    /// Why it is over: the code that the peer closed with, 1005 if it gave none; 1006 if the
    /// connection ended without a close frame; what was sent to a peer that broke the protocol; 0
    /// before the end.
    public int closeCode() {
        var known = end.get();
        return known == null ? 0 : known.code;
    }

    /// The words that came with the code, for people; empty if there are none, or before the end.
    public String closeReason() {
        var known = end.get();
        return known == null ? "" : known.reason;
    }

    // ---- receiving

    /// Waits for the next message; null when it is over: the peer has closed it, or was closed and
    /// has answered, or its connection has ended, which [#closeCode()] tells apart.
    ///
    /// Throws [WebSocketClosed], once, if the peer has broken the protocol or sent a message longer
    /// than [WebSocketSettings#maxMessage()], and has been told so; other exceptions are those of
    /// the socket.
    public @Nullable Message receive() throws IOException {
        reading.acquire();
        try {
            if (end.get() != null) {
                return null;
            }
            stream = null;
            return incoming.receive(settings.maxMessage());
        } catch (IOException e) {
            endBy(e);
            return null;
        } finally {
            reading.release();
        }
    }

    /// Waits for the next message and gives it as a stream while it comes, so that it may be of any
    /// length; null when it is over. What is not read of it is passed over when the next message is
    /// asked for. Throws as [#receive()] does.
    public @Nullable MessageInput receiveStream() throws IOException {
        reading.acquire();
        try {
            if (end.get() != null) {
                return null;
            }
            incoming.begin();
            stream = new MessageInput(this, incoming.isText());
            return stream;
        } catch (IOException e) {
            endBy(e);
            return null;
        } finally {
            reading.release();
        }
    }

    int read(MessageInput of, byte[] into, int offset, int length) throws IOException {
        reading.acquire();
        try {
            if (of != stream) {
                throw new IOException("another message was asked for");
            }
            if (end.get() == null) {
                return incoming.read(into, offset, length);
            }
        } catch (IOException e) {
            if (of == stream) {
                endBy(e);
            } else {
                throw e;
            }
        } finally {
            reading.release();
        }
        throw new EOFException("the WebSocket ended within a message");
    }

    // ---- sending

    /// Sends text, waiting until the kernel has taken it. Throws [WebSocketClosed] when it is over
    /// or being closed, else what the socket throws. Unpaired surrogates are sent as `?`.
    public void send(String text) throws IOException {
        var bytes = text.getBytes(UTF_8);
        outgoing.send(Opcode.TEXT, bytes, 0, bytes.length);
    }

    /// Sends bytes, as [#send(String)] does text.
    public void send(byte[] bytes) throws IOException {
        outgoing.send(Opcode.BINARY, bytes, 0, bytes.length);
    }

    /// Sends a part of an array, as a message.
    public void send(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        outgoing.send(Opcode.BINARY, bytes, offset, length);
    }

    /// Begins a message of bytes that is sent as it is written, in fragments; closing it ends the
    /// message. Other messages wait until then.
    public OutputStream openBinary() throws IOException {
        return new MessageOutput(outgoing, Opcode.BINARY);
    }

    /// Begins a message of text, as [#openBinary()].
    public Writer openText() throws IOException {
        return new OutputStreamWriter(new MessageOutput(outgoing, Opcode.TEXT), UTF_8);
    }

    /// Sends a ping, with up to 125 bytes that the peer sends back. The settings' keep-alive does
    /// this by itself.
    public void ping(byte... payload) throws IOException {
        outgoing.control(Opcode.PING, ensureShort(payload));
    }

    /// Sends a pong that answers nothing: a sign of life that the peer does not answer.
    public void pong(byte... payload) throws IOException {
        outgoing.control(Opcode.PONG, ensureShort(payload));
    }

    private static byte[] ensureShort(byte[] payload) {
        if (payload.length > Opcode.LONGEST_CONTROL) {
            throw new IllegalArgumentException(
                    "a ping or pong has 125 bytes at most, not " + payload.length);
        }
        return payload;
    }

    // ---- the end

    /// Closes it with code 1000, as [#close(int, String)].
    @Override
    public void close() {
        close(CloseCode.NORMAL, "");
    }

    /// Tells the peer why, waits for its answer as long as the settings allow, passing over
    /// messages that are under way, and closes the connection. Does nothing if it is over; throws
    /// nothing, since [#closeCode()] tells how it went.
    ///
    /// The code is 1000 for a purpose fulfilled, 1001 for one who goes away, 1008 for a policy,
    /// 1011 for an error, 3000 to 4999 for what the two have agreed on. An
    /// `IllegalArgumentException` is thrown for one that is never sent, or a reason of more than
    /// 123 bytes.
    public void close(int code, String reason) {
        if (!CloseCode.isSent(code)) {
            throw new IllegalArgumentException("not a code to close with: " + code);
        }
        if (reason.getBytes(UTF_8).length > CloseCode.LONGEST_REASON) {
            throw new IllegalArgumentException("a reason has 123 bytes at most: " + reason);
        }
        if (end.get() != null) {
            return;
        }
        try {
            boolean ignored =
                    Timeout.silent(
                            settings.closeLimit(),
                            () -> {
                                outgoing.close(CloseCode.payload(code, reason));
                                awaitClose();
                            });
        } catch (IOException e) {
            // the peer has gone, or broken the protocol: the code is known
        } finally {
            end(CloseCode.ABNORMAL, "");
        }
    }

    private void awaitClose() throws IOException {
        reading.acquire(); // whoever receives may be told
        try {
            if (end.get() == null) {
                incoming.skipAll();
            }
        } catch (IOException e) {
            endBy(e);
        } finally {
            reading.release();
        }
    }

    /// Says goodbye without waiting for an answer: when the thread is to end, and must not wait.
    void leave(int code, String reason) {
        try {
            outgoing.tryClose(CloseCode.payload(code, reason));
        } catch (IOException e) {
            // the peer has gone
        } finally {
            end(CloseCode.ABNORMAL, "");
        }
    }

    /// Ends it for what has come, or not; throws what the reader is to know. For who has `reading`.
    private void endBy(IOException e) throws IOException {
        var message = Objects.requireNonNullElse(e.getMessage(), "");
        try {
            switch (e) {
                case CloseReceived close -> {
                    note(close.code, close.reason);
                    answerClose(close.code);
                }
                case WebSocketClosed violation -> {
                    note(violation.code(), message);
                    fail(violation.code(), message);
                    throw violation;
                }
                case Silence.Idle _ -> {
                    note(CloseCode.GOING_AWAY, "idle");
                    fail(CloseCode.GOING_AWAY, "idle");
                }
                case EOFException _ -> note(CloseCode.ABNORMAL, message);
                default -> {
                    if (note(CloseCode.ABNORMAL, "")) {
                        throw e;
                    } // else another thread has closed it
                }
            }
        } finally {
            incoming.release();
            end(CloseCode.ABNORMAL, "");
        }
    }

    private void answerClose(int code) throws IOException {
        boolean ignored =
                Timeout.silent(
                        settings.closeLimit(),
                        () -> {
                            try {
                                outgoing.close(CloseCode.echo(code));
                                if (isClient) { // the server is to close first: RFC 6455, 7.1.1
                                    incoming.drain(MOST_TO_DRAIN);
                                }
                            } catch (IOException e) {
                                // the peer does not wait for the answer
                            }
                        });
    }

    /// Tells a peer that has sent something wrong. Input that is unread would have the kernel reset
    /// the connection, and the peer might not get to know: so it is read for a while.
    private void fail(int code, String message) {
        boolean ignored =
                Timeout.silent(
                        LINGER,
                        () -> {
                            try {
                                outgoing.close(CloseCode.payload(code, message));
                                connection.socket().shutdownOutput();
                                incoming.drain(MOST_TO_DRAIN);
                            } catch (IOException e) {
                                // it has gone already
                            }
                        });
    }

    private boolean note(int code, String reason) {
        return end.compareAndSet(null, new End(code, reason));
    }

    /// A frame was sent in part.
    private void drop() {
        end(CloseCode.ABNORMAL, "");
    }

    private void end(int code, String reason) {
        boolean ignored = note(code, reason);
        outgoing.end();
        if (reading.tryAcquire()) { // else whoever has it finds out, and lets go
            incoming.release();
            reading.release();
        }
        try {
            connection.close();
        } catch (IOException e) {
            // it was closed by the peer
        }
    }

    @Override
    public String toString() {
        return "WebSocket with " + remoteAddress();
    }
}
