// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.listing;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpUrl;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// Pages of servers that decorate what they list, in the shape that these have.
@Timeout(60)
class StyledListingTest {
    private static List<String> entries(String page) {
        var url = HttpUrl.of("http://h/dir/");
        var listing = Listing.of(url, "text/html", page.getBytes(StandardCharsets.UTF_8));
        assertThat(listing).isNotNull();
        return Objects.requireNonNull(listing).entries().stream().map(HttpUrl::target).toList();
    }

    @Test
    void hfsHasAMenuAndSelectors() {
        var page =
                """
                <!DOCTYPE html><html><head><title>HFS /dir/</title>
                <link rel="shortcut icon" href="/favicon.ico"><link rel="stylesheet" href="/~style.css">
                <script src="/?mode=jquery"></script></head><body><div id="wrapper">
                <div id="menu-panel"><a href="/~login">Login</a>
                <a href="?search=*.txt">Search</a></div>
                <div id="folder-path"><a href="/">Home</a> <a href="/dir/">dir</a></div>
                <a href="?sort=n">Name</a> <a href="?sort=t&amp;rev=1">Time</a>
                <div id="files">
                <div class="item"><input type="checkbox" class="selector" name="selection" value="a%20b.txt">
                <a href="a%20b.txt"><img src="/~img27"> a b.txt</a> <div class="item-size">12 B</div></div>
                <div class="item"><input type="checkbox" class="selector" name="selection" value="sub/">
                <a href="sub/"><img src="/~img_folder"> sub</a></div>
                </div>
                <a href="/dir/~folder.tar">Archive</a>
                <div id="serverinfo"><a href="http://www.example.org/hfs/">HttpFileServer</a></div>
                </div></body></html>
                """;

        assertThat(entries(page)).containsExactly("/dir/a%20b.txt", "/dir/sub/");
    }

    @Test
    void h5aiHasATableForThoseWithoutScripts() {
        var page =
                """
                <!DOCTYPE html><html class="no-js" lang="en"><head>
                <title>index - powered by h5ai v0.30.0 (https://larsjung.de/h5ai/)</title>
                <link rel="stylesheet" href="/_h5ai/public/css/styles.css">
                <script src="/_h5ai/public/js/scripts.js" data-module="index"></script></head>
                <body class="index" id="root"><div id="fallback"><table>
                <tr><th class="fb-i"></th><th class="fb-n"><span>Name</span></th><th class="fb-d"></th></tr>
                <tr><td class="fb-i"><img src="/_h5ai/public/images/fallback/folder-parent.png" alt="folder-parent"></td>
                <td class="fb-n"><a href="..">Parent Directory</a></td></tr>
                <tr><td class="fb-i"><img src="/_h5ai/public/images/fallback/folder.png" alt="folder"></td>
                <td class="fb-n"><a href="/dir/sub/">sub</a></td><td class="fb-d">2026-11-29 10:00</td></tr>
                <tr><td class="fb-i"><img src="/_h5ai/public/images/fallback/file.png" alt="file"></td>
                <td class="fb-n"><a href="/dir/a%20b.txt">a b.txt</a></td><td class="fb-s">12 KB</td></tr>
                </table></div></body></html>
                """;

        assertThat(entries(page)).containsExactly("/dir/sub/", "/dir/a%20b.txt");
    }

    @Test
    void liteSpeedSortsByLetters() {
        var page =
                """
                <!DOCTYPE html><html><head><title>Index of /dir/</title>
                <link rel="stylesheet" href="/_autoindex/assets/css/autoindex.css">
                <script src="/_autoindex/assets/js/tablesort.js"></script></head><body><div class="content">
                <h1>Index of /dir/</h1><div id="table-list"><table id="table-content"><thead><tr>
                <th><a class="name" href="?ND" onclick="return false">Name</a></th>
                <th><a href="?MA" onclick="return false">Last Modified</a></th>
                <th><a href="?SA" onclick="return false">Size</a></th></tr></thead>
                <tr><td><a href="../"><img src="/_autoindex/assets/icons/corner-left-up.svg" alt="Up">Parent Directory</a></td></tr>
                <tr><td data-sort="*sub"><a href="sub/"><img src="/_autoindex/assets/icons/folder.svg" alt="[DIR]">sub</a></td></tr>
                <tr><td data-sort="a b.txt"><a href="a%20b.txt"><img src="/_autoindex/assets/icons/file.svg" alt="[TXT]">a b.txt</a></td>
                <td>2026-11-29 10:00</td><td>12k</td></tr></table></div>
                <address>LiteSpeed Web Server at h Port 80</address></div></body></html>
                """;

        assertThat(entries(page)).containsExactly("/dir/sub/", "/dir/a%20b.txt");
    }
}
