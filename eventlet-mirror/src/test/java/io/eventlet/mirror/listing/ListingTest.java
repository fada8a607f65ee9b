// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.listing;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Pages as servers write them.
@Timeout(60)
class ListingTest {
    private static final HttpUrl URL = HttpUrl.of("http://h/dir/");

    private static @Nullable Listing read(String page) {
        return read(page, StandardCharsets.UTF_8);
    }

    private static @Nullable Listing read(String page, Charset charset) {
        return Listing.of(URL, "text/html", page.getBytes(charset));
    }

    private static List<String> entries(@Nullable Listing listing) {
        assertThat(listing).isNotNull();
        return listing == null
                ? List.of()
                : listing.entries().stream().map(HttpUrl::target).toList();
    }

    @Test
    void apacheSortsAndHasAParent() {
        var listing =
                read(
                        """
                        <html><head><title>Index of /dir</title></head><body><h1>Index of /dir</h1>
                        <table><tr><th><a href="?C=N;O=D">Name</a></th><th><a href="?C=M;O=A">Last modified</a></th></tr>
                        <tr><td><a href="/">Parent Directory</a></td></tr>
                        <tr><td><a href="a%20b.txt">a b.txt</a></td></tr>
                        <tr><td><a href="c++.tar.gz">c++.tar.gz</a></td></tr>
                        <tr><td><a href="sub/">sub/</a></td></tr>
                        <tr><td><a href="a_very_long_name_that_is_cut.txt">a_very_long_name_that_..&gt;</a></td></tr>
                        </table></body></html>
                        """);

        assertThat(entries(listing))
                .containsExactly(
                        "/dir/a%20b.txt",
                        "/dir/c++.tar.gz", "/dir/sub/", "/dir/a_very_long_name_that_is_cut.txt");
    }

    @Test
    void nginxWritesPreformattedText() {
        var listing =
                read(
                        """
                        <html><head><title>Index of /dir/</title></head><body><h1>Index of /dir/</h1><hr><pre><a href="../">../</a>
                        <a href="%3Ax">:x</a>   29-Nov-2026 10:00    12
                        <a href="a&amp;b">a&amp;b</a>   29-Nov-2026 10:00    12
                        </pre></body></html>
                        """);

        assertThat(entries(listing)).containsExactly("/dir/%3Ax", "/dir/a&b");
    }

    @Test
    void aFileMayBeCalledAsAParentIs() {
        var page =
                """
                <title>Index of /dir</title>
                <a href="/">Parent Directory</a>
                <a href="Parent%20Directory">Parent Directory</a>
                """;

        assertThat(entries(read(page))).containsExactly("/dir/Parent%20Directory");
    }

    @Test
    void anEmptyDirectoryIsAListing() {
        var listing =
                read(
                        """
                        <title>Index of /dir/</title><h1>Index of /dir/</h1><a href="../">../</a>
                        """);

        assertThat(entries(listing)).isEmpty();
    }

    @Test
    void pythonEscapesWhatItLists() {
        var listing =
                read(
                        """
                        <!DOCTYPE HTML><html><head><title>Directory listing for /dir/</title></head>
                        <body><h1>Directory listing for /dir/</h1><hr><ul>
                        <li><a href="100%25.txt">100%.txt</a></li>
                        <li><a href="x%23y">x#y</a></li>
                        <li><a href="link/">link@</a></li>
                        </ul></body></html>
                        """);

        assertThat(entries(listing)).containsExactly("/dir/100%25.txt", "/dir/x%23y", "/dir/link/");
    }

    @Test
    void lighttpdEscapesAPercentSign() {
        var listing =
                read(
                        """
                        <html><head><title>Index of /dir/</title></head><body><h2>Index of /dir/</h2>
                        <a href="../">..</a>/ <a href="a%2520b">a%20b</a></body></html>
                        """);

        assertThat(entries(listing)).containsExactly("/dir/a%2520b");
    }

    @Test
    void iisNamesAbsolutePaths() {
        var listing =
                read(
                        """
                        <html><head><title>h - /dir/</title></head><body><H1>h - /dir/</H1><hr>
                        <pre><A HREF="/">[To Parent Directory]</A><br><br>
                        11/29/2026 10:00 AM  &lt;dir&gt; <A HREF="/dir/Sub/">Sub</A><br>
                        11/29/2026 10:00 AM  12 <A HREF="/dir/file.txt">file.txt</A><br></pre></body></html>
                        """);

        assertThat(entries(listing)).containsExactly("/dir/Sub/", "/dir/file.txt");
    }

    @Test
    void caddyHasLinksAroundIcons() {
        var listing =
                read(
                        """
                        <!DOCTYPE html><html><head><title>/dir/</title></head><body>
                        <h1><a href="/">h</a>/<a href="/dir/">dir</a></h1>
                        <a href="?sort=name&order=desc">Name</a>
                        <a href="./sub/"><svg></svg><span class="name">sub</span></a>
                        <a href="./f.bin"><svg></svg><span class="name">f.bin</span></a>
                        <footer>Served with <a href="https://caddyserver.com">Caddy</a></footer></body></html>
                        """);

        assertThat(entries(listing)).containsExactly("/dir/sub/", "/dir/f.bin");
    }

