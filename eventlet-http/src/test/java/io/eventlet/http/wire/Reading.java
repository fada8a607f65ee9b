// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.BadMessage;
import io.eventlet.http.Headers;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What was read from a peer, one message after another, and how it ended: so many of them came
/// whole, which all do but the last one.
record Reading(List<Message> messages, int whole, String end) {
    private static final int MOST_MESSAGES = 10_000;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    /// A message that was read, whole or up to where it broke. The start is what its first line
    /// says; `trailers` is null if it is not in chunks.
    record Message(
            String start,
            Headers headers,
            String meaning,
            String body,
            @Nullable Headers trailers) {}

    static Reading ofRequests(Input in, Limits limits, int piece) throws IOException {
        return read(in, limits, piece, Reading::nextRequest);
    }

    static Reading ofResponses(Input in, Limits limits, int piece) throws IOException {
        return read(in, limits, piece, Reading::nextResponse);
    }

    /// As the client reads, which guesses.
    static Reading ofOddResponses(Input in, Limits limits, int piece) throws IOException {
        return read(in, limits, piece, Reading::nextOddResponse);
    }

    private interface Next {
        /// A head with how its body ends; null at the end.
        @Nullable Head read(Input in, Limits limits) throws IOException;
    }

    private record Head(
            String start, Headers headers, String meaning, Framing framing, boolean isRequest) {}

    private static @Nullable Head nextRequest(Input in, Limits limits) throws IOException {
        var head = new RequestReader(in, limits).read();
        if (head == null) {
            return null;
        }
        var start = "%s %s HTTP/1.%d".formatted(head.method(), head.target(), head.minorVersion());
        var framing = Framing.of(head.headers(), head.minorVersion());
        var meaning = Target.of(head) + " " + head.expectsContinue() + " " + framing;
        return new Head(start, head.headers(), meaning, framing, true);
    }

    private static @Nullable Head nextResponse(Input in, Limits limits) throws IOException {
        var head = new ResponseReader(in, limits).read();
        if (head == null) {
            return null;
        }
        var start = "HTTP/1.%d %d %s".formatted(head.minorVersion(), head.status(), head.reason());
        var framing = Framing.of(head.headers(), head.minorVersion());
        if (head.status() < 200 || head.status() == NO_CONTENT || head.status() == NOT_MODIFIED) {
            framing = new Framing(0, framing.keepAlive());
        }
        return new Head(start, head.headers(), framing.toString(), framing, false);
    }

    private static @Nullable Head nextOddResponse(Input in, Limits limits) throws IOException {
        var head = LenientReader.read(in, limits);
        if (head == null) {
            return null;
        }
        var start = "HTTP/1.%d %d %s".formatted(head.minorVersion(), head.status(), head.reason());
        var framing = ResponseFraming.of(head, false);
        return new Head(start, head.headers(), framing.toString(), framing, false);
    }

    private static Reading read(Input in, Limits limits, int piece, Next next) throws IOException {
        var messages = new ArrayList<Message>();
        int whole = 0;
        try {
            while (true) {
                var head = next.read(in, limits);
                if (head == null) {
                    return new Reading(messages, whole, "end");
                }
                if (messages.size() == MOST_MESSAGES) {
                    throw new IllegalStateException("read on and on");
                }
                readBody(head, in, limits, piece, messages);
                whole++;
            }
        } catch (BadMessage e) {
            var why = "refused with %d: %s".formatted(e.status(), e.getMessage());
            return new Reading(messages, whole, why);
        } catch (EOFException e) {
            return new Reading(messages, whole, "cut: " + e.getMessage());
        }
    }

    private static void readBody(
            Head head, Input in, Limits limits, int piece, List<Message> messages)
            throws IOException {
        var body = body(head, in, limits);
        var read = new ByteArrayOutputStream();
        try {
            readAll(body, read, piece);
        } finally {
            messages.add(
                    new Message(
                            head.start,
                            head.headers,
                            head.meaning,
                            read.toString(StandardCharsets.ISO_8859_1),
                            body instanceof ChunkedBody chunks ? chunks.trailers() : null));
        }
    }

    private static InputStream body(Head head, Input in, Limits limits) {
        long length = head.framing.length();
        if (length == Framing.CHUNKED) {
            return new ChunkedBody(in, limits);
        }
        if (length >= 0) {
            return new FixedBody(in, length);
        }
        return head.isRequest ? new FixedBody(in, 0) : new InputBytes(in);
    }

    /// In pieces of a length; byte by byte with the method for that if it is 0.
    private static void readAll(InputStream body, ByteArrayOutputStream into, int piece)
            throws IOException {
        if (piece == 0) {
            for (int b = body.read(); b >= 0; b = body.read()) {
                into.write(b);
            }
            return;
        }
        var bytes = new byte[piece];
        for (int n = body.read(bytes); n >= 0; n = body.read(bytes)) {
            if (n == 0) {
                throw new IllegalStateException("nothing was read");
            }
            into.write(bytes, 0, n);
        }
    }

    /// What came whole, and nothing after it.
    Reading wholeOnes() {
        return new Reading(messages.subList(0, whole), whole, "end");
    }

    /// The messages that came whole, as they would be sent on.
    byte[] written() throws IOException {
        var wire = new ByteArrayOutputStream();
        var out = new Output(wire::write, new byte[64]);
        for (var message : messages.subList(0, whole)) {
            out.write(message.start);
            out.write("\r\n");
            out.write(message.headers);
            out.write("\r\n");
            var body = message.body.getBytes(StandardCharsets.ISO_8859_1);
            if (message.trailers != null) {
                var chunks = new ChunkedOutput(out);
                chunks.write(body);
                chunks.end(message.trailers);
            } else {
                try (var fixed = new FixedOutput(out, body.length)) {
                    fixed.write(body);
                }
            }
        }
        out.flush();
        return wire.toByteArray();
    }
}
