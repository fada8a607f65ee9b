// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.crawl.Ends.Visited;
import io.eventlet.mirror.fetch.Fetched;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.listing.Listing;
import io.eventlet.mirror.originals.Originals;
import io.eventlet.mirror.pages.Directives;
import io.eventlet.mirror.pages.PageLinks;
import io.eventlet.mirror.place.Place;
import io.eventlet.mirror.robots.Sitemap;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Consumer;

/// Reads what leads to others: listings, sitemaps, pages, style sheets.
final class Contents {
    private static final int MOST_PARTS = 10_000; // of a listing that comes in parts
    private static final int MOST_INDEXES = 3; // of sitemaps, one in another
    private static final int BEGINNING = 256 << 10; // by which a listing is known
    private static final int MOST_ALIKE = 3; // directories above with the same files
    private static final int MOST_OF_SAME_NAMES = 16; // where only the names are known

    private final Options options;
    private final Frontier frontier;
    private final Place place;
    private final Finds finds;
    private final Ends ends;

    Contents(Options options, Finds finds, Ends ends) {
        this.options = options;
        frontier = options.frontier;
        place = options.place;
        this.finds = finds;
        this.ends = ends;
    }

    /// Reads a body, and says what has become of its URL, unless it is to be a file as well: then
    /// false.
    boolean read(Visited visited, Fetched.Page page) throws IOException {
        var coding = visited.asking().coding();
        var room = visited.asking().room();
        if (!coding.isBlank() || visited.last().role() == Role.SITEMAP) {
            room.need(options.pageBytes); // as much as may be packed in it
        }
        var body = Reading.guarded(() -> Coding.decoded(page.body(), coding, options.pageBytes));
        if (visited.last().role() == Role.SITEMAP) {
            readSitemap(visited, body);
            return true;
        }
        if (body == null) {
            return isUnreadListing(visited, page);
        }
        room.needTree(body.length);
        var listing = Reading.guarded(() -> Listing.of(visited.url(), page.contentType(), body));
        if (listing != null) {
            read(visited, listing, body);
            return true;
        }
        links(visited, page.contentType(), body);
        return false;
    }

    /// What is no sitemap is none the next time either, and has come whole: it is not tried again.
    private void readSitemap(Visited visited, byte @Nullable [] body) throws IOException {
        if (body == null) {
            var reason = "no sitemap: too large, or in an unknown coding";
            ends.failed(visited, reason, Trouble.PROTOCOL);
            return;
        }
        visited.asking().room().needTree(options.pageBytes);
        Sitemap sitemap;
        try {
            sitemap = Reading.guarded(() -> Sitemap.of(visited.url(), body, options.pageBytes));
        } catch (IOException e) {
            ends.failed(visited, String.valueOf(e.getMessage()), Trouble.PROTOCOL);
            return;
        }
        read(visited, sitemap);
    }

    /// Whether a page that cannot be read without its coding is a listing after all, by what can be
    /// read of it: it has failed then.
    private boolean isUnreadListing(Visited visited, Fetched.Page page) throws IOException {
        var asking = visited.asking();
        if (!asking.mayBeListing()
                || !isListing(visited, new ByteArrayInputStream(page.body()), page.contentType())) {
            return false;
        }
        ends.failed(
                visited,
                "a listing in %s that breaks off, or has more than the %d bytes that are read: pageBytes, --page-bytes"
                        .formatted(asking.coding(), options.pageBytes),
                Trouble.SERVER);
        return true;
    }

    /// What is wrong if a file is a listing or a sitemap after all, of more bytes than are read;
    /// null if nothing is.
    @Nullable String unread(Visited visited, Fetched.Stored stored) throws IOException {
        var asking = visited.asking();
        boolean isSitemap = visited.last().role() == Role.SITEMAP;
        if (stored.bytes() <= options.pageBytes || !(isSitemap || asking.mayBeListing())) {
            return null;
        }
        return isSitemap || isListing(visited, stored)
                ? "a %s of %d bytes, and no more than %d are read: pageBytes, --page-bytes"
                        .formatted(
                                isSitemap ? "sitemap" : "listing",
                                stored.bytes(),
                                options.pageBytes)
                : null;
    }

    /// Whether a file is one by its beginning.
    private static boolean isListing(Visited visited, Fetched.Stored stored) throws IOException {
        try (var in = Files.newInputStream(stored.file())) {
            return isListing(visited, in, visited.asking().contentType());
        }
    }

    private static boolean isListing(Visited visited, InputStream body, String type)
            throws IOException {
        var asking = visited.asking();
        asking.room().need(BEGINNING);
        return Reading.guarded(() -> {
            var beginning = Coding.beginning(body, asking.coding(), BEGINNING);
            return Listing.of(visited.url(), type, beginning) != null;
        });
    }

