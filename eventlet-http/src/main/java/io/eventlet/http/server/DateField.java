// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// The field `Date`, made once a second.
final class DateField {
    private static volatile DateField last = new DateField(-1, new byte[0]);

    private final long second;
    private final byte[] line;

    private DateField(long second, byte[] line) {
        this.second = second;
        this.line = line;
    }

    /// With its line end.
    static byte[] now() {
        long second = System.currentTimeMillis() / 1000;
        var known = last;
        if (known.second != second) {
            var text = "Date: " + HttpDate.format(Instant.ofEpochSecond(second)) + "\r\n";
            known = new DateField(second, text.getBytes(StandardCharsets.US_ASCII));
            last = known;
        }
        return known.line;
    }
}
