// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

@Timeout(60)
class PageEditsTest {
    private static final HttpUrl URL = HttpUrl.of("http://a.org/dir/page.html");

    /// What the copy has: paths by targets.
    private static final Map<String, String> FILES =
            Map.of(
                    "/dir/b.html", "b.html",
                    "/", "../index.html",
                    "/q?x=1&y=2", "../q%3Fx=1&y=2",
                    "/i.png", "../i.png",
                    "/dir/j.png", "j.png",
                    "/s.css", "../s.css",
                    "/dir/page.html", "page.html",
                    "/other/x", "../other/x");

    private static @Nullable String path(HttpUrl url) {
        return url.isSameOrigin(URL) ? FILES.get(url.target()) : null;
    }

    private static byte[] edited(String type, byte[] body) {
        return requireNonNull(PageEdits.of(URL, type, body, 64 << 20, PageEditsTest::path));
    }

    private static String edited(String type, String body) {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        return new String(edited(type, bytes), StandardCharsets.UTF_8);
    }

    private static String html(String body) {
        return edited("text/html", body);
    }

    private static String css(String body) {
        return edited("text/css", body);
    }

    @Test
    void theNameOfANamespaceStays() {
        var style = "<style>@namespace svg url(/i.png); a|b { c: url(%s) }</style>";

        assertThat(html(style.formatted("/i.png"))).isEqualTo(style.formatted("../i.png"));
    }

    @Test
    void whatTheCopyHasIsAPathAndWhatItHasNotIsAUrl() {
        var page =
                """
                <a href="/dir/b.html#part">b</a> <a href=c.html?d#e>c</a>
                <a href='http://a.org/'>up</a> <A HREF="//b.org/x">d</A>
                """;

        assertThat(html(page))
                .isEqualTo(
                        """
                        <a href="b.html#part">b</a> <a href=http://a.org/dir/c.html?d#e>c</a>
                        <a href='../index.html'>up</a> <A HREF="http://b.org/x">d</A>
                        """);
    }

    @Test
    void whatIsRightAlreadyStaysAsItIs() {
        for (var page :
                List.of(
                        "<a href=b.html>b</a>",
                        "<a href='HTTP://B.org:80/x'>c</a>",
                        "<a href='#here'>d</a><a href=''>e</a><a href>f</a><a name=g>",
                        "<a href='mailto:a@b.org'>h</a><a href='javascript:i()'>",
                        "<a href='data:text/plain,x'>j</a><a href='ftp://a.org/'>",
                        "<a href='http://['>k</a>")) {
            var bytes = page.getBytes(StandardCharsets.UTF_8);

            assertThat(edited("text/html", bytes)).isSameAs(bytes);
        }
    }

    @Test
    void referencesOfATagComeInAnyOrder() {
        assertThat(html("<img style='a: url(/i.png)' srcset='/i.png, /dir/j.png 2x' src=/i.png>"))
                .isEqualTo(
                        "<img style='a: url(../i.png)' srcset='../i.png, j.png 2x' src=../i.png>");
    }

    @Test
    void aPageMayHaveNothingButReferences() {
        assertThat(html("<a href=/>".repeat(600_000)))
                .isEqualTo("<a href=../index.html>".repeat(600_000));
        assertThat(html("<style>" + "url(/)".repeat(1_000_000)))
                .isEqualTo("<style>" + "url(../index.html)".repeat(1_000_000));
    }

    @Test
    void aPageThatWouldBecomeTooLargeIsNone() {
        var page = "<a href=x>".repeat(1000).getBytes(StandardCharsets.UTF_8);

        assertThat(PageEdits.of(URL, "text/html", page, 20_000, PageEditsTest::path)).isNull();
    }

    @Test
    void nothingButTagsIsRead() {
        var page =
                """
                <!-- <a href=/> --> <!--> <a href="b.html"> <script>x = "<a href=/>"</script>
                <textarea><a href=/></textarea> <title><img src=/i.png></title>
                <style>/* url(/i.png) */</style> text < a href=/ > </a href=/>
                <script><!-- <script></script> <a href=/> --></script>
                """;

        assertThat(html(page)).isEqualTo(page);
        assertThat(html("<a title='>' href=/>x")).isEqualTo("<a title='>' href=../index.html>x");
        assertThat(html("<a href=/ href=b.html>x"))
                .isEqualTo("<a href=../index.html href=b.html>x");
        assertThat(html("<a href=/")).isEqualTo("<a href=/");
        assertThat(html("<a href='/")).isEqualTo("<a href='/");
    }

