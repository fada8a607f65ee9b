// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.http.Headers;
import io.eventlet.http.wire.ChunkedOutput;
import io.eventlet.http.wire.FixedOutput;
import io.eventlet.http.wire.Output;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Writes one response: what frames it, its fields and its body (RFC 9112, 6).
final class ResponseWriter {
    private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
    private static final byte[] UPGRADE = ascii("Connection: Upgrade\r\n");
    private static final byte[] LINE_END = ascii("\r\n");
    private static final long UNKNOWN = -1;
    private static final int PIECE = 1 << 15;

    private final Output out;
    private final Request request;
    private final Response response;
    private final String serverField;
    private final long length; // of the body, or of the one that is left out
    private final boolean hasBody;
    private boolean keepAlive;
    private long bodyStart = Long.MAX_VALUE;

    /// Throws an `IllegalArgumentException` if the response cannot be framed as it is.
    ResponseWriter(
            Output out, Request request, Response response, String serverField, boolean keepAlive) {
        this.out = out;
        this.request = request;
        this.response = response;
        this.serverField = serverField;
        int status = response.status();
        hasBody = status >= 200 && status != 204 && status != 304 && !isUpgrade();
        length = length(response, request.isMethod("HEAD") || status == 304);
        this.keepAlive =
                keepAlive
                        && !response.headers().hasToken("Connection", "close")
                        && (length != UNKNOWN || isChunked() || !hasBody);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static long length(Response response, boolean bodyIsLeftOut) {
        long length = response.body().length();
        var fields = response.headers().fields();
        int at = fields.find("Content-Length", 0);
        if (at < 0) {
            return length;
        }
        long said = fields.decimal(at);
        boolean isOpen =
                length == UNKNOWN
                        || (response.body() instanceof ResponseBody.None && bodyIsLeftOut);
        if (said < 0 || fields.find("Content-Length", at + 1) >= 0 || (!isOpen && said != length)) {
            throw new IllegalArgumentException(
                    "Content-Length %s of a body of %d bytes"
                            .formatted(
                                    String.join(", ", response.headers().all("Content-Length")),
                                    length));
        }
        return said;
    }

    private boolean isUpgrade() {
        return response.body() instanceof ResponseBody.Upgrade;
    }

    private boolean isChunked() {
        return hasBody && length == UNKNOWN && request.minorVersion() > 0;
    }

    boolean isKeptAlive() {
        return keepAlive;
    }

    /// Whether nothing but the end of the connection ends the body.
    boolean endsWithConnection() {
        return hasBody && length == UNKNOWN && !isChunked();
    }

    void write() throws IOException {
        writeHead();
        bodyStart = out.written();
        if (!hasBody || request.isMethod("HEAD")) {
            closeBody();
        } else {
            writeBody();
        }
    }

    private void writeHead() throws IOException {
        var headers = response.headers();
        out.write(StatusLine.of(response.status()));
        out.write(sendable(headers));
        if (!headers.contains("Date")) {
            out.write(DateField.now());
        }
        if (!serverField.isEmpty() && !headers.contains("Server")) {
            out.write(serverField);
        }
        if (isChunked()) {
            out.write(CHUNKED);
        } else if (hasBody && length != UNKNOWN && !headers.contains("Content-Length")) {
            out.write(CONTENT_LENGTH);
            out.writeDecimal(length);
            out.write(LINE_END);
        }
        writeConnection();
        out.write(LINE_END);
    }

    private Headers sendable(Headers headers) {
        var left = headers.contains("Connection") ? headers.without("Connection") : headers;
        return response.status() == 204 ? left.without("Content-Length") : left; // RFC 9110, 8.6
    }

    private void writeConnection() throws IOException {
        if (response.status() == 101) {
            out.write(UPGRADE);
        } else if (!isUpgrade() && !keepAlive) {
            out.write(CLOSE);
        } else if (!isUpgrade() && request.minorVersion() == 0) {
            out.write(KEEP_ALIVE);
        }
    }

    private void writeBody() throws IOException {
        if (response.body() instanceof ResponseBody.Bytes whole) {
            out.write(whole.bytes());
            return;
        }
        if (isChunked()) {
            var chunks = new ChunkedOutput(out);
            writeTo(chunks);
            var trailers = response.trailers();
            chunks.end(trailers == null ? Headers.empty() : trailers.get());
        } else if (length == UNKNOWN) {
            writeTo(new UnframedOutput(out));
        } else if (response.body() instanceof ResponseBody.Stream(var stream, _)
                && stream instanceof FileStream file
                && request.timedSocket().sendsFiles()) {
            send(file);
        } else {
            var fixed = new FixedOutput(out, length);
            writeTo(fixed);
            fixed.close();
        }
    }

    private void writeTo(OutputStream to) throws IOException {
        switch (response.body()) {
            case ResponseBody.Written written -> written.writer().writeTo(new UnclosedOutput(to));
            case ResponseBody.Stream stream -> copy(stream.stream(), to);
            default -> {}
        }
    }

    private void copy(InputStream from, OutputStream to) throws IOException {
        try (from) {
            int size = from instanceof FileStream file ? file.pieceSize() : PIECE;
            var piece = new byte[length == UNKNOWN ? size : Math.clamp(length, 1, size)];
            long left = length == UNKNOWN ? Long.MAX_VALUE : length;
            if (left > 0 && !(from instanceof FileStream) && from.available() == 0) {
                to.flush(); // the head, which may be awaited before there is more
            }
            while (left > 0) {
                int n = from.read(piece, 0, (int) Math.min(left, piece.length));
                if (n < 0) {
                    if (length != UNKNOWN) {
                        throw new EOFException(
                                "a body has %d bytes less than its length, %d"
                                        .formatted(left, length));
                    }
                    return;
                }
                to.write(piece, 0, n);
                left -= n;
                if (left > 0 && from.available() == 0) {
                    to.flush(); // what comes is passed on as it comes
                }
            }
        }
    }

    /// As [#copy], past the buffers where that can be.
    private void send(FileStream file) throws IOException {
        try (file) {
            byte[] piece = null;
            for (long left = length; left > 0; ) {
                int n = file.sendTo(out, request.timedSocket());
                if (n == 0) {
                    piece = piece == null ? new byte[Math.clamp(left, 1, file.pieceSize())] : piece;
                    n = file.read(piece, 0, (int) Math.min(left, piece.length));
                    if (n < 0) {
                        throw new EOFException("%d bytes of a file are missing".formatted(left));
                    }
                    out.write(piece, 0, n);
                }
                left -= n;
            }
        }
    }

    /// Closes a body that is not sent.
    void closeBody() throws IOException {
        if (response.body() instanceof ResponseBody.Stream stream) {
            stream.stream().close();
        }
    }

    /// Bytes of the body that were written, with what frames its chunks.
    long bodyBytes() {
        return Math.max(0, out.written() - bodyStart);
    }

    @Nullable UpgradeHandler upgrade() {
        return response.body() instanceof ResponseBody.Upgrade upgrade ? upgrade.handler() : null;
    }

    /// A body up to the end of the connection.
    private static final class UnframedOutput extends OutputStream {
        private final Output out;

        UnframedOutput(Output out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            out.write(from, offset, length);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }

    /// What a writer gets: that it closes the stream does not end the response.
    private static final class UnclosedOutput extends OutputStream {
        private final OutputStream out;

        UnclosedOutput(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            out.write(from, offset, length);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.flush();
        }
    }
}
