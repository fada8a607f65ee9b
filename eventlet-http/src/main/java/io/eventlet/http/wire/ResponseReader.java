// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.BadMessage;
import io.eventlet.http.Headers;
import io.eventlet.http.syntax.Bytes;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// Reads the heads of responses (RFC 9112, 4).
public final class ResponseReader {
    private static final int BAD_GATEWAY = 502;
    private static final int STATUS = 9; // behind HTTP/1.1 and a space
    private static final int STATUS_END = 12;
    private static final int LONGEST_SHOWN = 80;

    private final Input in;
    private final Limits limits;

    public ResponseReader(Input in, Limits limits) {
        this.in = in;
        this.limits = limits;
    }

    /// The next head; null if the connection ends before it begins. Throws [BadMessage] for what is
    /// no response, `EOFException` at the end within one. A folded field is read as one line, with
    /// spaces in the place of its line ends (RFC 9112, 5.2).
    public @Nullable ResponseHead read() throws IOException {
        if (!in.has(0)) {
            return null;
        }
        var fields = new FieldReader(in, limits);
        int end = fields.lineEnd(0, limits.startLine(), BAD_GATEWAY, "the status line");
        int minor = FieldReader.minorVersion(in, 0, Math.min(end, STATUS - 1));
        int status = status(end);
        if (minor < 0 || status < 0) {
            throw new BadMessage(BAD_GATEWAY, "not a status line: " + shown(end));
        }
        int length = fields.readUnfolded(end + 2);
        var reason = "";
        if (end > STATUS_END) {
            int base = in.position;
            reason = Bytes.text(in.buffer, base + STATUS_END + 1, base + end);
        }
        var headers = new Headers(fields.take(end + 2, length));
        return new ResponseHead(minor, status, reason, headers);
    }

    /// Three digits of which the first is not zero, between a space and another or the end; else
    /// -1. The space without a reason is often left out.
    private int status(int end) {
        if (end < STATUS_END
                || in.at(STATUS - 1) != ' '
                || in.at(STATUS) == '0'
                || (end > STATUS_END && in.at(STATUS_END) != ' ')) {
            return -1;
        }
        int status = 0;
        for (int i = STATUS; i < STATUS_END; i++) {
            int digit = in.at(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            status = status * 10 + digit;
        }
        return status;
    }

    private String shown(int end) {
        int base = in.position;
        return end <= LONGEST_SHOWN
                ? Bytes.text(in.buffer, base, base + end)
                : Bytes.text(in.buffer, base, base + LONGEST_SHOWN) + "…";
    }
}