    @Test
    void allKindsOfReferencesAreRead() {
        assertThat(html("<area href=/><link rel=canonical href=/><form action=/>"))
                .isEqualTo(
                        "<area href=../index.html><link rel=canonical href=../index.html>"
                                + "<form action=../index.html>");
        assertThat(html("<img src=/i.png srcset='/i.png 1x, /dir/j.png 2x,/k.png'>"))
                .isEqualTo("<img src=../i.png srcset='../i.png 1x, j.png 2x,http://a.org/k.png'>");
        assertThat(html("<source srcset=/i.png><video poster=/i.png><frame src=/>"))
                .isEqualTo(
                        "<source srcset=../i.png><video poster=../i.png>"
                                + "<frame src=../index.html>");
        assertThat(html("<meta http-equiv=refresh content=\"5; URL='/'\">"))
                .isEqualTo("<meta http-equiv=refresh content=\"5; URL='../index.html'\">");
        assertThat(html("<p style=\"background: url('/i.png')\"><style>@import '/s.css';</style>"))
                .isEqualTo(
                        "<p style=\"background: url('../i.png')\">"
                                + "<style>@import '../s.css';</style>");
        assertThat(
                        html(
                                "<svg><a xlink:href='/'/><image href=/i.png /></svg><body"
                                        + " background=/i.png>"))
                .isEqualTo(
                        "<svg><a xlink:href='../index.html'/><image href=../i.png /></svg>"
                                + "<body background=../i.png>");
    }

    @Test
    void escapesArePreservedOrMadeAnew() {
        assertThat(html("<a href='/q?x=1&amp;y=2'>a</a><a href='/q?x=1&y=2'>b</a>"))
                .isEqualTo("<a href='../q%3Fx=1&amp;y=2'>a</a><a href='../q%3Fx=1&amp;y=2'>b</a>");
        assertThat(html("<a title='&quot;&eacute;' href='c?d&amp;e&#38;f'>"))
                .isEqualTo("<a title='&quot;&eacute;' href='http://a.org/dir/c?d&amp;e&amp;f'>");
        assertThat(html("<img srcset='&#47;i.png 1x, /q?x=1&amp;y=2 2x' alt='&amp;'>"))
                .isEqualTo("<img srcset='../i.png 1x, ../q%3Fx=1&amp;y=2 2x' alt='&amp;'>");
        assertThat(html("<p style='a: \"&amp;\"; b: url(&quot;/i.png&quot;)'>"))
                .isEqualTo("<p style='a: \"&amp;\"; b: url(&quot;../i.png&quot;)'>");
    }

    @Test
    void aFragmentNeedsNoEscapes() {
        assertThat(html("<a href='/#\u00e9 \"x'>"))
                .isEqualTo("<a href='../index.html#%C3%A9%20%22x'>");
    }

    @Test
    void aBaseIsEmptied() {
        var page =
                "<base href=/other/ target=x><a href=x>x</a><a href=y>y</a><a href=#z>z</a><a"
                        + " href='/dir/page.html#a'>a</a>";

        assertThat(html(page))
                .isEqualTo(
                        "<base href=\"\" target=x><a href=../other/x>x</a>"
                                + "<a href=http://a.org/other/y>y</a>"
                                + "<a href=http://a.org/other/#z>z</a>"
                                + "<a href='page.html#a'>a</a>");
    }

    @Test
    void graphicsOfThePageItselfStayWithABase() {
        for (var part :
                List.of(
                        "<svg><use href='#i'/><use xlink:href='#i'/><image href='#i'/></svg>",
                        "<p style='fill: url(#g); mask: url(\"#m\")'>",
                        "<style>a { fill: url( #g ) }</style>",
                        "<form action=''><meta http-equiv=refresh content='5'><link href=''>")) {
            var page = "<base href=''>" + part;

            assertThat(html("<base href='/other/'>" + part)).isEqualTo(page);
        }
    }

    @Test
    void anEmptyLinkLeadsToTheBase() {
        assertThat(html("<base href='/other/x'><a href=''>a</a><a href>b</a><a href=>c</a>"))
                .isEqualTo(
                        "<base href=''><a href='../other/x'>a</a><a href=\"../other/x\">b</a>"
                                + "<a href=../other/x>c</a>");
    }

    @Test
    void nothingRefusesWhatIsInTheCopy() {
        assertThat(
                        html(
                                "<link rel=stylesheet integrity='sha384-x' href=/s.css"
                                        + " CROSSORIGIN><script src=/dir/b.html"
                                        + " crossorigin=anonymous integrity=y></script>"
                                        + "<img crossorigin src=j.png>"))
                .isEqualTo(
                        "<link rel=stylesheet  href=../s.css ><script src=b.html  ></script>"
                                + "<img  src=j.png>");
    }

