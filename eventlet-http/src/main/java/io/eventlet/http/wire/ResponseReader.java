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
    private static final int STATUS_END = 12; // HTTP/1.1 200

    private final Input in;
    private final Limits limits;

    public ResponseReader(Input in, Limits limits) {
        this.in = in;
        this.limits = limits;
    }

    /// The next head; null if the connection ends before it begins. Throws [BadMessage] for what is
    /// no response, `EOFException` at the end within one.
    public @Nullable ResponseHead read() throws IOException {
        if (!in.has(0)) {
            return null;
        }
        var fields = new FieldReader(in, limits);
        int end = fields.lineEnd(0, limits.startLine(), BAD_GATEWAY, "the status line");
        var line = Bytes.text(in.buffer, in.position, in.position + end);
        if (!line.matches("HTTP/1\\.[0-9] [1-9][0-9][0-9]( .*)?")) {
            throw new BadMessage(BAD_GATEWAY, "not a status line: " + shown(line));
        }
        int length = fields.readFields(end + 2);
        var headers = new Headers(fields.take(end + 2, length));
        int status = Integer.parseInt(line, STATUS_END - 3, STATUS_END, 10);
        var reason = line.length() > STATUS_END ? line.substring(STATUS_END + 1) : "";
        return new ResponseHead(line.charAt(7) - '0', status, reason, headers);
    }

    private static String shown(String line) {
        return line.length() <= 80 ? line : line.substring(0, 80) + "…";
    }
}
