// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import java.util.List;

/// Lists of entity tags in `If-Match` and `If-None-Match` (RFC 9110, 8.8.3 and 13.1).
final class EntityTags {
    private EntityTags() {}

    /// Whether a strong tag is in the lists, or one of them is `*`. A weak tag in a list is equal
    /// to it only if `weakly`. What is no tag ends its list.
    static boolean contains(List<String> lists, String tag, boolean weakly) {
        for (var list : lists) {
            if (list.equals("*") || contains(list, tag, weakly)) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(String list, String tag, boolean weakly) {
        int at = 0;
        while (at < list.length()) {
            char c = list.charAt(at);
            if (c == ',' || c == ' ' || c == '\t') {
                at++;
                continue;
            }
            boolean isWeak = list.startsWith("W/", at);
            int start = isWeak ? at + 2 : at;
            int end = start < list.length() ? list.indexOf('"', start + 1) : -1;
            if (end < 0 || list.charAt(start) != '"') {
                return false;
            }
            at = end + 1;
            boolean isEqual = at - start == tag.length() && list.startsWith(tag, start);
            if (isEqual && (weakly || !isWeak)) {
                return true;
            }
        }
        return false;
    }
}