    @Test
    void whatIsElsewhereIsStillChecked() {
        var page =
                "<script integrity=x crossorigin src=https://b.org/y></script><p integrity=z>"
                        + "<script integrity=x></script>";

        assertThat(html(page)).isEqualTo(page);
    }

    @Test
    void styleSheetsKeepWhatIsBetween() {
        var style =
                """
                @import "/s.css" screen; @import url( /s.css );
                a { b: url('/i.png'), url(/dir\\/j.png); c: "url(/i.png)" } /* url(/i.png) */
                d { e: image-set("/i.png" 1x type("image/png"), url(/i.png) 2x) "/i.png" }
                f { g: url(/x\\(y); h: url(data:image/png;base64,x); i: url(a b) url(/i.png
                """;

        assertThat(css(style))
                .isEqualTo(
                        """
                        @import "../s.css" screen; @import url( ../s.css );
                        a { b: url('../i.png'), url(j.png); c: "url(/i.png)" } /* url(/i.png) */
                        d { e: image-set("../i.png" 1x type("image/png"), url(../i.png) 2x) "/i.png" }
                        f { g: url(http://a.org/x\\(y); h: url(data:image/png;base64,x); i: url(a b) url(../i.png
                        """);
    }

    @Test
    void aPageKeepsItsCharset() {
        var page = "\u00e9<a title='\u00e9' href='/#\u00e9'>\u00e9</a>";
        var expected = "\u00e9<a title='\u00e9' href='../index.html#%C3%A9'>\u00e9</a>";
        for (var name : List.of("ISO-8859-1", "windows-1252", "UTF-8", "UTF-16LE", "UTF-16BE")) {
            var charset = Charset.forName(name);

            var edited = edited("text/html; charset=" + name, page.getBytes(charset));

            assertThat(new String(edited, charset)).as(name).isEqualTo(expected);
        }
    }

    @Test
    void aPageMaySayItsCharsetItself() {
        var japanese = "\u65e5\u672c\u8a9e";
        for (var name : List.of("Shift_JIS", "EUC-JP", "ISO-2022-JP", "GB18030", "UTF-8")) {
            var charset = Charset.forName(name);
            var page =
                    "<meta charset=\"%s\">%s<a href=\"/\">%s</a><img alt='%s' src=/i.png>%s"
                            .formatted(name, japanese, japanese, japanese, japanese);

            var edited = edited("text/html", page.getBytes(charset));

            assertThat(new String(edited, charset))
                    .isEqualTo(
                            page.replace("\"/\"", "\"../index.html\"")
                                    .replace("=/i.png", "=../i.png"));
        }
    }

    @Test
    void theFirstBytesSayTheCharset() {
        for (var charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            var page = "\ufeff\u65e5\ud83d\ude00<a href='/'>\u672c</a>".getBytes(charset);

            var edited = edited("text/html; charset=utf-8", page);

            assertThat(new String(edited, charset))
                    .isEqualTo("\ufeff\u65e5\ud83d\ude00<a href='../index.html'>\u672c</a>");
        }
    }

    @Test
    void bytesThatAreNoTextStayAsTheyAre() {
        var latin = StandardCharsets.ISO_8859_1;
        var page = "\u00c3<a title='\u00ff\u00fe\u00e2\u0082' href='/'>\u00e9\u00f0\u009f</a>";

        var edited = edited("text/html; charset=utf-8", page.getBytes(latin));

        assertThat(new String(edited, latin)).isEqualTo(page.replace("'/'", "'../index.html'"));
    }

    @Test
    void xhtmlHasRulesOfItsOwn() {
        var page =
                """
                <?xml version="1.0" encoding="utf-8"?><!DOCTYPE html [ <!ENTITY a "<a href='/'>"> ]>
                <html><title/><a href="/"/><style>a { b: url(/q?x=1&amp;y=2) }</style>
                <style><![CDATA[ a { b: url("/q?x=1&y=2") } ]]></style><textarea/><a href='/'/>
                <![CDATA[ <a href='/'/> ]]></html>
                """;

        assertThat(edited("application/xhtml+xml", page))
                .isEqualTo(
                        """
                        <?xml version="1.0" encoding="utf-8"?><!DOCTYPE html [ <!ENTITY a "<a href='/'>"> ]>
                        <html><title/><a href="../index.html"/><style>a { b: url(../q%3Fx=1&amp;y=2) }</style>
                        <style><![CDATA[ a { b: url("../q%3Fx=1&y=2") } ]]></style><textarea/><a href='../index.html'/>
                        <![CDATA[ <a href='/'/> ]]></html>
                        """);
    }
}
