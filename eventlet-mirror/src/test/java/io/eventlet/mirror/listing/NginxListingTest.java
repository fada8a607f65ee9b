// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.listing;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// What nginx writes with `autoindex_format`.
@Timeout(60)
class NginxListingTest {
    private static final HttpUrl URL = HttpUrl.of("http://h/dir/");

    private static @Nullable List<String> entries(HttpUrl url, String type, String body) {
        var listing = Listing.of(url, type, body.getBytes(StandardCharsets.ISO_8859_1));
        return listing == null ? null : listing.entries().stream().map(HttpUrl::target).toList();
    }

    @Test
    void xmlListsDirectoriesAndFiles() {
        var body =
                """
                <?xml version="1.0"?>
                <list>
                <directory mtime="2026-11-29T22:46:29Z">sub dir</directory>
                <file mtime="2026-11-29T22:46:29Z" size="1">a&amp;b&lt;&quot;%\u00c3\u00a9\\.txt</file>
                <file mtime="2026-11-29T22:46:29Z" size="1">c#d?.txt</file>
                <file mtime="2026-11-29T22:46:29Z" size="1">lat\u00e9.txt</file>
                </list>
                """;

        assertThat(entries(URL, "text/xml; charset=utf-8", body))
                .containsExactly(
                        "/dir/sub%20dir/",
                        "/dir/a%26b%3C%22%25%C3%A9%5C.txt", "/dir/c%23d%3F.txt", "/dir/lat%E9.txt");
    }

    @Test
    void jsonListsDirectoriesAndFiles() {
        var body =
                """
                [
                { "name":"sub dir", "type":"directory", "mtime":"Sun, 29 Nov 2026 22:46:29 GMT" },
                { "name":"a&b<\\"\u00c3\u00a9\\\\.txt", "type":"file", "mtime":"Sun", "size":1 },
                { "name":"c\\td.txt", "type":"file", "mtime":"Sun, 29 Nov 2026 22:46:29 GMT", "size":1 },
                { "name":"..", "type":"directory" },
                { "name":"lat\u00e9\\u0001.txt", "type":"other", "mtime":"Sun" }
                ]\
                """;

        assertThat(entries(URL, "application/json", body))
                .containsExactly(
                        "/dir/sub%20dir/",
                        "/dir/a%26b%3C%22%C3%A9%5C.txt", "/dir/c%09d.txt", "/dir/lat%E9%01.txt");
    }

    @Test
    void anEmptyDirectoryIsAListingInXml() {
        var body = "<?xml version=\"1.0\"?>\r\n<list>\r\n</list>\r\n";

        assertThat(entries(URL, "text/xml", body)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "[ {\"name\":\"a\"} ]",
                "[ {\"name\":\"a\", \"type\":\"file\"}",
                "[ {\"name\":\"a\", \"type\":\"file\"} ] x",
                "[ {\"name\":\"a",
                "[ {\"name\":\"a\\\\",
                "[ {\"name\":\"a\", \"type\":\"user\"} ]",
                "<a><list><file>a</file></list></a>"
            })
    void otherFilesAreNoListings(String body) {
        assertThat(entries(URL, "application/json", body)).isNull();
        assertThat(entries(URL, "text/xml", body)).isNull();
    }

    @Test
    void onlyDirectoriesAreListed() {
        var body = "[ {\"name\":\"a\", \"type\":\"file\"} ]";

        assertThat(entries(HttpUrl.of("http://h/users.json"), "application/json", body)).isNull();
    }
}
