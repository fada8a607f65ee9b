// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;

/// References as pages have them, and the form of URLs in which each is asked for once.
///
/// Made equal are what every server takes as equal: the case of scheme and host, the port of the
/// scheme, a fragment (all by [HttpUrl]), dot segments, and the case of escapes in the path. No
/// escape is made or undone, and no query is touched.
public final class References {
    private References() {}

    /// What a reference leads to; null if that is no URL of HTTP, or the page itself.
    static @Nullable HttpUrl resolve(HttpUrl base, String reference) {
        var text = withoutLineEnds(reference.strip());
        if (text.isEmpty() || text.startsWith("#")) {
            return null;
        }
        try {
            return normalised(base.resolve(text));
        } catch (IllegalArgumentException e) {
            return null; // of another scheme, or none at all
        }
    }

    /// Browsers leave out tabs and line ends, wherever they are.
    private static String withoutLineEnds(String text) {
        return text.chars().noneMatch(c -> c == '\t' || c == '\n' || c == '\r')
                ? text
                : text.replaceAll("[\t\n\r]", "");
    }

    /// The same URL in the form in which it is asked for.
    public static HttpUrl normalised(HttpUrl url) {
        var path = url.path();
        if (path.indexOf('%') < 0 && !path.contains("/.")) {
            return url;
        }
        var query = url.query();
        var target = "/." + escapesInCapitals(path) + (query == null ? "" : "?" + query);
        return url.resolve(target); // "/." so that no path is taken for a host
    }

    private static String escapesInCapitals(String path) {
        var result = new StringBuilder(path);
        for (int i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 1)) {
            if (i + 2 < path.length() && isHex(path.charAt(i + 1)) && isHex(path.charAt(i + 2))) {
                result.setCharAt(i + 1, Character.toUpperCase(path.charAt(i + 1)));
                result.setCharAt(i + 2, Character.toUpperCase(path.charAt(i + 2)));
            }
        }
        return result.toString();
    }

    private static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
}
