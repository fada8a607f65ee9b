// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.server.Response;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.mirror.scope.Scope;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// Runs over ordinary pages.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class PagesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private TreeServer server;

    @SuppressWarnings("NullAway.Init") // set before each
    private Copy copy;

    private final HttpClient client = HttpClient.create();

    @BeforeEach
    void startServer() throws IOException {
        server =
                new TreeServer(
                        "/site/b.html",
                        "/site/c.html",
                        "/site/img/d.png",
                        "/site/style.css",
                        "/site/img/e.png",
                        "/shared/f.png",
                        "/other/g.html");
        page(
                "/site/a.html",
                """
                <h1>Welcome to a page</h1><link rel=stylesheet href=style.css>
                <a href=b.html>one</a> <a href=/other/g.html>above</a> <img src=img/d.png>
                <img src=/shared/f.png>
                """);
        page("/site/b.html", "<h1>Another</h1><a href=c.html>next</a> <a href=a.html>back</a>");
        page("/site/c.html", "<h1>The last</h1>");
        style("/site/style.css", "body { background: url(img/e.png) }");
        copy = Copy.in(root, client, new MemoryFrontier());
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
    }

    private void page(String path, String content) {
        server.put(path, content);
        server.answer(path, plain -> plain.header("Content-Type", "text/html"));
    }

    private void style(String path, String content) {
        server.put(path, content);
        server.answer(path, plain -> plain.header("Content-Type", "text/css"));
    }

    private MirrorBuilder run() {
        return copy.of(server.url("/site/a.html"));
    }

    private List<String> stored() throws IOException {
        return List.copyOf(copy.files());
    }

    @Test
    void pagesAreFilesUnlessSomebodyAsks() throws IOException {
        run().build().run();

        assertThat(stored()).containsExactly("/site/a.html");
    }

    @Test
    void linksAreFollowedWithinTheScope() throws IOException {
        run().links(true).build().run();

        assertThat(stored()).containsExactly("/site/a.html", "/site/b.html", "/site/c.html");
        assertThat(copy.content("/site/a.html")).contains("<a href=b.html>");
        assertThat(copy.events())
                .contains(new MirrorEvent.Skipped(server.url("/other/g.html"), "no-parent"));
    }

    @Test
    void whatAPageNeedsComesWithIt() throws IOException {
        run().requisites(true).build().run();

        assertThat(stored())
                .containsExactly(
                        "/shared/f.png",
                        "/site/a.html",
                        "/site/img/d.png",
                        "/site/img/e.png",
                        "/site/style.css");
    }

    @Test
    void whatAPageNeedsMayBeDeeperThanLinks() throws IOException {
        var scope = Scope.from(List.of(server.url("/site/a.html"))).depth(0).build();

        run().links(true).requisites(true).scope(scope).build().run();

        assertThat(stored()).contains("/site/img/e.png").doesNotContain("/site/b.html");
    }

    @Test
    void robotsTxtIsObeyed() throws IOException {
        server.answer("/robots.txt", _ -> Response.text("User-agent: *\nDisallow: /site/\n"));

        run().links(true).build().run();

        assertThat(stored()).containsExactly("/site/a.html"); // which was asked for
        assertThat(copy.events())
                .contains(new MirrorEvent.Skipped(server.url("/site/b.html"), "robots.txt"));
        assertThat(server.targets()).containsOnlyOnce("/robots.txt");
    }

    @Test
    void robotsTxtIsReadForTheNameOfTheAgent() throws IOException {
        server.answer(
                "/robots.txt",
                _ -> Response.text("User-agent: *\nAllow: /\n\nUser-agent: walker\nDisallow: /\n"));

        run().links(true).userAgent("Walker/1.0 (+http://a.org)").build().run();

        assertThat(stored()).containsExactly("/site/a.html");
    }

    @Test
    void robotsTxtMayBeIgnored() throws IOException {
        server.answer("/robots.txt", _ -> Response.text("User-agent: *\nDisallow: /site/\n"));

        run().links(true).robots(RobotsPolicy.IGNORED).build().run();

        assertThat(stored()).hasSize(3);
        assertThat(server.targets()).doesNotContain("/robots.txt");
    }

    @Test
    void listingsNeedNoLeaveUnlessSomebodyAsks() throws IOException {
        server.answer("/robots.txt", _ -> Response.text("User-agent: *\nDisallow: /site/img/\n"));
        copy.of(server.url("/site/")).build().run();
        assertThat(stored()).contains("/site/img/d.png");
        assertThat(server.targets()).doesNotContain("/robots.txt");

        copy.of(server.url("/site/")).robots(RobotsPolicy.ALL).build().run();

        assertThat(Outcome.of(copy.frontier(), server.url("/site/img/")))
                .extracting(Outcome::kind, Outcome::reason)
                .containsExactly(Outcome.Kind.SKIPPED, "robots.txt");
    }

    @Test
    void nothingIsFollowedAsLongAsRobotsTxtCannotBeHad() throws IOException {
        server.answer("/robots.txt", _ -> Response.of(500));

        var summary = run().links(true).build().run();

        assertThat(stored()).containsExactly("/site/a.html");
        assertThat(summary.failed()).isEqualTo(1);
        assertThat(Outcome.of(copy.frontier(), server.url("/site/b.html")))
                .extracting(Outcome::reason)
                .asString()
                .endsWith("robots.txt: status 500");
    }

    @Test
    void aFieldMayForbidToFollowLinks() throws IOException {
        server.answer(
                "/site/a.html",
                plain ->
                        plain.header("Content-Type", "text/html")
                                .header("X-Robots-Tag", "nofollow"));
        run().links(true).build().run();
        assertThat(stored()).containsExactly("/site/a.html");

        run().links(true).nofollow(false).build().run();

        assertThat(stored()).hasSize(3);
    }

    @Test
    void aPageThatHasNotChangedIsReadAgain() throws IOException {
        run().build().run();

        run().links(true).build().run();

        assertThat(stored()).hasSize(3);
        assertThat(copy.events()).contains(new MirrorEvent.Unchanged(server.url("/site/a.html")));
    }

    @Test
    void aPageIsReadWithoutItsCoding() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write("<h1>Hello</h1><a href=b.html>x</a>".getBytes(StandardCharsets.UTF_8));
        }
        server.answer(
                "/site/a.html",
                _ ->
                        Response.of(200)
                                .header("Content-Type", "text/html")
                                .header("Content-Encoding", "gzip")
                                .body(packed.toByteArray()));

        run().links(true).build().run();

        assertThat(stored()).contains("/site/b.html");
        assertThat(root.resolve("site/a.html")).hasBinaryContent(packed.toByteArray());
    }

    @Test
    void sitemapsLeadToPages() throws IOException {
        server.answer(
                "/robots.txt",
                _ -> Response.text("Sitemap: " + server.url("/maps/index.xml") + "\n"));
        server.answer(
                "/maps/index.xml",
                _ ->
                        xml(
                                "<sitemapindex><sitemap><loc>%s</loc></sitemap></sitemapindex>",
                                "/maps/1.xml"));
        server.answer(
                "/maps/1.xml",
                _ -> xml("<urlset><url><loc>%s</loc></url></urlset>", "/site/c.html"));

        run().sitemaps(true).build().run();

        assertThat(stored()).containsExactly("/site/a.html", "/site/c.html");
        assertThat(Outcome.of(copy.frontier(), server.url("/maps/1.xml")))
                .extracting(Outcome::kind)
                .isEqualTo(Outcome.Kind.LISTED);
    }

    @Test
    void sitemapsAreWhereTheyAreByCustom() throws IOException {
        server.answer(
                "/sitemap.xml",
                _ -> xml("<urlset><url><loc>%s</loc></url></urlset>", "/site/c.html"));

        run().sitemaps(true).build().run();

        assertThat(stored()).containsExactly("/site/a.html", "/site/c.html");
    }

    private Response xml(String form, String target) {
        return Response.of(200)
                .header("Content-Type", "application/xml")
                .body(
                        ("<?xml version=\"1.0\"?>" + form.formatted(server.url(target)))
                                .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatAPageNeedsIsThereThoughALinkLeadsToItToo() throws IOException {
        page("/site/a.html", "<a href=/shared/f.png><img src=/shared/f.png></a>");

        run().links(true).requisites(true).build().run();

        assertThat(stored()).contains("/shared/f.png");
    }

    @Test
    void whatAPageNeedsIsThereThoughALinkOfAnotherPageWasLeftOut() throws IOException {
        page("/site/a.html", "<h1>The first</h1><a href=/shared/f.png>f</a><a href=b.html>b</a>");
        page("/site/b.html", "<h1>The second</h1><img src=/shared/f.png>");

        run().links(true).requisites(true).build().run();

        assertThat(copy.events())
                .contains(new MirrorEvent.Skipped(server.url("/shared/f.png"), "no-parent"));
        assertThat(stored()).contains("/shared/f.png");
    }

    @Test
    void whatAPageNeedsComesWithTheNextRunThatAsksForIt() throws IOException {
        page("/site/a.html", "<h1>The first</h1><a href=/shared/f.png>f</a><a href=b.html>b</a>");
        page("/site/b.html", "<h1>The second</h1><img src=/shared/f.png>");
        run().links(true).build().run();
        assertThat(stored()).doesNotContain("/shared/f.png");

        run().links(true).requisites(true).build().run();

        assertThat(stored()).contains("/shared/f.png");
    }
}
