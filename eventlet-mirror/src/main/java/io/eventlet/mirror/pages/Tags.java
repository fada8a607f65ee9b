// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The start tags of a page, one after the other, as browsers tell them from text, comments and
/// scripts (HTML, 13.2.5), with where they are. No tree is built: a page of any kind costs no more
/// than its text.
final class Tags {
    /// Elements whose content is text up to their end tag.
    private static final Set<String> TEXT =
            Set.of(
                    "script",
                    "style",
                    "textarea",
                    "title",
                    "xmp",
                    "iframe",
                    "noembed",
                    "noframes",
                    "plaintext");

    private static final Set<String> TEXT_OF_XML = Set.of("script", "style");

    private static final int MOST_ATTRIBUTES = 1000; // of a tag; others are left out

    private final String page;
    private final boolean isXml;
    private final Runnable turn;
    private int at;
    private boolean hasType;
    private int foreign; // how many elements of SVG or MathML are open
    private String name = "";
    private List<Attribute> attributes = List.of();
    private boolean isClosed; // by itself
    private int textStart;
    private int textEnd;

    /// An attribute, and where it is.
    ///
    /// @param name in small letters
    /// @param from where its value begins, without quotes
    /// @param to where its value ends
    /// @param end where it ends itself
    /// @param quote what the value is in; a space if in nothing, `=` if there is none
    record Attribute(String name, int start, int from, int to, int end, char quote) {}

    /// @param turn is run again and again: for each tag, attribute and escape
    Tags(String page, boolean isXml, Runnable turn) {
        this.page = page;
        this.isXml = isXml;
        this.turn = turn;
    }

    /// Goes to the next one; false at the end.
    boolean next() {
        for (int open = page.indexOf('<', at); open >= 0; open = page.indexOf('<', at)) {
            turn.run();
            at = open + 1;
            char c = at < page.length() ? page.charAt(at) : ' ';
            if (isLetter(c)) {
                if (readTag()) {
                    readContent();
                    return true;
                }
            } else if (c == '/') {
                at++;
                if (at < page.length() && isLetter(page.charAt(at))) {
                    if (readTag() && isForeign() && foreign > 0) {
                        foreign--;
                    }
                } else {
                    skipTo(">", at);
                }
            } else if (c == '!' || c == '?') {
                skipMarkup(c);
            }
        }
        at = page.length();
        return false;
    }

    /// In small letters.
    String name() {
        return name;
    }

    /// In the order of the page, without those whose name another one before has.
    List<Attribute> attributes() {
        return attributes;
    }

    /// The one of a name; null if there is none.
    @Nullable Attribute attribute(String wanted) {
        for (var attribute : attributes) {
            if (attribute.name.equals(wanted)) {
                return attribute;
            }
        }
        return null;
    }

    /// The text of an attribute, without escapes; empty if there is none.
    String value(String wanted) {
        var attribute = attribute(wanted);
        return attribute == null ? "" : text(attribute).text();
    }

    Unescaped text(Attribute attribute) {
        return Unescaped.of(page, attribute.from, attribute.to, turn);
    }

    /// Where the content begins of an element that has nothing but text.
    int textStart() {
        return textStart;
    }

    int textEnd() {
        return textEnd;
    }

    private void readContent() {
        textStart = at;
        textEnd = at;
        if (isForeign() && !isClosed) {
            foreign++;
        }
        boolean isText = (isXml || foreign > 0 ? TEXT_OF_XML : TEXT).contains(name);
        if (!isText || (isClosed && (isXml || foreign > 0))) {
            return;
        }
        textEnd = name.equals("plaintext") ? page.length() : endOfText(at);
        at = textEnd;
    }

    private int endOfText(int from) {
        if (name.equals("script")) {
            return endOfScript(from);
        }
        for (int end = page.indexOf("</", from); end >= 0; end = page.indexOf("</", end + 2)) {
            if (isTag("</", name, end)) {
                return end;
            }
        }
        return page.length();
    }

