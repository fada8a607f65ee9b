// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.crawl.Ends.Visited;
import io.eventlet.mirror.fetch.Fetched;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.listing.Listing;
import io.eventlet.mirror.pages.Directives;
import io.eventlet.mirror.pages.PageLinks;
import io.eventlet.mirror.place.Place;
import io.eventlet.mirror.robots.Sitemap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.List;

/// Reads what leads to others: listings, sitemaps, pages, style sheets.
final class Contents {
    private static final int MOST_PARTS = 10_000; // of a listing that comes in parts
    private static final int MOST_INDEXES = 3; // of sitemaps, one in another
    private static final int MOST_ALIKE = 3; // directories above with the same entries

    private final MirrorBuilder options;
    private final Frontier frontier;
    private final Place place;
    private final Finds finds;
    private final Ends ends;

    Contents(MirrorBuilder options, Finds finds, Ends ends) {
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
            if (body == null) {
                throw new IOException("no sitemap: too large, or in an unknown coding");
            }
            room.needTree(options.pageBytes);
            read(
                    visited,
                    Reading.guarded(() -> Sitemap.of(visited.url(), body, options.pageBytes)));
            return true;
        }
        if (body == null) {
            return false;
        }
        room.needTree(body.length);
        var listing = Reading.guarded(() -> Listing.of(visited.url(), page.contentType(), body));
        if (listing != null) {
            read(visited, listing);
            return true;
        }
        links(visited, page.contentType(), body);
        return false;
    }

    private void read(Visited visited, Listing listing) {
        var entries = Entries.of(visited.url(), listing.entries());
        if (alike(visited.url(), entries) >= MOST_ALIKE) {
            ends.skipped(
                    visited, "a loop: " + MOST_ALIKE + " directories above have the same entries");
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

    /// How many directories above have listed the same.
    private int alike(HttpUrl url, String entries) {
        int alike = 0;
        var path = url.path();
        for (int slash = path.lastIndexOf('/', path.length() - 2);
                slash >= 0 && !entries.isEmpty();
                slash = path.lastIndexOf('/', slash - 1)) {
            var above = frontier.find(Finds.host(url) + path.substring(0, slash + 1));
            if (above != null && Note.restored(above.note()).version().etag().equals(entries)) {
                alike++;
            }
            if (slash == 0) {
                break;
            }
        }
        return alike;
    }

    private void read(Visited visited, Sitemap sitemap) {
        int part = visited.last().part() + 1;
        for (var url : sitemap.sitemaps()) {
            if (part <= MOST_INDEXES && url.host().equals(visited.url().host())) {
                finds.found(url, visited.claim().entry(), 0, Role.SITEMAP, part);
            }
        }
        found(visited, sitemap.pages(), Role.LINK);
        listed(visited, sitemap.pages().size() + sitemap.sitemaps().size(), "");
    }

    private void found(Visited visited, List<HttpUrl> urls, Role role) {
        var some = urls.subList(0, Math.min(urls.size(), options.entries));
        finds.found(some, visited.claim().entry(), role);
    }

    private void listed(Visited visited, int found, String entries) {
        if (found > options.entries) {
            ends.failed(
                    visited,
                    "%d entries, of which %d were followed".formatted(found, options.entries),
                    Trouble.SERVER);
        } else {
            ends.listed(visited, found, entries);
        }
    }

    /// Reads a page again that has not changed since it was stored: what it leads to may be wanted
    /// now though it was not then.
    void readAgain(Visited visited) throws IOException {
        var file = place.root().resolve(place.of(visited.url()));
        var type = visited.last().type();
        if (options.readsPages()
                && !type.isEmpty()
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Files.size(file) <= options.pageBytes) {
            var room = visited.asking().room();
            room.need(Files.size(file));
            room.needTree(Math.toIntExact(Files.size(file)));
            links(visited, type, Files.readAllBytes(file));
        }
    }

    /// Follows what is wanted of the links of a page.
    private void links(Visited visited, String contentType, byte[] body) throws IOException {
        if (!options.readsPages() || !PageLinks.isReadable(contentType)) {
            return;
        }
        var url = visited.url();
        var links = Reading.guarded(() -> PageLinks.of(url, contentType, body, options.nofollow));
        boolean followed =
                options.links
                        && !(options.nofollow
                                && Directives.isNofollow(
                                        visited.asking().directives(), options.robot()));
        if (options.requisites) { // first, as more is allowed for them
            found(visited, links.requisites(), Role.REQUISITE);
        }
        if (followed) {
            found(visited, links.links(), Role.LINK);
        }
    }
}
