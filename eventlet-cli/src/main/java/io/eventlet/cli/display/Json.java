// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.display;

import java.nio.charset.Charset;

/// JSON on its way to a stream.
public final class Json {
    private Json() {}

    private static final char FIRST_CONTROL = 0x7f; // of those that JSON leaves as they are
    private static final char BEHIND_CONTROLS = 0xa0;

    /// The same JSON, in which what the encoding of the stream has no character for is escaped: a
    /// stream would put a question mark in its place. So are control characters, which a terminal
    /// may obey: names of files come from elsewhere.
    public static String encodable(String json, Charset charset) {
        if (!charset.canEncode()) {
            return json;
        }
        var encoder = charset.newEncoder();
        if (encoder.canEncode(json) && json.chars().noneMatch(Json::isControl)) {
            return json;
        }
        var text = new StringBuilder(json.length() + 16);
        json.codePoints()
                .forEach(point -> {
                    var character = Character.toString(point);
                    if (encoder.canEncode(character) && !isControl(point)) {
                        text.append(character);
                    } else {
                        character.chars().forEach(c -> text.append("\\u%04x".formatted(c)));
                    }
                });
        return text.toString();
    }

    private static boolean isControl(int point) {
        return point >= FIRST_CONTROL && point < BEHIND_CONTROLS;
    }
}
