// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;

/// Listings whose URLs need much more memory than their pages.
@Timeout(60)
class LongEntriesTest {
    private static final String LONG = "n".repeat(8193);

    private static @Nullable Listing read(String url, String type, String page) {
        return Listing.of(HttpUrl.of(url), type, page.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    text/html        | <title>Index of /</title><a href="a">a</a><a href="LONG">b</a>
                    text/xml         | <list><file>a</file><file>LONG</file></list>
                    application/json | [{"name":"a","type":"file"},{"name":"LONG","type":"file"}]
                    application/xml  | <ListBucketResult><Contents><Key>LONG</Key></Contents></ListBucketResult>
                    application/xml  | <ListBucketResult><CommonPrefixes><Prefix>LONG</Prefix></CommonPrefixes></ListBucketResult>
                    application/xml  | <ListBucketResult><IsTruncated>true</IsTruncated><NextMarker>LONG</NextMarker></ListBucketResult>
                    """)
    void aNameThatNoServerTakesIsToldOf(String type, String page) {
        assertThatThrownBy(() -> read("http://h/", type, page.replace("LONG", LONG)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a URL of more than 8192 characters");
    }

    @Test
    void aPageWithALongLinkIsNoListing() {
        var page = "<a href=\"/a\">A</a><a href=\"%s\">b</a>".formatted(LONG);

        var listing = read("http://h/", "text/html", page);

        assertThat(listing).isNull();
    }

    @Test
    void manyEntriesOfALongDirectoryAreToldOf() {
        var directory = "http://h/" + "d".repeat(8000) + "/";
        var page = new StringBuilder("<title>Index of /</title>");
        for (int i = 0; i < 1000; i++) {
            page.append("<a href=%d>%d</a>".formatted(i, i));
        }

        assertThatThrownBy(() -> read(directory, "text/html", page.toString()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("URLs of more than 1048576 characters in all");
    }

    @Test
    void whatIsListedAgainCountsOnce() {
        var directory = "http://h/" + "d".repeat(8000) + "/";
        var page = "<title>Index of /</title>" + "<a href=a>a</a>".repeat(1000);

        var listing = read(directory, "text/html", page);

        assertThat(listing == null ? null : listing.entries()).hasSize(1);
    }

    @Test
    void aStoreMayListVeryManyKeysAtOnce() {
        var page = new StringBuilder("<ListBucketResult><Name>b</Name>");
        for (int i = 0; i < 150_000; i++) {
            page.append("<Contents><Key>").append(i).append("</Key></Contents>");
        }

        var listing =
                read("http://h/", "application/xml", page.append("</ListBucketResult>").toString());

        assertThat(listing == null ? null : listing.entries()).hasSize(150_000);
    }
}