    /// A script in a comment in a script does not end that one: `<!-- <script> … </script> -->`.
    private int endOfScript(int from) {
        boolean isComment = false;
        boolean isInner = false;
        for (int i = from; i < page.length(); i++) {
            char c = page.charAt(i);
            if (c == '-' && isComment && page.startsWith("-->", i)) {
                isComment = false;
                isInner = false;
            } else if (c == '<' && page.startsWith("<!--", i)) {
                isComment = true;
                i++; // so that its dashes may end it
            } else if (c == '<' && isTag("</", "script", i)) {
                if (!isInner) {
                    return i;
                }
                isInner = false;
            } else if (c == '<' && isComment && isTag("<", "script", i)) {
                isInner = true;
            }
        }
        return page.length();
    }

    private boolean isTag(String open, String wanted, int from) {
        int start = from + open.length();
        int behind = start + wanted.length();
        return page.startsWith(open, from)
                && page.regionMatches(true, start, wanted, 0, wanted.length())
                && (behind >= page.length() || isEndOfName(page.charAt(behind)));
    }

    private boolean isForeign() {
        return name.equals("svg") || name.equals("math");
    }

    private void skipMarkup(char kind) {
        if (page.startsWith("!--", at)) {
            if (page.startsWith(">", at + 3) || page.startsWith("->", at + 3)) {
                skipTo(">", at);
            } else {
                skipComment();
            }
        } else if (page.startsWith("![CDATA[", at) && (isXml || foreign > 0)) {
            skipTo("]]>", at);
        } else if (kind == '?' && isXml) {
            skipTo("?>", at);
        } else if (isXml && !hasType && page.startsWith("!DOCTYPE", at)) {
            hasType = true;
            int end = page.indexOf('>', at);
            int subset = page.indexOf('[', at);
            skipTo(">", subset >= 0 && subset < end ? page.indexOf(']', subset) : at);
        } else {
            skipTo(">", at);
        }
    }

    private void skipComment() {
        for (int dashes = page.indexOf("--", at + 3);
                dashes >= 0;
                dashes = page.indexOf("--", dashes + 1)) {
            if (page.startsWith(">", dashes + 2) || page.startsWith("!>", dashes + 2)) {
                skipTo(">", dashes);
                return;
            }
        }
        at = page.length();
    }

    private void skipTo(String end, int from) {
        int found = from < 0 ? -1 : page.indexOf(end, from);
        at = found < 0 ? page.length() : found + end.length();
    }

    /// Reads a tag from its name on, and goes behind it; false if it has no end, and is none.
    private boolean readTag() {
        int start = at;
        while (at < page.length() && !isEndOfName(page.charAt(at))) {
            at++;
        }
        var found = page.substring(start, at).toLowerCase(Locale.ROOT);
        List<Attribute> all = new ArrayList<>();
        Set<String> names = new HashSet<>();
        isClosed = false;
        while (at < page.length()) {
            char c = page.charAt(at);
            if (c == '>') {
                at++;
                name = found;
                attributes = all;
                return true;
            }
            if (c == '/' || isSpace(c)) {
                isClosed = c == '/' || (isClosed && isSpace(c));
                at++;
            } else {
                isClosed = false;
                turn.run();
                var attribute = readAttribute();
                if (all.size() < MOST_ATTRIBUTES && names.add(attribute.name)) {
                    all.add(attribute);
                }
            }
        }
        return false;
    }

    private Attribute readAttribute() {
        int start = at++;
        while (at < page.length() && page.charAt(at) != '=' && !isEndOfName(page.charAt(at))) {
            at++;
        }
        var found = page.substring(start, at).toLowerCase(Locale.ROOT);
        int behind = skipSpace(at);
        if (behind >= page.length() || page.charAt(behind) != '=') {
            return new Attribute(found, start, at, at, at, '=');
        }
        at = skipSpace(behind + 1);
        char quote = at < page.length() ? page.charAt(at) : ' ';
        if (quote == '"' || quote == '\'') {
            int from = at + 1;
            int end = page.indexOf(quote, from);
            int to = end < 0 ? page.length() : end;
            at = Math.min(to + 1, page.length());
            return new Attribute(found, start, from, to, at, quote);
        }
        int from = at;
        while (at < page.length() && !isSpace(page.charAt(at)) && page.charAt(at) != '>') {
            at++;
        }
        return new Attribute(found, start, from, at, at, ' ');
    }

    private int skipSpace(int from) {
        int i = from;
        while (i < page.length() && isSpace(page.charAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isEndOfName(char c) {
        return c == '/' || c == '>' || isSpace(c);
    }

    static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
    }
}
