// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpUrl;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;

@Timeout(60)
class PageLinksTest {
    private static final HttpUrl URL = HttpUrl.of("http://a.org/dir/page.html");

    private static PageLinks read(String html) {
        return PageLinks.of(URL, "text/html", html.getBytes(StandardCharsets.UTF_8), true);
    }

    private static List<String> targets(List<HttpUrl> urls) {
        return urls.stream()
                .map(url -> url.isSameOrigin(URL) ? url.target() : url.toString())
                .toList();
    }

    private static List<String> links(String html) {
        return targets(read(html).links());
    }

    private static List<String> requisites(String html) {
        return targets(read(html).requisites());
    }

    @Test
    void anchorsAndAreasAreLinks() {
        var links =
                links(
                        """
                        <a href="b.html">b</a> <A HREF='/c?d=e&amp;f=g#part'>c</A>
                        <map><area href=../h></map> <a href="b.html">again</a>
                        <a name="here">none</a> <a href="#here">none</a> <a href="">none</a>
                        """);

        assertThat(links).containsExactly("/dir/b.html", "/c?d=e&f=g", "/h");
    }

    @Test
    void otherSchemesAreNone() {
        var links =
                links(
                        """
                        <a href="mailto:a@b.org">a</a> <a href="javascript:void(0)">b</a>
                        <a href="ftp://a.org/">c</a> <a href="file:///etc/passwd">d</a>
                        <a href="data:text/plain,x">e</a> <a href="http://[">f</a>
                        <a href="https://b.org/g">g</a>
                        """);

        assertThat(links).containsExactly("https://b.org/g");
    }

    @Test
    void referencesAreReadAsBrowsersReadThem() {
        var links = links("<a href=\" b\n.html \">b</a> <a href='//B.org:80/x'>c</a>");

        assertThat(links).containsExactly("/dir/b.html", "http://b.org/x");
    }

    @Test
    void aBaseIsWhereReferencesBegin() {
        var page = read("<base href='/other/'><a href='x'>x</a><img src='y.png'>");

        assertThat(targets(page.links())).containsExactly("/other/x");
        assertThat(targets(page.requisites())).containsExactly("/other/y.png");
    }

    @Test
    void aBaseThatIsNoneIsNone() {
        assertThat(links("<base href='ftp://b.org/'><a href='x'>x</a>")).containsExactly("/dir/x");
    }

    @Test
    void aRefreshIsALink() {
        assertThat(links("<meta http-equiv=refresh content=\"0; URL='next.html'\">"))
                .containsExactly("/dir/next.html");
        assertThat(links("<meta http-equiv=Refresh content='5;url=/next'>"))
                .containsExactly("/next");
        assertThat(links("<meta http-equiv=refresh content=30>")).isEmpty();
    }

    @Test
    void linksOfTheHeadAreOfTwoKinds() {
        var page =
                read(
                        """
                        <link rel="stylesheet" href="a.css"><link rel="shortcut icon" href="b.ico">
                        <link rel="next" href="2.html"><link rel="alternate stylesheet" href="c.css">
                        <link rel="preconnect" href="https://d.org"><link rel=pingback href=e>
                        """);

        assertThat(targets(page.requisites()))
                .containsExactly("/dir/a.css", "/dir/b.ico", "/dir/c.css");
        assertThat(targets(page.links())).containsExactly("/dir/2.html");
    }

    @Test
    void whatShowsIsNeeded() {
        var requisites =
                requisites(
                        """
                        <img src=1.png srcset="2.png 1x, 3,4.png 2x,5.png"> <script src=6.js></script>
                        <frameset><frame src=7.html></frameset> <iframe src=8.html></iframe>
                        """);

        assertThat(requisites)
                .contains("/dir/1.png", "/dir/2.png", "/dir/3,4.png", "/dir/5.png", "/dir/6.js")
                .doesNotContain("/dir/4.png");
        assertThat(
                        requisites(
                                """
                                <video src=a.mp4 poster=b.jpg><source src=c.webm><track src=d.vtt></video>
                                <input type=image src=e.gif><input src=none><embed src=f.swf>
                                <object data=g.svg></object><audio src=h.ogg></audio>
                                <table background=i.gif></table><svg><image href=j.png /></svg>
                                <iframe src=k.html></iframe>
                                """))
                .containsExactlyInAnyOrder(
                        "/dir/a.mp4",
                        "/dir/b.jpg",
                        "/dir/c.webm",
                        "/dir/d.vtt",
                        "/dir/e.gif",
                        "/dir/f.swf",
                        "/dir/g.svg",
                        "/dir/h.ogg",
                        "/dir/i.gif",
                        "/dir/j.png",
                        "/dir/k.html");
    }

