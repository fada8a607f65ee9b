// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import io.eventlet.http.Headers;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// What a response of the status 206 has of something: one part, or several with headings between
/// them (RFC 9110, 15.3.7).
record PartialContent(Headers headers, List<FileStream.Piece> pieces) {

    /// @param parts at least one
    /// @param whole the fields of a response with all of it
    /// @param size of all of it
    static PartialContent of(List<ByteRanges.Part> parts, Headers whole, long size) {
        return parts.size() == 1
                ? single(parts.getFirst(), whole, size)
                : multiple(parts, whole, size);
    }

    private static PartialContent single(ByteRanges.Part part, Headers whole, long size) {
        return new PartialContent(
                whole.and("Content-Range", part.of(size)),
                List.of(new FileStream.Piece("", part.from(), part.length())));
    }

    private static PartialContent multiple(List<ByteRanges.Part> parts, Headers whole, long size) {
        var random = ThreadLocalRandom.current();
        var boundary = "%016x%016x".formatted(random.nextLong(), random.nextLong());
        var type = whole.get("Content-Type", ContentTypes.UNKNOWN);
        var pieces = new ArrayList<FileStream.Piece>();
        for (var part : parts) {
            var heading =
                    "\r\n--%s\r\nContent-Type: %s\r\nContent-Range: %s\r\n\r\n"
                            .formatted(boundary, type, part.of(size));
            pieces.add(new FileStream.Piece(heading, part.from(), part.length()));
        }
        pieces.add(new FileStream.Piece("\r\n--" + boundary + "--\r\n", 0, 0));
        return new PartialContent(
                whole.with("Content-Type", "multipart/byteranges; boundary=" + boundary),
                List.copyOf(pieces));
    }

    /// Of the body.
    long length() {
        long length = 0;
        for (var piece : pieces) {
            length += piece.heading().length() + piece.length();
        }
        return length;
    }

    /// Writes the body, out of the content of which these are parts.
    void write(OutputStream out, byte[] content) throws IOException {
        for (var piece : pieces) {
            out.write(piece.headingBytes());
            out.write(content, (int) piece.from(), (int) piece.length());
        }
    }
}
