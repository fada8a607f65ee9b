// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

/// The attribute `srcset`: URLs with what they are for, between commas, which URLs may have as well
/// (but not at their ends).
final class SourceSet {
    private SourceSet() {}

    /// Is told where one of its URLs is.
    interface Found {
        void at(int from, int to);
    }

    static void read(String attribute, Found found) {
        int i = 0;
        while (i < attribute.length()) {
            char c = attribute.charAt(i);
            if (c == ',' || Character.isWhitespace(c)) {
                i++;
                continue;
            }
            int end = i;
            while (end < attribute.length() && !Character.isWhitespace(attribute.charAt(end))) {
                end++;
            }
            int last = end;
            while (attribute.charAt(last - 1) == ',') {
                last--;
            }
            found.at(i, last);
            i = last < end ? end : endOfDescriptor(attribute, end);
        }
    }

    /// Commas in parentheses do not end it.
    private static int endOfDescriptor(String attribute, int from) {
        int depth = 0;
        for (int i = from; i < attribute.length(); i++) {
            char c = attribute.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (c == ',' && depth <= 0) {
                return i;
            }
        }
        return attribute.length();
    }
}
