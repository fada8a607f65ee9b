// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import org.jspecify.annotations.Nullable;

import java.util.regex.Pattern;

/// The field `Content-Range` of a part: its first and last byte, and the length of the whole, which
/// is -1 if that was not said.
record ContentRange(long first, long last, long length) {
    private static final Pattern FORM =
            Pattern.compile("\\s*bytes\\s+(\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)\\s*");

    /// Null if it is none, or contradicts itself.
    static @Nullable ContentRange of(@Nullable String field) {
        var form = FORM.matcher(field == null ? "" : field);
        if (!form.matches()) {
            return null;
        }
        long first = Long.parseLong(form.group(1));
        long last = Long.parseLong(form.group(2));
        long length = form.group(3).equals("*") ? -1 : Long.parseLong(form.group(3));
        return last < first || (length >= 0 && last >= length)
                ? null
                : new ContentRange(first, last, length);
    }

    /// Whether it is all from a byte to the end.
    boolean isRestFrom(long from) {
        return first == from && (length < 0 || last == length - 1);
    }
}
