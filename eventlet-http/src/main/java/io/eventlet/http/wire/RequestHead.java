// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import io.eventlet.http.BadMessage;
import io.eventlet.http.Headers;

/// The first part of a request: method, target as it was sent, minor version of HTTP/1, fields.
public record RequestHead(String method, String target, int minorVersion, Headers headers) {
    private static final int EXPECTATION_FAILED = 417;

    /// Whether the client waits for a status of 100 before it sends the body (RFC 9110, 10.1.1). A
    /// client of HTTP/1.0 does not. Throws [BadMessage] for any other expectation.
    public boolean expectsContinue() throws BadMessage {
        if (minorVersion == 0 || !headers.contains("Expect")) {
            return false;
        }
        boolean expected = false;
        for (var member : String.join(",", headers.all("Expect")).split(",", -1)) {
            var expectation = member.strip();
            if (expectation.equalsIgnoreCase("100-continue")) {
                expected = true;
            } else if (!expectation.isEmpty()) {
                throw new BadMessage(EXPECTATION_FAILED, "Expect with another than 100-continue");
            }
        }
        return expected;
    }
}
