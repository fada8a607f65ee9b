// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.scope;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A pattern for names as wget has it: with `*`, `?` or `[…]` for the whole name, else for its end.
record NamePattern(String text, Pattern pattern) {
    /// Throws an `IllegalArgumentException` if no name can ever match.
    static NamePattern of(String text) {
        if (text.indexOf('/') >= 0) {
            throw new IllegalArgumentException("no name of a file has a slash: '" + text + "'");
        }
        return new NamePattern(
                text, isGlob(text) ? glob(text) : compiled(".*" + Pattern.quote(text)));
    }

    /// As [#of], but for the whole name in any case; escapes of URLs are undone if there is nothing
    /// else in it.
    static NamePattern ofWholeName(String text) {
        return new NamePattern(
                text, isGlob(text) ? glob(text) : compiled(Pattern.quote(Scope.decoded(text))));
    }

    private static boolean isGlob(String text) {
        return text.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
    }

    private static Pattern glob(String text) {
        try {
            return compiled(regex(text));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("no pattern for names: '" + text + "'", e);
        }
    }

    private static Pattern compiled(String regex) {
        return Pattern.compile(regex, Pattern.DOTALL);
    }

    boolean matches(String name) {
        return pattern.matcher(name).matches();
    }

    private static String regex(String glob) {
        var regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            int end = c == '[' ? glob.indexOf(']', i + 2) : -1;
            if (c == '*') {
                regex.append(".*");
            } else if (c == '?') {
                regex.append('.');
            } else if (end > 0) {
                regex.append(set(glob.substring(i + 1, end)));
                i = end;
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }

    private static String set(String members) {
        boolean not = members.startsWith("!") || members.startsWith("^");
        var own = (not ? members.substring(1) : members).replaceAll("[\\\\\\[\\]&^]", "\\\\$0");
        return "[" + (not ? "^" : "") + own + "]";
    }
}