    private void read(Visited visited, Listing listing, byte[] body) {
        var entries = Entries.of(visited.url(), listing.entries(), body);
        int alike = loop(visited.url(), entries);
        if (alike > 0) {
            ends.failed(
                    visited,
                    "a loop, or what looks like one: %d directories above have the same entries"
                            .formatted(alike),
                    Trouble.SERVER);
            return;
        }
        int part = visited.last().part() + 1;
        var next = listing.next();
        if (next != null && part < MOST_PARTS) {
            finds.found(next, visited.claim().entry(), 0, Role.ENTRY, part);
        }
        found(visited, listing.entries(), Role.ENTRY);
        if (next != null && part >= MOST_PARTS) {
            ends.failed(visited, "a listing of more than " + MOST_PARTS + " parts", Trouble.SERVER);
        } else {
            listed(visited, listing.entries().size(), entries);
        }
    }

    /// How many directories above have listed the same, if they are so many that the tree goes
    /// round; else 0. Of a tree whose levels have the same names, as a tree of tiles has, many more
    /// are needed than of one whose levels have the same files.
    private int loop(HttpUrl url, Entries entries) {
        int sameFiles = 0;
        int sameNames = 0;
        var path = url.path();
        for (int slash = path.lastIndexOf('/', path.length() - 2);
                slash >= 0 && !entries.names().isEmpty();
                slash = path.lastIndexOf('/', slash - 1)) {
            var above = frontier.find(Finds.host(url) + path.substring(0, slash + 1));
            if (above != null) {
                var known = Entries.restored(Note.restored(above.note()).version().etag());
                sameNames += known.hasNamesOf(entries) ? 1 : 0;
                sameFiles += known.hasFilesOf(entries) ? 1 : 0;
            }
            if (slash == 0) {
                break;
            }
        }
        if (sameFiles >= MOST_ALIKE) {
            return sameFiles;
        }
        return sameNames >= MOST_OF_SAME_NAMES ? sameNames : 0;
    }

    private void read(Visited visited, Sitemap sitemap) {
        int part = visited.last().part() + 1;
        for (var url : sitemap.sitemaps()) {
            if (part <= MOST_INDEXES && url.host().equals(visited.url().host())) {
                finds.found(url, visited.claim().entry(), 0, Role.SITEMAP, part);
            }
        }
        found(visited, sitemap.pages(), Role.LINK);
        listed(visited, sitemap.pages().size() + sitemap.sitemaps().size(), Entries.NONE);
    }

    private void found(Visited visited, List<HttpUrl> urls, Role role) {
        var some = urls.subList(0, Math.min(urls.size(), options.entries));
        finds.found(some, visited.claim().entry(), role);
    }

    private void listed(Visited visited, int found, Entries entries) {
        if (found > options.entries) {
            ends.failed(
                    visited,
                    "%d entries, of which %d were followed".formatted(found, options.entries),
                    Trouble.SERVER);
        } else {
            ends.listed(visited, found, entries.stored());
        }
    }

    /// Reads a page again that has not changed since it was stored: what it leads to may be wanted
    /// now though it was not then.
    void readAgain(Visited visited) throws IOException {
        var type = visited.last().type();
        long length = visited.last().version().length();
        if (options.readsPages() && !type.isEmpty() && length <= options.pageBytes) {
            var file = place.find(visited.last().file(place, visited.url()));
            if (Gone.isOurs(place, file, length)) {
                var room = visited.asking().room();
                room.need(length);
                links(visited, type, Originals.of(place).read(file));
            }
        }
    }

    /// Follows what is wanted of the links of a page.
    private void links(Visited visited, String contentType, byte[] body) throws IOException {
        if (!options.readsPages() || !PageLinks.isReadable(contentType)) {
            return;
        }
        var following = new Following(visited);
        try {
            Reading.guarded(() -> {
                PageLinks.read(visited.url(), contentType, body, options.nofollow, following);
                return true;
            });
        } catch (Reading.Failed e) {
            if (following.failure != null) {
                throw following.failure; // not by the page
            }
            throw e;
        }
    }

    /// Takes the links of one page, up to the most that are followed.
    private final class Following implements Consumer<PageLinks> {
        private final Visited visited;
        private final boolean follows;
        private int requisites;
        private int links;
        private @Nullable RuntimeException failure; // of the frontier or a listener

        private Following(Visited visited) {
            this.visited = visited;
            var directives = visited.asking().directives();
            follows =
                    options.links
                            && !(options.nofollow
                                    && Directives.isNofollow(directives, options.robot()));
        }

        @Override
        public void accept(PageLinks some) {
            try {
                if (options.requisites) { // first, as more is allowed for them
                    requisites += follow(some.requisites(), requisites, Role.REQUISITE);
                }
                if (follows) {
                    links += follow(some.links(), links, Role.LINK);
                }
            } catch (RuntimeException e) {
                failure = e;
                throw e;
            }
        }

        private int follow(List<HttpUrl> urls, int before, Role role) {
            var some = urls.subList(0, Math.min(urls.size(), options.entries - before));
            finds.found(some, visited.claim().entry(), role);
            return some.size();
        }
    }
}
