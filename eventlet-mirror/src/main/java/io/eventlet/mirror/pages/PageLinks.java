// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import io.eventlet.Eventlet;
import io.eventlet.http.client.HttpUrl;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Some of what a page of HTML or a style sheet has in it, each URL once, in the order of the page.
///
/// @param links where it leads: `a`, `area`, a refresh, `link` to what is next or another version;
///   without those that must not be followed (`nofollow`)
/// @param requisites what is needed to show it: images, scripts, style sheets and what these need,
///   frames, sounds
public record PageLinks(List<HttpUrl> links, List<HttpUrl> requisites) {
    private static final int READ_AT_ONCE = 256; // pieces, until others have their turn
    private static final int MOST_AT_ONCE = 1 << 18; // characters of URLs
    private static final int URL_ITSELF = 64; // as so many characters

    public PageLinks {
        links = List.copyOf(links);
        requisites = List.copyOf(requisites);
    }

    /// Whether a body is what this reads: a page of HTML or a style sheet, by its type.
    public static boolean isReadable(String contentType) {
        return isHtml(contentType) || isStyle(contentType);
    }

    public static boolean isHtml(String contentType) {
        return contentType.regionMatches(true, 0, "text/html", 0, 9) || isXhtml(contentType);
    }

    static boolean isXhtml(String contentType) {
        return contentType.regionMatches(true, 0, "application/xhtml", 0, 17);
    }

    public static boolean isStyle(String contentType) {
        return contentType.regionMatches(true, 0, "text/css", 0, 8);
    }

    /// Gives out what a body has in it, some at a time: a page may have more links than there is
    /// memory for. What it has again much later may be given out again.
    ///
    /// @param url what the body was asked for with
    /// @param contentType what the server says that the body is
    /// @param nofollow whether `nofollow`, of the page or a link, is obeyed
    public static void read(
            HttpUrl url,
            String contentType,
            byte[] body,
            boolean nofollow,
            Consumer<? super PageLinks> found) {
        var page = PageText.of(contentType, body).text();
        boolean isXml = isXhtml(contentType);
        var turns = new Turns();
        if (isStyle(contentType)) {
            var reading = new Reading(url, false, nofollow, false, found);
            StyleLinks.read(page, reading::add, turns::next);
            reading.giveOut();
            return;
        }
        var head = PageReferences.head(page, isXml, turns::next);
        var base = References.resolve(url, head.base());
        boolean follows = !nofollow || !head.isNofollow();
        var reading =
                new Reading(base == null ? url : base, base != null, nofollow, follows, found);
        PageReferences.read(page, isXml, reading::add, turns::next);
        reading.giveOut();
    }

    /// Lets others have theirs now and then.
    private static final class Turns {
        private int count;

        private void next() {
            if (++count % READ_AT_ONCE == 0) {
                Eventlet.yield();
            }
        }
    }

    /// The walk over a page.
    private static final class Reading {
        private final HttpUrl base;
        private final boolean hasBase;
        private final boolean nofollow;
        private final boolean follows;
        private final Consumer<? super PageLinks> found;
        private final Set<HttpUrl> links = new LinkedHashSet<>();
        private final Set<HttpUrl> requisites = new LinkedHashSet<>();
        private int size;

        private Reading(
                HttpUrl base,
                boolean hasBase,
                boolean nofollow,
                boolean follows,
                Consumer<? super PageLinks> found) {
            this.base = base;
            this.hasBase = hasBase;
            this.nofollow = nofollow;
            this.follows = follows;
            this.found = found;
        }

        private void add(Reference reference) {
            var urls =
                    switch (reference.use()) {
                        case NEEDED -> requisites;
                        case LINK -> follows ? links : null;
                        case NOFOLLOW -> follows && !nofollow ? links : null;
                        case BASE, OTHER, GUARD -> null;
                    };
            var url = urls == null ? null : References.meant(base, hasBase, reference);
            if (urls != null && url != null && urls.add(url)) {
                size += URL_ITSELF + url.toString().length();
                if (size >= MOST_AT_ONCE) {
                    giveOut();
                }
            }
        }

        private void giveOut() {
            if (size > 0) {
                found.accept(new PageLinks(List.copyOf(links), List.copyOf(requisites)));
                links.clear();
                requisites.clear();
                size = 0;
            }
        }
    }
}
