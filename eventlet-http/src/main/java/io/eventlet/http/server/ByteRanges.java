// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// The field `Range`, in bytes (RFC 9110, 14.1 and 14.2).
final class ByteRanges {
    private static final String UNIT = "bytes=";

    private ByteRanges() {}

    /// A part of something.
    record Part(long from, long length) {
        /// The value of `Content-Range`.
        String of(long size) {
            return "bytes " + from + "-" + (from + length - 1) + "/" + size;
        }
    }

    /// The parts of so many bytes that are asked for, in their order; none if there is nothing of
    /// what is asked for. Null if the field is not to be heeded: it is of another unit or not well
    /// formed, or asks for more parts than `most`, or for more bytes than there are, by parts that
    /// overlap, or of nothing.
    static @Nullable List<Part> of(String field, long size, int most) {
        if (size == 0 || !field.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return null;
        }
        var parts = new ArrayList<Part>();
        long total = 0;
        int count = 0;
        for (var text : field.substring(UNIT.length()).split(",", -1)) {
            var range = text.strip();
            if (range.isEmpty()) { // as lists may have
                continue;
            }
            var part = part(range, size);
            if (part == null || ++count > most) {
                return null;
            }
            if (part.length > 0) {
                parts.add(part);
                total += part.length;
            }
        }
        return count == 0 || total > size ? null : parts;
    }

    /// Of no bytes if there is nothing of it; null if it is not well formed.
    private static @Nullable Part part(String range, long size) {
        int dash = range.indexOf('-');
        if (dash < 0) {
            return null;
        }
        long first = number(range, 0, dash);
        long last = number(range, dash + 1, range.length());
        if (dash == 0) {
            return last < 0 ? null : new Part(Math.max(0, size - last), Math.min(last, size));
        }
        boolean isOpen = dash + 1 == range.length();
        if (first < 0 || (!isOpen && last < first)) {
            return null;
        }
        if (first >= size) {
            return new Part(0, 0);
        }
        return new Part(first, (isOpen ? size : Math.min(last + 1, size)) - first);
    }

    /// The number in a part of a text, at most one that is beyond every file; -1 if it is none.
    private static long number(String text, int from, int to) {
        long n = from == to ? -1 : 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            n = Math.min(n * 10 + digit, Long.MAX_VALUE / 100);
        }
        return n;
    }
}
