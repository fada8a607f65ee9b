// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.CommandProcess;
import io.eventlet.cli.testing.LocalSite;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

@Timeout(60)
class FetchProcessTest {
    private final LocalSite site = LocalSite.start();

    @AfterEach
    void closeSite() {
        site.close();
    }

    @Test
    void readsUrlsFromStandardInputAsTheyCome() throws Exception {
        site.with("/1", "one").with("/2", "two!");
        try (var fetch = CommandProcess.start("fetch", "-")) {
            OutputStream input = fetch.input();
            write(input, site.url("/1") + "\n");
            String first = fetch.readLine();
            write(input, "# and another one\n" + site.url("/2"));
            input.close();

            assertThat(first).startsWith("200 ").endsWith("/1");
            assertThat(fetch.readLines()).singleElement().asString().endsWith("/2");
            assertThat(fetch.readErrors()).contains("2 URLs in").contains("2 fetched");
            assertThat(fetch.exitCode()).isZero();
        }
    }

    @Test
    void aStopSignalEndsTheRunWithItsSummary() throws Exception {
        site.with("/1", "one").withSilence("/silent");
        try (var fetch = CommandProcess.start("fetch", "-");
                OutputStream input = fetch.input()) {
            write(input, site.url("/1") + "\n" + site.url("/silent") + "\n");
            assertThat(fetch.readLine()).endsWith("/1");

            fetch.terminate();

            assertThat(fetch.exitCode()).isEqualTo(143);
            assertThat(fetch.readErrors()).contains("1 fetched");
        }
    }

    @Test
    void whatNobodyReadsAnyMoreIsNotFetched() throws Exception {
        site.with("/", "x");
        try (var fetch = CommandProcess.start("fetch", "--concurrency", "1", "-")) {
            Thread writer =
                    Thread.startVirtualThread(() -> {
                        try (OutputStream input = fetch.input()) {
                            while (true) {
                                write(input, site.url("/") + "\n");
                            }
                        } catch (java.io.IOException _) {
                            // It has stopped reading.
                        }
                    });
            String first = fetch.readLine();

            fetch.closeOutput();

            assertThat(first).startsWith("200 ");
            assertThat(fetch.exitCode()).isEqualTo(1);
            writer.join();
        }
    }

    @Test
    void aNameThatTheLocaleHasNoLettersForIsWrittenAsInUrls(@TempDir Path directory)
            throws Exception {
        site.with("/", "coffee");
        String name = "%C3%A9".repeat(60);
        try (var fetch =
                CommandProcess.startIn(
                        Map.of("LC_ALL", "C"),
                        "fetch",
                        "--output=" + directory,
                        site.url("/caf%C3%A9/" + name))) {
            assertThat(fetch.readLine()).contains("/caf%C3%A9/%C3%A9%C3%A9");
            assertThat(fetch.exitCode()).isZero();
        }
        try (var files = Files.walk(directory)) {
            assertThat(files.filter(Files::isRegularFile))
                    .singleElement()
                    .satisfies(file -> assertThat(file).hasContent("coffee"))
                    .asString()
                    .contains("/caf%C3%A9/%C3%A9%C3%A9");
        }
    }

    @Test
    void theProxyOfTheEnvironmentIsUsed() throws Exception {
        site.with("/page", "from the proxy"); // which asks for it by its whole URL
        var proxy = Map.of("http_proxy", site.url("/"), "no_proxy", "direct.invalid");
        try (var fetch = CommandProcess.startIn(proxy, "fetch", "http://example.invalid/page")) {
            assertThat(fetch.readLines().getFirst()).contains("200").contains(" 14 ");
            assertThat(fetch.exitCode()).isZero();
        }
    }

    @Test
    void aProxyThatCannotBeUsedIsSaid() throws Exception {
        var proxy = Map.of("http_proxy", "ftp://me:secret@host");
        try (var fetch = CommandProcess.startIn(proxy, "fetch", "http://example.invalid/")) {
            assertThat(fetch.readErrors())
                    .contains("the proxy that the environment names cannot be used")
                    .doesNotContain("secret");
            assertThat(fetch.exitCode()).isEqualTo(3);
        }
    }

    private static void write(OutputStream input, String text) throws java.io.IOException {
        input.write(text.getBytes(StandardCharsets.UTF_8));
        input.flush();
    }
}
