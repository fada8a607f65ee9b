// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.pages.Reference.Use;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// References as pages have them, and the form of URLs in which each is asked for once.
///
/// Made equal are what every server takes as equal: the case of scheme and host, the port of the
/// scheme, a fragment (all by [HttpUrl]), dot segments, also those with escapes, and the case of
/// escapes in the path. No other escape is made or undone, and no query is touched.
public final class References {
    private static final Pattern DOTS =
            Pattern.compile("(?<=/)(?:\\.|%2e){1,2}(?=/|\\z)", Pattern.CASE_INSENSITIVE);
    private static final int LONGEST = 8192; // characters

    private References() {}

    /// What a reference leads to; null if that is no URL of HTTP, or the page itself.
    static @Nullable HttpUrl resolve(HttpUrl base, String reference) {
        if (reference.length() > LONGEST) {
            return null; // of no server, and a page may have very many
        }
        var text = withSlashes(withoutLineEnds(reference.strip()));
        if (text.isEmpty() || text.startsWith("#")) {
            return null;
        }
        try {
            return normalised(base.resolve(text));
        } catch (IllegalArgumentException e) {
            return null; // of another scheme, or none at all
        }
    }

    /// What a reference of a page leads to, as [#resolve]. With a base, what leads to the page
    /// itself leads to the base.
    static @Nullable HttpUrl meant(HttpUrl base, boolean hasBase, Reference reference) {
        var text = reference.text();
        boolean isLink = reference.use() == Use.LINK || reference.use() == Use.NOFOLLOW;
        boolean isHere = text.startsWith("#") || (text.isEmpty() && isLink);
        return isHere && hasBase ? base : resolve(base, text);
    }

    /// Browsers take a backslash for a slash, but in queries and fragments.
    private static String withSlashes(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        int end = 0;
        while (end < text.length() && text.charAt(end) != '?' && text.charAt(end) != '#') {
            end++;
        }
        return text.substring(0, end).replace('\\', '/') + text.substring(end);
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
        var dots = DOTS.matcher(path).replaceAll(match -> ".".repeat(dots(match.group())));
        var target = "/." + escapesInCapitals(dots) + (query == null ? "" : "?" + query);
        return url.resolve(target); // "/." so that no path is taken for a host
    }

    private static int dots(String segment) {
        int escapes = (int) segment.chars().filter(c -> c == '%').count();
        return segment.length() - 2 * escapes;
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

    /// A fragment without anything that a page would have to escape.
    static String escaped(String fragment) {
        var result = new StringBuilder();
        for (byte b : fragment.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 0x7f && "\"<>`'()\\".indexOf(b) < 0) {
                result.append((char) b);
            } else if (b != '\t' && b != '\n' && b != '\r') {
                result.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return result.toString();
    }

    private static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
}