    @Test
    void stylesInThePageNeedThings() {
        var requisites =
                requisites(
                        """
                        <style>@import "a.css"; body { background: url(b.png) }</style>
                        <p style="background-image: url('c.png')">x</p>
                        """);

        assertThat(requisites).containsExactly("/dir/a.css", "/dir/b.png", "/dir/c.png");
    }

    @Test
    void aStyleSheetNeedsThings() {
        var style =
                """
                @charset "utf-8";
                @import url("a.css") screen; @IMPORT 'b.css';
                /* url(no.png) */
                p::before { content: "url(no.png) @import 'no.css'" }
                p { background: URL( c.png ), url("d\\"e.png"), url(\\66 .png), url(data:image/png;base64,x) }
                """;

        var page =
                PageLinks.of(
                        URL,
                        "text/css; charset=utf-8",
                        style.getBytes(StandardCharsets.UTF_8),
                        true);

        assertThat(targets(page.requisites()))
                .containsExactly(
                        "/dir/a.css", "/dir/b.css", "/dir/c.png", "/dir/d%22e.png", "/dir/f.png");
        assertThat(page.links()).isEmpty();
    }

    @Test
    void aStyleSheetMayEndAnywhere() {
        for (var style : List.of("url(", "url('", "@import", "/*", "\"", "url(\\", "p{url(a.png")) {
            var page = PageLinks.of(URL, "text/css", style.getBytes(StandardCharsets.UTF_8), true);

            assertThat(page.requisites().size()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void linksThatMustNotBeFollowedAreLeftOut() {
        var html = "<a rel='external NOFOLLOW' href=a>a</a><a rel=next href=b>b</a>";

        assertThat(links(html)).containsExactly("/dir/b");
        assertThat(
                        PageLinks.of(URL, "text/html", html.getBytes(StandardCharsets.UTF_8), false)
                                .links())
                .hasSize(2);
    }

    @Test
    void aPageMayForbidToFollowAnyOfItsLinks() {
        var page = read("<meta name=ROBOTS content='noindex, nofollow'><a href=a>a</a><img src=b>");

        assertThat(page.links()).isEmpty();
        assertThat(targets(page.requisites())).containsExactly("/dir/b");
    }

    @Test
    void aPageIsReadInItsOwnCharset() {
        var latin = Charset.forName("ISO-8859-1");
        var html = "<meta charset=iso-8859-1><a href='\u00e9'>x</a>".getBytes(latin);
        var plain = "<a href='\u00e9'>x</a>".getBytes(latin);

        assertThat(targets(PageLinks.of(URL, "text/html", html, true).links()))
                .containsExactly("/dir/%C3%A9");
        assertThat(targets(PageLinks.of(URL, "text/html; charset=latin1", plain, true).links()))
                .containsExactly("/dir/%C3%A9");
    }

    @Test
    void anUnknownCharsetIsNoMatter() {
        var html = "<a href=b>b</a>".getBytes(StandardCharsets.UTF_8);

        assertThat(PageLinks.of(URL, "text/html; charset=x-none", html, true).links()).hasSize(1);
    }

    @Test
    void fieldsMaySayThatLinksMustNotBeFollowed() {
        assertThat(Directives.isNofollow(List.of("noindex, nofollow"), "eventlet")).isTrue();
        assertThat(Directives.isNofollow(List.of("none"), "eventlet")).isTrue();
        assertThat(Directives.isNofollow(List.of("eventlet: nofollow"), "eventlet")).isTrue();
        assertThat(Directives.isNofollow(List.of("otherbot: nofollow"), "eventlet")).isFalse();
        assertThat(Directives.isNofollow(List.of("noarchive"), "eventlet")).isFalse();
        assertThat(Directives.isNofollow(List.of(), "eventlet")).isFalse();
    }
}
