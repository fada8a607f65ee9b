// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import io.eventlet.mirror.pages.Reference.Use;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// What a style sheet needs: `url(…)`, `@import` and `image-set(…)`, outside of comments and other
/// strings. What `@namespace` has is a name, which nobody fetches.
final class StyleLinks {
    private static final int PIECE = 64; // characters

    private final String style;
    private final Consumer<? super Reference> found;
    private final Runnable turn;
    private int at;
    private int start; // of the text that was read last
    private int end;
    private boolean isBroken; // white space within what is in no quotes
    private boolean isName; // within an @namespace
    private int depth; // of parentheses in an image-set

    private StyleLinks(String style, Consumer<? super Reference> found, Runnable turn) {
        this.style = style;
        this.found = found;
        this.turn = turn;
    }

    /// Gives out all, in the order of the style sheet.
    ///
    /// @param turn is run again and again: for each piece of the style sheet
    static void read(String style, Consumer<? super Reference> found, Runnable turn) {
        new StyleLinks(style, found, turn).read();
    }

    private void read() {
        boolean imports = false;
        int next = 0;
        while (at < style.length()) {
            if (at >= next) {
                turn.run();
                next = at + PIECE;
            }
            char c = style.charAt(at);
            if (style.startsWith("/*", at)) {
                int close = style.indexOf("*/", at + 2);
                at = close < 0 ? style.length() : close + 2;
            } else if (isHere("@import")) {
                at += "@import".length();
                imports = true;
            } else if (isHere("@namespace")) {
                at += "@namespace".length();
                isName = true;
            } else if (isHere("url(")) {
                at += "url(".length();
                inParentheses();
                imports = false;
            } else if (isHere("image-set(")) {
                at += "image-set(".length();
                depth = 1;
            } else if (c == '"' || c == '\'') {
                var text = string();
                if (imports || depth == 1) {
                    add(text, StyleLinks::escapedInString);
                }
                imports = false;
            } else {
                imports &= Character.isWhitespace(c);
                isName &= ";{}".indexOf(c) < 0;
                count(c);
                at++;
            }
        }
    }

    private void count(char c) {
        if (depth > 0) {
            depth = c == '(' ? depth + 1 : c == ')' ? depth - 1 : c == '}' ? 0 : depth;
        }
    }

    private void add(String text, UnaryOperator<String> escape) {
        turn.run();
        if (isName || text.strip().startsWith("#")) {
            return; // the latter is of the page itself, whatever its base
        }
        found.accept(new Reference(Use.NEEDED, text, start, end, escape));
    }

    private boolean isHere(String word) {
        return style.regionMatches(true, at, word, 0, word.length());
    }

    private void inParentheses() {
        while (at < style.length() && Character.isWhitespace(style.charAt(at))) {
            at++;
        }
        if (at < style.length() && (style.charAt(at) == '"' || style.charAt(at) == '\'')) {
            add(string(), StyleLinks::escapedInString);
            return;
        }
        var text = upTo(')').strip();
        while (end > start && Character.isWhitespace(style.charAt(end - 1))) {
            end--;
        }
        if (!isBroken) {
            add(text, StyleLinks::escapedInParentheses);
        }
    }

    private String string() {
        return upTo(style.charAt(at++));
    }

    private static String escapedInString(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("'", "\\'");
    }

    private static String escapedInParentheses(String text) {
        return escapedInString(text).replace("(", "\\(").replace(")", "\\)");
    }

    /// The text up to a character, without escapes, and goes behind it. A line end in a string ends
    /// it, as a browser has it.
    private String upTo(char last) {
        var text = new StringBuilder();
        start = at;
        end = style.length();
        isBroken = false;
        boolean isGap = false;
        while (at < style.length()) {
            char c = style.charAt(at++);
            if (c == last || (c == '\n' && last != ')')) {
                end = at - 1;
                break;
            }
            boolean isSpace = Character.isWhitespace(c);
            isBroken |= isGap && !isSpace;
            isGap |= isSpace && !text.isEmpty();
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
