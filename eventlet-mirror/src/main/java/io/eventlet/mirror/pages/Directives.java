// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import java.util.List;
import java.util.Locale;

/// What a page says to robots: by `meta name=robots`, or by the field `X-Robots-Tag`.
public final class Directives {
    private Directives() {}

    /// Whether the links of the page must not be followed.
    static boolean isNofollow(String content) {
        return content
                .toLowerCase(Locale.ROOT)
                .transform(small -> List.of(small.split("[,\\s]+")))
                .stream()
                .anyMatch(word -> word.equals("nofollow") || word.equals("none"));
    }

    /// As [#isNofollow(String)], for the values of the field: a directive may be for one robot,
    /// `name: nofollow`.
    ///
    /// @param agent the name of this one, in small letters
    public static boolean isNofollow(List<String> fields, String agent) {
        for (var field : fields) {
            int colon = field.indexOf(':');
            var name = colon < 0 ? "" : field.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            boolean ours =
                    name.isEmpty()
                            || name.equals(agent)
                            || name.indexOf(',') >= 0
                            || name.equals("unavailable_after");
            if (ours && isNofollow(field.substring(name.equals(agent) ? colon + 1 : 0))) {
                return true;
            }
        }
        return false;
    }
}
