// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.robots;

import crawlercommons.sitemaps.AbstractSiteMap;
import crawlercommons.sitemaps.SiteMap;
import crawlercommons.sitemaps.SiteMapIndex;
import crawlercommons.sitemaps.SiteMapParser;
import crawlercommons.sitemaps.SiteMapURL;
import crawlercommons.sitemaps.UnknownFormatException;

import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// A sitemap: the pages that a server has, by its own account.
///
/// @param pages the URLs in it
/// @param sitemaps further sitemaps, if it is an index of them
public record Sitemap(List<HttpUrl> pages, List<HttpUrl> sitemaps) {
    private static final int MOST_BYTES = 50 << 20; // what the protocol allows, without gzip
    private static final int MOST_URLS = 50_000;
    private static final String BEFORE_HOST = "://";
    private static final int BEGINNING = 1000;

    public Sitemap {
        pages = List.copyOf(pages);
        sitemaps = List.copyOf(sitemaps);
    }

    /// Whether a body that may be anything is one in XML.
    public static boolean isOne(byte[] body) {
        int length = Math.min(body.length, BEGINNING);
        var start = new String(body, 0, length, StandardCharsets.ISO_8859_1);
        return start.contains("<urlset") || start.contains("<sitemapindex");
    }

    /// What a body says: XML, RSS, Atom or a text with a URL in each line, perhaps packed by gzip.
    /// Throws an `IOException` if it is none of these, or has more than 50 MiB when it is unpacked.
    public static Sitemap of(HttpUrl url, byte[] body) throws IOException {
        return of(url, body, MOST_BYTES);
    }

    /// As [#of(HttpUrl, byte[])], with so many bytes at most when it is unpacked. One of more than
    /// 100,000 URLs, twice what the protocol allows, is none.
    public static Sitemap of(HttpUrl url, byte[] body, int most) throws IOException {
        var parser = new SiteMapParser(false, true); // also what is not below it; what can be read
        try {
            return of(
                    parser.parseSiteMap(
                            counted(unpacked(body, most)), URI.create(url.toString()).toURL()));
        } catch (UnknownFormatException | IllegalArgumentException e) {
            throw new IOException("no sitemap: " + e.getMessage(), e);
        }
    }

    private static Sitemap of(AbstractSiteMap map) {
        return switch (map) {
            case SiteMapIndex index ->
                    new Sitemap(
                            List.of(), urls(index.getSitemaps().stream(), AbstractSiteMap::getUrl));
            case SiteMap pages ->
                    new Sitemap(
                            urls(pages.getSiteMapUrls().stream(), SiteMapURL::getUrl), List.of());
            default -> new Sitemap(List.of(), List.of());
        };
    }

    private static <T> List<HttpUrl> urls(Stream<T> entries, Function<T, @Nullable URL> url) {
        Set<HttpUrl> urls = new LinkedHashSet<>();
        entries.map(url)
                .forEach(found -> {
                    try {
                        if (found != null) {
                            urls.add(HttpUrl.of(found.toString()));
                        }
                    } catch (IllegalArgumentException e) {
                        // of another scheme
                    }
                });
        return List.copyOf(urls);
    }

    private static byte[] counted(byte[] body) throws IOException {
        int urls = 0;
        int found = 0; // of what is before each
        for (byte b : body) {
            found = b == BEFORE_HOST.charAt(found) ? found + 1 : b == BEFORE_HOST.charAt(0) ? 1 : 0;
            if (found == BEFORE_HOST.length()) {
                found = 0;
                urls++;
            }
        }
        if (urls > 2 * MOST_URLS) { // with those of pictures and other languages
            throw new IOException("a sitemap of too many URLs");
        }
        return body;
    }

    private static byte[] unpacked(byte[] body, int most) throws IOException {
        if (body.length < 2 || (body[0] & 0xff) != 0x1f || (body[1] & 0xff) != 0x8b) {
            return body;
        }
        try (var in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            var bytes = in.readNBytes(Math.min(most, MOST_BYTES));
            if (in.read() >= 0) {
                throw new IOException(
                        "a sitemap of more than %d MiB"
                                .formatted(Math.ceilDiv(bytes.length, 1 << 20)));
            }
            return bytes;
        }
    }
}
