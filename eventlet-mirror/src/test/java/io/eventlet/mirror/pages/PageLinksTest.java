// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpUrl;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

@Timeout(60)
class PageLinksTest {
    private static final HttpUrl URL = HttpUrl.of("http://a.org/dir/page.html");

    private static PageLinks read(String html) {
        return all(URL, "text/html", html.getBytes(StandardCharsets.UTF_8), true);
    }

    private static PageLinks all(HttpUrl url, String type, byte[] body, boolean nofollow) {
        List<PageLinks> parts = new ArrayList<>();
        PageLinks.read(url, type, body, nofollow, parts::add);
        return new PageLinks(
                parts.stream().flatMap(part -> part.links().stream()).toList(),
                parts.stream().flatMap(part -> part.requisites().stream()).toList());
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
    void aLinkToThePageItselfLeadsToTheBase() {
        var page = read("<base href='/other/'><a href='#x'>x</a><svg><use href='#i'/></svg>");

        assertThat(targets(page.links())).containsExactly("/other/");
        assertThat(page.requisites()).isEmpty();
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
                all(URL, "text/css; charset=utf-8", style.getBytes(StandardCharsets.UTF_8), true);

        assertThat(targets(page.requisites()))
                .containsExactly(
                        "/dir/a.css", "/dir/b.css", "/dir/c.png", "/dir/d%22e.png", "/dir/f.png");
        assertThat(page.links()).isEmpty();
    }

    @Test
    void theNameOfANamespaceIsNotFetched() {
        assertThat(
                        requisites(
                                "<style>@namespace url(http://www.w3.org/1999/xhtml); @NAMESPACE"
                                        + " svg url( 'http://b.org/x' );@namespace \"c\"; p {"
                                        + " background: url(a.png) }</style>"))
                .containsExactly("/dir/a.png");
    }

    @Test
    void setsOfImagesNeedThings() {
        assertThat(requisites("<p style='background: image-set(\"a.png\" 1x type(\"b\"))'>"))
                .containsExactly("/dir/a.png");
    }

    @Test
    void whatIsTextHasNoLinks() {
        var page =
                """
                <!-- <a href=1> --><script>"<a href=2>"</script><textarea><a href=3></textarea>
                <title><a href=4></title><script><!--<script></script><a href=5>--></script>
                <p title='<a href=6>'> < a href=7> </a href=8> <a href=9>x
                """;

        assertThat(links(page)).containsExactly("/dir/9");
    }

    @Test
    void aPageMayHaveNothingButTags() {
        var page = "<b>".repeat(2_000_000) + "<a href=c>";

        assertThat(links(page)).containsExactly("/dir/c");
    }

    @Test
    void aTagMayHaveVeryManyAttributes() {
        var attributes =
                IntStream.range(0, 500_000).mapToObj(i -> " a" + i).collect(Collectors.joining());

        assertThat(links("<a href=b" + attributes + "><a href=c>"))
                .containsExactly("/dir/b", "/dir/c");
    }

    @Test
    void aPageMayHaveNothingButReferencesWithoutEscapes() {
        assertThat(links("<a href=b>".repeat(600_000))).containsExactly("/dir/b");
    }

    @Test
    void linksAreGivenOutSomeAtATime() {
        var page =
                IntStream.range(0, 100_000)
                        .mapToObj(i -> "<a href=" + i + "><img src=" + i + ">")
                        .collect(Collectors.joining());
        List<Integer> sizes = new ArrayList<>();

        PageLinks.read(
                URL,
                "text/html",
                page.getBytes(StandardCharsets.UTF_8),
                true,
                part -> sizes.add(part.links().size() + part.requisites().size()));

        assertThat(sizes).hasSizeGreaterThan(10).allMatch(size -> size < 5000);
        assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(200_000);
    }

    @Test
    void othersHaveTheirTurnWhileAStyleSheetIsRead() {
        for (var style : List.of("url(a)".repeat(10_000), "a{}".repeat(200_000))) {
            var turns = new AtomicInteger();

            StyleLinks.read(style, _ -> {}, turns::incrementAndGet);

            assertThat(turns.get()).isGreaterThan(9000);
        }
    }

    @Test
    void aReferenceThatIsVeryLongIsNone() {
        assertThat(links("<a href=" + "b".repeat(9000) + "><a href=c>")).containsExactly("/dir/c");
    }

    @Test
    void othersHaveTheirTurnWhileATagIsRead() {
        for (var page :
                List.of(
                        "<x" + " a".repeat(10_000) + ">",
                        "<x style='" + "&lt;".repeat(10_000) + "'>")) {
            var turns = new AtomicInteger();

            PageReferences.read(page, false, _ -> {}, turns::incrementAndGet);

            assertThat(turns.get()).isGreaterThanOrEqualTo(10_000);
        }
    }

    @Test
    void aStyleSheetMayEndAnywhere() {
        for (var style : List.of("url(", "url('", "@import", "/*", "\"", "url(\\", "p{url(a.png")) {
            var page = all(URL, "text/css", style.getBytes(StandardCharsets.UTF_8), true);

            assertThat(page.requisites().size()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void linksThatMustNotBeFollowedAreLeftOut() {
        var html = "<a rel='external NOFOLLOW' href=a>a</a><a rel=next href=b>b</a>";

        assertThat(links(html)).containsExactly("/dir/b");
        assertThat(all(URL, "text/html", html.getBytes(StandardCharsets.UTF_8), false).links())
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

        assertThat(targets(all(URL, "text/html", html, true).links()))
                .containsExactly("/dir/%C3%A9");
        assertThat(targets(all(URL, "text/html; charset=latin1", plain, true).links()))
                .containsExactly("/dir/%C3%A9");
    }

    @Test
    void labelsOfCharsetsMeanWhatBrowsersTakeThemFor() {
        assertLink("gb2312", "GB18030", "\u9555");
        assertLink("x-gbk", "GB18030", "\u9555");
        assertLink("Shift_JIS", "windows-31j", "\u2460");
        assertLink("latin1", "windows-1252", "\u20ac");
        assertLink("iso-8859-9", "windows-1254", "\u20ac");
        assertLink("ks_c_5601-1987", "x-windows-949", "\ub620");
        assertLink("tis-620", "x-windows-874", "\u20ac");
        assertLink("big5", "Big5-HKSCS", "\u55f0");
    }

    private static void assertLink(String label, String charset, String name) {
        var page = ("<meta charset=" + label + "><a href='" + name + "'>");
        var bytes = page.getBytes(Charset.forName(charset));

        var links = all(URL, "text/html", bytes, true).links();

        var expected = URLEncoder.encode(name, StandardCharsets.UTF_8);
        assertThat(targets(links)).as(label).containsExactly("/dir/" + expected);
    }

    @Test
    void aBackslashIsASlashButInQueries() {
        assertThat(links("<a href='b\\c.html?d\\e'><a href='\\\\b.org\\c'>"))
                .containsExactly("/dir/b/c.html?d%5Ce", "http://b.org/c");
    }

    @Test
    void anUnknownCharsetIsNoMatter() {
        var html = "<a href=b>b</a>".getBytes(StandardCharsets.UTF_8);

        assertThat(all(URL, "text/html; charset=x-none", html, true).links()).hasSize(1);
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
