// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import org.jsoup.parser.Parser;

import java.util.Arrays;
import java.util.regex.Pattern;

/// A piece of a page without its escapes (`&amp;`), and where each of its characters was.
final class Unescaped {
    private static final Pattern ESCAPE =
            Pattern.compile("&(?:#[xX]?[0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);?=?");

    private final String text;
    private final int from;
    private final int[] places; // in the page, one more than characters; empty if there are no gaps

    private Unescaped(String text, int from, int[] places) {
        this.text = text;
        this.from = from;
        this.places = places;
    }

    static Unescaped plain(String page, int from, int to) {
        return new Unescaped(page.substring(from, to), from, new int[0]);
    }

    /// @param turn is run for each escape
    static Unescaped of(String page, int from, int to, Runnable turn) {
        if (page.indexOf('&', from, to) < 0) {
            return plain(page, from, to);
        }
        var text = new StringBuilder(to - from);
        var places = new int[to - from + 1];
        var escapes = ESCAPE.matcher(page).region(from, to);
        int at = from;
        while (escapes.find()) {
            turn.run();
            at = copy(page, at, escapes.start(), text, places);
            var decoded = Parser.unescapeEntities(escapes.group(), true);
            places = roomFor(places, text.length() + decoded.length() + to - escapes.end() + 1);
            Arrays.fill(places, text.length(), text.length() + decoded.length(), at);
            text.append(decoded);
            at = escapes.end();
        }
        copy(page, at, to, text, places);
        places[text.length()] = to;
        return new Unescaped(text.toString(), from, places);
    }

    private static int copy(String page, int from, int to, StringBuilder text, int[] places) {
        for (int i = from; i < to; i++) {
            places[text.length()] = i;
            text.append(page.charAt(i));
        }
        return to;
    }

    private static int[] roomFor(int[] places, int length) {
        return length <= places.length ? places : Arrays.copyOf(places, length);
    }

    String text() {
        return text;
    }

    /// Where a character is in the page; behind the last one, where the piece ends.
    int place(int index) {
        return places.length == 0 ? from + index : places[index];
    }
}
