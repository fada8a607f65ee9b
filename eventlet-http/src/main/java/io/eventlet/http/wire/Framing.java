// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.BadMessage;
import io.eventlet.http.Headers;
import io.eventlet.http.syntax.Fields;

/// How the body of a message ends, and what becomes of the connection (RFC 9112, 6 and 9): its
/// length, or chunks. Whatever two readers could understand in two ways is refused.
///
/// `length` is the body's, or [#CHUNKED], or [#NOT_GIVEN].
public record Framing(long length, boolean keepAlive) {
    /// The body comes in chunks.
    public static final long CHUNKED = -1;

    /// Neither length nor chunks: no body in a request, and in a response all up to the end.
    public static final long NOT_GIVEN = -2;

    private static final int BAD_REQUEST = 400;
    private static final int NOT_IMPLEMENTED = 501;

    public static Framing of(Headers headers, int minorVersion) throws BadMessage {
        var fields = headers.fields();
        long length = NOT_GIVEN;
        int codings = -1;
        boolean close = false;
        boolean keep = false;
        for (int i = 0; i < fields.count(); i++) {
            switch (fields.nameLength(i)) { // most names are told apart by that
                case 10 -> {
                    if (fields.isNamed(i, "Connection")) {
                        close |= fields.hasMember(i, "close");
                        keep |= fields.hasMember(i, "keep-alive");
                    }
                }
                case 14 -> {
                    if (fields.isNamed(i, "Content-Length")) {
                        length = length(fields, i, length);
                    }
                }
                case 17 -> {
                    if (codings < 0 && fields.isNamed(i, "Transfer-Encoding")) {
                        codings = i;
                    }
                }
                default -> {}
            }
        }
        if (codings >= 0) {
            checkCodings(headers, length, minorVersion);
            length = CHUNKED;
        }
        return new Framing(length, !close && (minorVersion > 0 || keep));
    }

    private static long length(Fields fields, int i, long before) throws BadMessage {
        if (before != NOT_GIVEN) {
            throw new BadMessage(BAD_REQUEST, "more than one Content-Length");
        }
        long length = fields.decimal(i);
        if (length < 0) {
            throw new BadMessage(BAD_REQUEST, "Content-Length is not a plain number");
        }
        return length;
    }

    /// Whether trailers have a field that would frame the body, which they may not: RFC 9110,
    /// 6.5.1.
    static boolean isAmong(Headers trailers) {
        return trailers.contains("Content-Length") || trailers.contains("Transfer-Encoding");
    }

    private static void checkCodings(Headers headers, long length, int minorVersion)
            throws BadMessage {
        if (length != NOT_GIVEN) {
            throw new BadMessage(BAD_REQUEST, "both Content-Length and Transfer-Encoding");
        }
        if (minorVersion == 0) {
            throw new BadMessage(BAD_REQUEST, "Transfer-Encoding in HTTP/1.0");
        }
        var codings = String.join(",", headers.all("Transfer-Encoding")).split(",", -1);
        for (int i = 0; i < codings.length; i++) {
            var coding = codings[i].strip();
            boolean chunked = coding.equalsIgnoreCase("chunked");
            if (coding.isEmpty()) { // legal, and read in many ways
                throw new BadMessage(BAD_REQUEST, "Transfer-Encoding with an empty member");
            }
            if (chunked != (i == codings.length - 1)) {
                throw new BadMessage(
                        BAD_REQUEST, "the last Transfer-Encoding, and no other, must be chunked");
            }
        }
        if (codings.length > 1) {
            throw new BadMessage(
                    NOT_IMPLEMENTED, "Transfer-Encoding other than chunked is not known here");
        }
    }
}
