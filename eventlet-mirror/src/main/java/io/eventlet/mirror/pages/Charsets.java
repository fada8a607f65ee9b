// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;

/// The charsets that servers name.
final class Charsets {
    private Charsets() {}

    static boolean isOne(String name) {
        try {
            return !name.isEmpty() && Charset.isSupported(name);
        } catch (IllegalCharsetNameException e) {
            return false;
        }
    }

    /// The one of this name; UTF-8 if there is none.
    static Charset of(String name) {
        return isOne(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
    }
}
