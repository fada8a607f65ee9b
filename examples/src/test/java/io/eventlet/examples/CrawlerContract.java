// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What both crawlers do.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class CrawlerContract {
    private final Console console = new Console();

    abstract Set<URI> crawl(URI start);

    @AfterEach
    void close() {
        console.close();
    }

    @Test
    void visitsEachPageOfACyclicSiteOnce() throws Exception {
        var pages =
                Map.of(
                        "/", "<a href='/a/'>a</a> <a href=\"/b?x=1\">b</a> <a href='#top'>top</a>",
                        "/a/", "<a href='c.html#part'>c</a> <a href='../b?x=1'>b</a>",
                        "/b?x=1", "<a href='/'>home</a> <a href='/b?x=1'>itself</a>",
                        "/a/c.html", "<a href='/a/'>up</a>");
        try (var site = LocalSite.of(pages)) {
            var seen = crawl(site.at("/"));

            assertThat(site.visits())
                    .isEqualTo(Map.of("/", 1, "/a/", 1, "/b?x=1", 1, "/a/c.html", 1));
            assertThat(seen)
                    .isEqualTo(pages.keySet().stream().map(site::at).collect(Collectors.toSet()));
        }
    }

    @Test
    void followsLinksHoweverTheyAreWritten() throws Exception {
        var page =
                """
                <A HREF="?page=2">next</A> <a href="/a.html?x=1&amp;y=2">two parameters</a>
                <a href="my file.html">a space</a> <a href=/unquoted.html>no quotes</a>
                <a href = "/spaced.html">spaces</a>\
                """;
        try (var site = new LocalSite(path -> path.equals("/d/list") ? page : "<p>end</p>")) {
            crawl(site.at("/d/list"));

            assertThat(site.visits())
                    .containsOnlyKeys(
                            "/d/list",
                            "/d/list?page=2",
                            "/a.html?x=1&y=2",
                            "/d/my%20file.html",
                            "/unquoted.html",
                            "/spaced.html");
        }
    }

    @Test
    void aHostAloneIsItsFirstPage() throws Exception {
        try (var site = new LocalSite(_ -> "<a href='x'>x</a>")) {
            var start = site.at("");

            crawl(start);

            assertThat(site.visits()).isEqualTo(Map.of("/", 1, "/x", 1));
        }
    }

    @Test
    void staysOnTheSiteWhereItBegins() throws Exception {
        try (var elsewhere = LocalSite.of(Map.of("/", "elsewhere"));
                var site =
                        LocalSite.of(
                                Map.of(
                                        "/",
                                        "<a href='%s'>away</a> <a href='mailto:me@here'>me</a>"
                                                .formatted(elsewhere.at("/"))))) {
            var seen = crawl(site.at("/"));

            assertThat(seen).containsExactly(site.at("/"));
            assertThat(elsewhere.visits()).isEmpty();
        }
    }

    @Test
    void goesOnAfterBadLinksAndMissingPages() throws Exception {
        var pages =
                Map.of(
                        "/",
                        "<a href='{nonsense}'>?</a> <a href='/gone'>gone</a> <a"
                                + " href='/b'>b</a>",
                        "/b",
                        "the end");
        try (var site = LocalSite.of(pages)) {
            crawl(site.at("/"));

            assertThat(site.visits()).isEqualTo(Map.of("/", 1, "/gone", 1, "/b", 1));
            assertThat(console.lines())
                    .contains(site.at("/gone") + ": HTTP/1.1 404 Not Found")
                    .contains(site.at("/b").toString());
        }
    }

    @Test
    void visitsEachOnceWhenMoreAreFoundThanThePoolHasRoomFor() throws Exception {
        int count = 300;
        String links =
                IntStream.range(0, count)
                        .mapToObj("<a href='/%d'>"::formatted)
                        .collect(Collectors.joining());
        try (var site = new LocalSite(_ -> links)) {
            crawl(site.at("/0"));

            assertThat(site.visits()).hasSize(count).allSatisfy((_, n) -> assertThat(n).isOne());
        }
    }

    @Test
    void stopsAtAThousandPagesOfASiteWithoutEnd() throws Exception {
        try (var site = new LocalSite(CrawlerContract::twoMore)) {
            var seen = crawl(site.at("/1"));

            assertThat(seen).hasSize(1000);
            assertThat(site.visits()).hasSize(1000);
        }
    }

    private static String twoMore(String path) {
        int n = Integer.parseInt(path.substring(1));
        return "<a href='/%d'>left</a> <a href='/%d'>right</a>".formatted(2 * n, 2 * n + 1);
    }
}
