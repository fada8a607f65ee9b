// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.eventlet.browser.Chromium;
import io.eventlet.cli.testing.CommandProcess;
import io.eventlet.cli.testing.LocalSite;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;

/// The page of `eventlet feeds` in a browser.
@Tag("browser")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FeedsPageTest {
    @Test
    void titlesArriveInTheirOrder() throws Exception {
        try (var site = LocalSite.start();
                var server = CommandProcess.start("feeds", "--port=0");
                var chromium = Chromium.start()) {
            site.with(
                    "/a",
                    200,
                    "text/xml",
                    "<rss><channel><title>News &amp; &lt;b&gt;</title></channel></rss>");
            site.with("/b", 404, "text/plain", "none");
            var greeting = server.readLine();
            var address = greeting.replaceFirst(".*(http://[^ ]*).*", "$1");
            var list = site.url("/a") + "," + site.url("/b");

            var page = chromium.open(URI.create(address + "#" + URLEncoder.encode(list, UTF_8)));
            page.await("all 2");

            var titles =
                    page.evaluate(
                            "encodeURIComponent(document.getElementById('titles').innerText)");
            assertThat(URLDecoder.decode(titles, UTF_8).lines())
                    .containsExactly(
                            "News & <b>",
                            site.url("/a"),
                            "error: http 4xx: " + site.url("/b"),
                            site.url("/b"));
        }
    }
}
