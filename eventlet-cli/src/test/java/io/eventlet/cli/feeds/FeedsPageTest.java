// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.CommandProcess;
import io.eventlet.cli.testing.LocalSite;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The page of `eventlet feeds` in a browser.
@Tag("browser")
@Timeout(120)
class FeedsPageTest {
    @Test
    void titlesArriveInTheirOrder(@TempDir Path profile) throws Exception {
        try (var site = LocalSite.start();
                var server = CommandProcess.start("feeds", "--port=0")) {
            site.with(
                    "/a",
                    200,
                    "text/xml",
                    "<rss><channel><title>News &amp; &lt;b&gt;</title></channel></rss>");
            site.with("/b", 404, "text/plain", "none");
            var greeting = server.readLine();
            var address = greeting.replaceFirst(".*(http://[^ ]*).*", "$1");
            var list = site.url("/a") + "," + site.url("/b");

            var page =
                    dump(address + "#" + URLEncoder.encode(list, StandardCharsets.UTF_8), profile);

            assertThat(page)
                    .contains("News &amp; &lt;b&gt;<small>" + site.url("/a"))
                    .contains("error: http 4xx: " + site.url("/b") + "<small>")
                    .contains("all 2");
        }
    }

    /// The page as it is when nothing happens any more.
    private static String dump(String url, Path profile) throws Exception {
        var browser =
                new ProcessBuilder(
                                "chromium",
                                "--headless",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--user-data-dir=" + profile,
                                "--virtual-time-budget=20000",
                                "--dump-dom",
                                url)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            return new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            browser.destroyForcibly();
        }
    }
}
