// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import io.eventlet.http.client.HttpUrl;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What a style sheet needs: `url(…)` and `@import`, outside of comments and other strings.
final class StyleLinks {
    private final String style;
    private final List<String> references = new ArrayList<>();
    private int at;

    private StyleLinks(String style) {
        this.style = style;
    }

    static List<HttpUrl> of(HttpUrl base, String style) {
        var links = new StyleLinks(style);
        links.read();
        Set<HttpUrl> urls = new LinkedHashSet<>();
        for (var reference : links.references) {
            var url = References.resolve(base, reference);
            if (url != null) {
                urls.add(url);
            }
        }
        return List.copyOf(urls);
    }

    private void read() {
        boolean imports = false;
        while (at < style.length()) {
            char c = style.charAt(at);
            if (style.startsWith("/*", at)) {
                int end = style.indexOf("*/", at + 2);
                at = end < 0 ? style.length() : end + 2;
            } else if (isHere("@import")) {
                at += "@import".length();
                imports = true;
            } else if (isHere("url(")) {
                at += "url(".length();
                references.add(inParentheses());
                imports = false;
            } else if (c == '"' || c == '\'') {
                var text = string();
                if (imports) {
                    references.add(text);
                }
                imports = false;
            } else {
                imports &= Character.isWhitespace(c);
                at++;
            }
        }
    }

    private boolean isHere(String word) {
        return style.regionMatches(true, at, word, 0, word.length());
    }

    private String inParentheses() {
        while (at < style.length() && Character.isWhitespace(style.charAt(at))) {
            at++;
        }
        if (at < style.length() && (style.charAt(at) == '"' || style.charAt(at) == '\'')) {
            return string();
        }
        return upTo(')').strip();
    }

    private String string() {
        return upTo(style.charAt(at++));
    }

    /// The text up to a character, without escapes, and goes behind it. A line end in a string ends
    /// it, as a browser has it.
    private String upTo(char end) {
        var text = new StringBuilder();
        while (at < style.length()) {
            char c = style.charAt(at++);
            if (c == end || (c == '\n' && end != ')')) {
                break;
            }
            if (c == '\\' && at < style.length()) {
                escape(text);
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private void escape(StringBuilder text) {
        int first = at;
        int code = 0;
        while (at < style.length()
                && at < first + 6
                && Character.digit(style.charAt(at), 16) >= 0) {
            code = 16 * code + Character.digit(style.charAt(at++), 16);
        }
        if (at == first) {
            char c = style.charAt(at++);
            if (c != '\n') {
                text.append(c);
            }
            return;
        }
        if (at < style.length() && Character.isWhitespace(style.charAt(at))) {
            at++;
        }
        if (Character.isValidCodePoint(code) && code > 0) {
            text.appendCodePoint(code);
        }
    }
}
