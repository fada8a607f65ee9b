// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.listing;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The first bytes of a body, in small letters.
final class Beginning {
    private static final int LENGTH = 1000;

    private Beginning() {}

    static String of(byte[] body) {
        int length = Math.min(LENGTH, body.length);
        return new String(body, 0, length, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }
}
