// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.scope;

import java.util.regex.Pattern;

/// A pattern for names as wget has it: with `*`, `?` or `[…]` for the whole name, else for its end.
record NamePattern(String text, Pattern pattern) {
    static NamePattern of(String text) {
        boolean whole = text.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
        return new NamePattern(
                text,
                Pattern.compile(whole ? regex(text) : ".*" + Pattern.quote(text), Pattern.DOTALL));
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
