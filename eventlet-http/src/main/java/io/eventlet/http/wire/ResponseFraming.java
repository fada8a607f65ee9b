// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.BadMessage;
import io.eventlet.http.Headers;

import java.util.ArrayList;
import java.util.List;

/// How the body of a response ends, as a client has it (RFC 9112, 6.3). More is let pass than of a
/// request, as the RFC allows, since nobody else reads the same bytes: equal lengths that are
/// repeated, chunks together with a length, chunks of HTTP/1.0. The connection is not used again
/// after what is odd.
public final class ResponseFraming {
    private static final int BAD_GATEWAY = 502;

    private ResponseFraming() {}

    /// Of the answer to a request, by HEAD or by another method; length 0 if it has no body.
    public static Framing of(ResponseHead head, boolean toHead) throws BadMessage {
        var headers = head.headers();
        int status = head.status();
        boolean close = headers.hasToken("Connection", "close");
        boolean keepAlive =
                !close && (head.minorVersion() > 0 || headers.hasToken("Connection", "keep-alive"));
        if (toHead || status < 200 || status == 204 || status == 304) {
            return new Framing(0, keepAlive);
        }
        var codings = codings(headers);
        boolean sized = headers.contains("Content-Length");
        if (codings.isEmpty()) {
            return sized
                    ? new Framing(length(headers), keepAlive)
                    : new Framing(Framing.NOT_GIVEN, false);
        }
        if (!codings.getLast().equalsIgnoreCase("chunked")) {
            throw new BadMessage(
                    BAD_GATEWAY, "a Transfer-Encoding that nobody asked for: " + codings);
        }
        if (codings.size() > 1) {
            throw new BadMessage(
                    BAD_GATEWAY, "Transfer-Encoding other than chunked is not known here");
        }
        return new Framing(Framing.CHUNKED, keepAlive && !sized && head.minorVersion() > 0);
    }

    private static List<String> codings(Headers headers) {
        var codings = new ArrayList<String>();
        if (headers.contains("Transfer-Encoding")) {
            for (var coding : String.join(",", headers.all("Transfer-Encoding")).split(",", -1)) {
                var name = coding.strip();
                if (!name.isEmpty() && !name.equalsIgnoreCase("identity")) {
                    codings.add(name);
                }
            }
        }
        return codings;
    }

    private static long length(Headers headers) throws BadMessage {
        var fields = headers.fields();
        int first = fields.find("Content-Length", 0);
        long length = fields.decimal(first);
        if (length >= 0 && fields.find("Content-Length", first + 1) < 0) {
            return length;
        }
        String same = null;
        for (var member : String.join(",", headers.all("Content-Length")).split(",", -1)) {
            var digits = member.strip();
            if (!digits.matches("[0-9]{1,18}") || (same != null && !same.equals(digits))) {
                throw new BadMessage(
                        BAD_GATEWAY,
                        "Content-Length is not a number: " + headers.all("Content-Length"));
            }
            same = digits;
        }
        return Long.parseLong(java.util.Objects.requireNonNull(same));
    }
}
