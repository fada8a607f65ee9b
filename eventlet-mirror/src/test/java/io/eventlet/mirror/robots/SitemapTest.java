// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.robots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.http.client.HttpUrl;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

@Timeout(60)
class SitemapTest {
    private static final HttpUrl URL = HttpUrl.of("http://a.org/sitemap.xml");
    private static final String PAGES =
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
              <url><loc>http://a.org/1.html</loc><lastmod>2005-01-01</lastmod></url>
              <url><loc>http://a.org/2.html?a=1&amp;b=2</loc></url>
              <url><loc>ftp://a.org/3.html</loc></url>
            </urlset>
            """;

    private static Sitemap read(String text) throws IOException {
        return Sitemap.of(URL, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] packed(byte[] bytes) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    @Test
    void aSitemapHasPages() throws IOException {
        var sitemap = read(PAGES);

        assertThat(sitemap.pages())
                .containsExactly(
                        HttpUrl.of("http://a.org/1.html"),
                        HttpUrl.of("http://a.org/2.html?a=1&b=2"));
        assertThat(sitemap.sitemaps()).isEmpty();
    }

    @Test
    void anIndexHasSitemaps() throws IOException {
        var sitemap =
                read(
                        """
                        <sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
                          <sitemap><loc>http://a.org/one.xml.gz</loc></sitemap>
                          <sitemap><loc>http://a.org/two.xml</loc></sitemap>
                        </sitemapindex>
                        """);

        assertThat(sitemap.sitemaps())
                .containsExactlyInAnyOrder(
                        HttpUrl.of("http://a.org/one.xml.gz"), HttpUrl.of("http://a.org/two.xml"));
        assertThat(sitemap.pages()).isEmpty();
    }

    @Test
    void aSitemapMayBePacked() throws IOException {
        var sitemap = Sitemap.of(URL, packed(PAGES.getBytes(StandardCharsets.UTF_8)));

        assertThat(sitemap.pages()).hasSize(2);
    }

    @Test
    void aBombIsRefused() throws IOException {
        var bomb = packed(new byte[60 << 20]);

        assertThatThrownBy(() -> Sitemap.of(URL, bomb)).hasMessageContaining("50 MiB");
    }

    @Test
    void aTextHasAPageInEachLine() throws IOException {
        assertThat(read("http://a.org/1\nhttp://a.org/2\n").pages()).hasSize(2);
    }

    @Test
    void noneMayDefineEntities() {
        assertThatThrownBy(() ->
                        read(
                                """
                                <?xml version="1.0"?>
                                <!DOCTYPE urlset [<!ENTITY secret SYSTEM "file:///etc/hostname">]>
                                <urlset><url><loc>&secret;</loc></url></urlset>
                                """))
                .isInstanceOf(IOException.class);
    }

    @Test
    void whatIsNoneIsAnError() {
        assertThatThrownBy(() -> read("<html>not here</html>")).isInstanceOf(IOException.class);
    }
}
