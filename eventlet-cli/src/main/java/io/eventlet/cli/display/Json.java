// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.display;

import java.nio.charset.Charset;

/// JSON on its way to a stream.
public final class Json {
    private Json() {}

    /// The same JSON, in which what the encoding of the stream has no character for is escaped: a
    /// stream would put a question mark in its place.
    public static String encodable(String json, Charset charset) {
        if (!charset.canEncode()) {
            return json;
        }
        var encoder = charset.newEncoder();
        if (encoder.canEncode(json)) {
            return json;
        }
        var text = new StringBuilder(json.length() + 16);
        json.chars()
                .forEach(unit -> {
                    // Half of a pair is none by itself, and is escaped like any other.
                    if (encoder.canEncode((char) unit)) {
                        text.append((char) unit);
                    } else {
                        text.append("\\u%04x".formatted(unit));
                    }
                });
        return text.toString();
    }
}
