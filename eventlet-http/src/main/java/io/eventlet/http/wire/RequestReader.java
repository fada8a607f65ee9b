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
    private static final int NOT_IMPLEMENTED = 501;
    private static final int VERSION_NOT_SUPPORTED = 505;
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
        int end = lineEnd(fields);
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

    /// What is too long decides: 414 for a target, 501 for a method, as nobody implements such a
    /// one (RFC 9112, 3).
    private int lineEnd(FieldReader fields) throws IOException {
        int most = limits.startLine();
        try {
            return fields.lineEnd(0, most, URI_TOO_LONG, "the request line");
        } catch (BadMessage e) {
            if (e.status() == URI_TOO_LONG && tokenEnd(most) == most) {
                throw new BadMessage(
                        NOT_IMPLEMENTED, "the method is longer than %d bytes".formatted(most));
            }
            throw e;
        }
    }

    private int tokenEnd(int end) {
        int at = 0;
        while (at < end && Bytes.isToken(in.at(at))) {
            at++;
        }
        return at;
    }

    private int methodEnd(int end) throws BadMessage {
        int at = tokenEnd(end);
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
        int major = FieldReader.majorVersion(in, start, end);
        if (major < 0) {
            throw new BadMessage(BAD_REQUEST, "the request line does not end with HTTP/1.1");
        }
        if (major != 1) {
            throw new BadMessage(
                    VERSION_NOT_SUPPORTED, "HTTP/%d is not spoken here".formatted(major));
        }
        return FieldReader.minorVersion(in, start, end);
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
