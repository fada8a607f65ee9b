// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import java.util.ArrayList;
import java.util.List;

/// The attribute `srcset`: URLs with what they are for, between commas, which URLs may have as well
/// (but not at their ends).
final class SourceSet {
    private SourceSet() {}

    static List<String> of(String attribute) {
        List<String> references = new ArrayList<>();
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
            references.add(attribute.substring(i, last));
            i = last < end ? end : endOfDescriptor(attribute, end);
        }
        return references;
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