    @Test
    void threddsLinksToCatalogs() {
        var listing =
                Listing.of(
                        HttpUrl.of("http://h/thredds/catalog.html"),
                        "text/html",
                        """
                        <html><head><title>Catalog http://h/thredds/catalog.html</title></head><body>
                        <a href="sub/catalog.html"><code>sub/</code></a></body></html>
                        """
                                .getBytes(StandardCharsets.UTF_8));

        assertThat(entries(listing)).containsExactly("/thredds/sub/catalog.html");
    }

    @Test
    void aListingWithoutATitleIsToldByItsLinks() {
        var listing = read("<a href='../'>..</a> <a href='a'>a</a> <a href='b/'>b/</a>");

        assertThat(entries(listing)).containsExactly("/dir/a", "/dir/b/");
    }

    @Test
    void aPageIsNoListing() {
        var listing =
                read(
                        """
                        <title>Our garden</title><h1>Welcome</h1>
                        <a href="roses.html">See our roses</a> <a href="http://x/">a friend</a>
                        <a href="about">about</a>
                        """);

        assertThat(listing).isNull();
    }

    @Test
    void namesThatTheServerDidNotEscapeAreNames() {
        var listing =
                read(
                        """
                        <title>Index of /dir/</title>
                        <a href="a#b.txt">a#b.txt</a> <a href="what?.txt">what?.txt</a>
                        <a href="12:30">12:30</a> <a href="c:d">c:d</a> <a href="50%.txt">50%.txt</a>
                        """);

        assertThat(entries(listing))
                .containsExactly(
                        "/dir/a%23b.txt",
                        "/dir/what%3F.txt", "/dir/12:30", "/dir/c:d", "/dir/50%25.txt");
    }

    @Test
    void namesHaveTheBytesThatTheServerWrote() {
        var listing =
                read(
                        "<title>Index of /dir/</title><a href='\u00e9.txt'>\u00e9.txt</a>",
                        StandardCharsets.ISO_8859_1);

        assertThat(entries(listing)).containsExactly("/dir/%E9.txt");
    }

    @Test
    void linksToElsewhereAreNoEntries() {
        var listing =
                read(
                        """
                        <title>Index of /dir/</title><a href="http://evil/dir/x">x</a>
                        <a href="/other/y">y</a> <a href="file:///etc/passwd">passwd</a> <a href="z">z</a>
                        """);

        assertThat(entries(listing)).containsExactly("/dir/z");
    }

    @Test
    void aBucketIsListedInParts() {
        var page =
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix/>
                <IsTruncated>true</IsTruncated><NextContinuationToken>a/b+c==</NextContinuationToken>
                <Contents><Key>dir/a b&amp;c.txt</Key></Contents><Contents><Key>dir/</Key></Contents>
                <CommonPrefixes><Prefix>sub/</Prefix></CommonPrefixes></ListBucketResult>
                """;

        var listing =
                Listing.of(
                        HttpUrl.of("http://s3/b/?list-type=2&delimiter=/"),
                        "application/xml",
                        page.getBytes(StandardCharsets.UTF_8));

        assertThat(entries(listing))
                .containsExactly(
                        "/b/dir/a%20b%26c.txt", "/b/?list-type=2&delimiter=/&prefix=sub%2F");
        assertThat(listing)
                .extracting(Listing::next)
                .hasToString(
                        "http://s3/b/?list-type=2&delimiter=/&continuation-token=a%2Fb%2Bc%3D%3D");
    }

    @Test
    void aBucketWithoutTokensGoesOnBehindItsLastKey() {
        var page =
                """
                <ListBucketResult><Name>b</Name><IsTruncated>true</IsTruncated>
                <Contents><Key>k1</Key></Contents><Contents><Key>k2</Key></Contents></ListBucketResult>
                """;

        var listing =
                Listing.of(
                        HttpUrl.of("http://b.s3/"),
                        "application/xml",
                        page.getBytes(StandardCharsets.UTF_8));

        assertThat(entries(listing)).containsExactly("/k1", "/k2");
        assertThat(listing).extracting(Listing::next).hasToString("http://b.s3/?marker=k2");
    }

    @Test
    void keysThatAreOddLeadToNoOtherHostAndEndNothing() {
        var page =
                """
                <ListBucketResult><Name>b</Name><EncodingType>url</EncodingType>
                <Contents><Key>100%zz</Key></Contents><Contents><Key>/my+file.txt</Key></Contents>
                <Contents><Key>/name</Key></Contents><Contents><Key>%C3%A9</Key></Contents>
                </ListBucketResult>
                """;

        var listing =
                Listing.of(
                        HttpUrl.of("http://b.s3/"),
                        "application/xml",
                        page.getBytes(StandardCharsets.UTF_8));

        assertThat(listing).isNotNull();
        assertThat(listing == null ? List.of() : listing.entries())
                .extracting(Object::toString)
                .containsExactly(
                        "http://b.s3/100%25zz",
                        "http://b.s3//my%20file.txt", "http://b.s3//name", "http://b.s3/%C3%A9");
    }

    @Test
    void aPageIsNoListingByItsTitleAlone() {
        var page =
                """
                <title>Index of terms</title><a href="a.html">A word, explained</a>
                <a href="b.html">Another</a>
                """
                        .getBytes(StandardCharsets.UTF_8);

        assertThat(Listing.of(HttpUrl.of("http://h/dir/terms.html"), "text/html", page)).isNull();
        assertThat(Listing.of(HttpUrl.of("http://h/dir/"), "text/html", page)).isNotNull();
    }
}
