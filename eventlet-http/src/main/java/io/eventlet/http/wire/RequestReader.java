// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.BadMessage;
import io.eventlet.http.Headers;
import io.eventlet.http.syntax.Bytes;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// Reads the heads of requests (RFC 9112, 3).
public final class RequestReader {
    private static final int BAD_REQUEST = 400;
    private static final int URI_TOO_LONG = 414;
    private static final int VERSION_NOT_SUPPORTED = 505;
    private static final int VERSION_LENGTH = 8; // HTTP/1.1
    private static final String[] METHODS = {
        "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"
    };

    private final Input in;
    private final Limits limits;

    public RequestReader(Input in, Limits limits) {
        this.in = in;
        this.limits = limits;
    }

    /// The next head; null if the connection ends before it begins. Throws [BadMessage] for what is
    /// no request, `EOFException` at the end within one.
    public @Nullable RequestHead read() throws IOException {
        if (!in.has(0)) {
            return null;
        }
        if (in.at(0) == Bytes.CR) { // one empty line is let pass: RFC 9112, 2.2
            if (!in.has(1)) {
                return null;
            }
            if (in.at(1) != Bytes.LF) {
                throw new BadMessage(BAD_REQUEST, "CR without LF before the request line");
            }
            in.skip(2);
            if (!in.has(0)) {
                return null;
            }
        }
        var fields = new FieldReader(in, limits);
        int end = fields.lineEnd(0, limits.startLine(), URI_TOO_LONG, "the request line");
        int method = methodEnd(end);
        int target = targetEnd(method + 1, end);
        int minor = minorVersion(target + 1, end);
        int length = fields.readFields(end + 2);
        byte[] buffer = in.buffer;
        int base = in.position;
        var methodText = method(buffer, base, base + method);
        var targetText = Bytes.text(buffer, base + method + 1, base + target);
        var headers = new Headers(fields.take(end + 2, length));
        return new RequestHead(methodText, targetText, minor, headers);
    }

    private int methodEnd(int end) throws BadMessage {
        int at = 0;
        while (at < end && Bytes.isToken(in.at(at))) {
            at++;
        }
        if (at == 0 || at == end || in.at(at) != ' ') {
            throw new BadMessage(BAD_REQUEST, "the request line does not begin with a method");
        }
        return at;
    }

    private int targetEnd(int start, int end) throws BadMessage {
        int at = start;
        while (at < end && Bytes.isTarget(in.at(at))) {
            if (in.at(at) == '%'
                    && (at + 2 >= end
                            || Bytes.hex(in.at(at + 1)) < 0
                            || Bytes.hex(in.at(at + 2)) < 0)) {
                throw new BadMessage(BAD_REQUEST, "a target with % that two digits do not follow");
            }
            at++;
        }
        if (at == start || at == end || in.at(at) != ' ') {
            throw new BadMessage(
                    BAD_REQUEST, "the request line is not a method, a target and a version");
        }
        return at;
    }

    private int minorVersion(int start, int end) throws BadMessage {
        boolean isVersion =
                end - start == VERSION_LENGTH
                        && in.at(start) == 'H'
                        && in.at(start + 1) == 'T'
                        && in.at(start + 2) == 'T'
                        && in.at(start + 3) == 'P'
                        && in.at(start + 4) == '/'
                        && isDigit(in.at(start + 5))
                        && in.at(start + 6) == '.'
                        && isDigit(in.at(start + 7));
        if (!isVersion) {
            throw new BadMessage(BAD_REQUEST, "the request line does not end with HTTP/1.1");
        }
        if (in.at(start + 5) != '1') {
            throw new BadMessage(
                    VERSION_NOT_SUPPORTED,
                    "HTTP/%c is not spoken here".formatted(in.at(start + 5)));
        }
        return in.at(start + 7) - '0';
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static String method(byte[] buffer, int from, int to) {
        for (var known : METHODS) {
            if (known.length() == to - from && isExactly(buffer, from, known)) {
                return known;
            }
        }
        return Bytes.text(buffer, from, to);
    }

    private static boolean isExactly(byte[] buffer, int from, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (buffer[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
