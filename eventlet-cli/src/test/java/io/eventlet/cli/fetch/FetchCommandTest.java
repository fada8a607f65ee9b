// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.Certificates;
import io.eventlet.cli.testing.CommandRun;
import io.eventlet.cli.testing.LocalPort;
import io.eventlet.cli.testing.LocalSite;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

@Timeout(60)
class FetchCommandTest {
    @TempDir private Path directory;
    private final LocalSite site = LocalSite.start();

    @AfterEach
    void closeSite() {
        site.close();
    }

    @Test
    void printsStatusBytesTimeAndUrl() {
        site.with("/hello", "Hello, world");

        CommandRun run = fetch(site.url("/hello"));

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines())
                .singleElement()
                .asString()
                .matches("200 +12 +\\d+ ms  " + site.url("/hello"));
        assertThat(run.err()).contains("1 URL in").contains("1 fetched").doesNotContain("failed");
    }

    @Test
    void theOrderOfTheInputIsKeptWhoeverAnswersFirst() {
        var lastWasAsked = new CountDownLatch(1);
        List<String> urls = IntStream.range(0, 20).mapToObj(i -> site.url("/" + i)).toList();
        for (int i = 0; i < 19; i++) {
            site.with(
                    "/" + i,
                    exchange -> {
                        try (exchange) {
                            lastWasAsked.await();
                            exchange.sendResponseHeaders(200, -1);
                        } catch (InterruptedException _) {
                            Thread.currentThread().interrupt();
                        }
                    });
        }
        site.with(
                "/19",
                exchange -> {
                    try (exchange) {
                        lastWasAsked.countDown();
                        exchange.sendResponseHeaders(200, -1);
                    }
                });

        CommandRun run = fetch(urls.toArray(String[]::new));

        assertThat(urlsOf(run)).isEqualTo(urls);
    }

    @Test
    void thousandsOfUrlsAreFetchedWithAFewPlaces() throws Exception {
        site.with("/", "x");
        List<String> urls = IntStream.range(0, 3000).mapToObj(i -> site.url("/" + i)).toList();
        Path file = Files.write(directory.resolve("urls"), urls);

        CommandRun run = fetch("--input", file.toString(), "--concurrency", "8");

        assertThat(run.exitCode()).isZero();
        assertThat(urlsOf(run)).isEqualTo(urls);
        assertThat(run.err()).contains("3,000 URLs in").contains("at most 8 at once");
    }

    @ParameterizedTest
    @CsvSource({"404,http 4xx,HTTP 404 Not Found", "500,http 5xx,HTTP 500 Internal Server Error"})
    void aStatusThatIsNoSuccessIsAFailure(int status, String kind, String message) {
        site.with("/", status, "text/plain", "sorry");

        CommandRun run = fetch(site.url("/"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).startsWith(status + " ").endsWith("[" + kind + "] " + message + "\n");
        assertThat(run.err()).contains("1 failed: 1 " + kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--output=", "--input="})
    void anEmptyNameOfAFileIsNotTheCurrentDirectory(String option) {
        CommandRun run = fetch(option, site.url("/"));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("'' is not the name of a file or directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--json", "--no-progress"})
    void aPasswordIsNotPrinted(String option) {
        site.with("/", "x");

        CommandRun run = fetch(option, site.url("/").replace("://", "://me:secret@"));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out() + run.err()).contains("://me:***@").doesNotContain("secret");
    }

    @Test
    void nobodyListensIsRefused() {
        CommandRun run = fetch("http://127.0.0.1:" + LocalPort.dead() + "/");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).startsWith("--- ").contains("[refused]");
    }

    @Test
    void aConnectionThatIsResetIsOne() {
        try (var port = LocalPort.open(LocalPort::reset)) {
            assertThat(fetch(port.url("/")).out()).contains("[reset]");
        }
    }

    @Test
    void aBodyThatBreaksOffIsReset() {
        try (var port =
                LocalPort.open(connection -> {
                    int ignored = connection.getInputStream().read();
                    connection
                            .getOutputStream()
                            .write(
                                    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"
                                            .getBytes(StandardCharsets.US_ASCII));
                })) {
            assertThat(fetch(port.url("/")).out()).contains("[reset]");
        }
    }

    @Test
    void aServerThatNeverAnswersTimesOutAndTheOthersDoNot() {
        site.withSilence("/silent").with("/hello", "Hello");

        CommandRun run = fetch("--timeout", "3s", site.url("/silent"), site.url("/hello"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines().getFirst()).contains("[timeout] not finished within 3.00 s");
        assertThat(run.lines().getLast()).startsWith("200 ");
    }

    @Test
    void aBodyThatNeverEndsTimesOut() {
        var closing = new CountDownLatch(1);
        site.with(
                "/drip",
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write('x');
                    exchange.getResponseBody().flush();
                    try {
                        closing.await();
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                });

        CommandRun run = fetch("--timeout", "500ms", site.url("/drip"));
        closing.countDown();

        assertThat(run.out()).contains("[timeout]");
    }

    @Test
    void whatIsNoUrlFailsAloneAndInItsPlace() {
        site.with("/hello", "Hello");

        CommandRun run = fetch("no-url", site.url("/hello"), "ftp://host/");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines()).hasSize(3);
        assertThat(run.lines().getFirst())
                .contains("no-url [bad URL] expected http:// or https://");
        assertThat(run.lines().get(1)).startsWith("200 ");
        assertThat(run.lines().getLast()).contains("ftp://host/ [bad URL]");
    }

    @Test
    void redirectsAreFollowed() {
        site.withRedirect("/old", "/new").with("/new", "moved");

        assertThat(fetch(site.url("/old")).lines())
                .singleElement()
                .asString()
                .matches("200 +5 .*/old");
    }

    @Test
    void aLoopOfRedirectsEnds() {
        site.withRedirect("/loop", "/loop");

        assertThat(fetch(site.url("/loop")).out()).contains("[other] more than 20 redirects");
    }

    @Test
    void bodiesAreSavedUnderTheirNames() throws Exception {
        site.with("/a/page.html", "<p>page</p>").with("/missing", 404, "text/plain", "no");
        Path top = directory.resolve("out/below");

        CommandRun run =
                fetch(
                        "--output",
                        top.toString(),
                        site.url("/a/page.html"),
                        site.url("/a/page.html"),
                        site.url("/missing"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(filesBelow(top))
                .satisfiesExactly(
                        name -> assertThat(name).endsWith("/a/page.html"),
                        name -> assertThat(name).endsWith("/a/page.html.1"));
        assertThat(run.lines().getFirst()).contains(" -> ").endsWith("page.html");
        for (String name : filesBelow(top)) {
            assertThat(top.resolve(name)).hasContent("<p>page</p>");
        }
    }

    @Test
    void aCertificateThatNobodyVouchesForIsATlsFailureUnlessItIsAccepted() throws Exception {
        try (var secure = LocalSite.startTls(Certificates.of("EC").context())) {
            secure.with("/", "secret");

            CommandRun careful = fetch(secure.url("/"));
            CommandRun careless = fetch("--insecure", secure.url("/"));

            assertThat(careful.out()).contains("[tls]");
            assertThat(careless.lines()).singleElement().asString().matches("200 +6 .*");
        }
    }

    @Test
    void jsonIsOneObjectALineAndASummary() {
        site.with("/hello", "Hello");

        CommandRun run = fetch("--json", site.url("/hello"), "no\"url");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines()).hasSize(3);
        assertThat(run.lines().getFirst())
                .startsWith(
                        "{\"type\":\"result\",\"url\":\""
                                + site.url("/hello")
                                + "\",\"ok\":true,\"ms\":")
                .endsWith(",\"status\":200,\"bytes\":5}");
        assertThat(run.lines().get(1))
                .contains("\"url\":\"no\\\"url\",\"ok\":false")
                .contains("\"kind\":\"bad URL\"");
        assertThat(run.lines().getLast())
                .startsWith(
                        "{\"type\":\"summary\",\"urls\":2,\"fetched\":1,\"failed\":1,\"bytes\":5,")
                .endsWith("\"failures\":{\"bad URL\":1}}");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void quietPrintsFailuresOnly() {
        site.with("/hello", "Hello");

        CommandRun run = fetch("--quiet", site.url("/hello"), "no-url");

        assertThat(run.lines()).singleElement().asString().contains("no-url");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void quietJsonIsOfFailuresOnly() {
        site.with("/hello", "Hello");

        CommandRun run = fetch("--quiet", "--json", site.url("/hello"), "no-url");

        assertThat(run.lines()).singleElement().asString().contains("\"url\":\"no-url\"");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void noUrlsInAFileIsNoFailure() throws Exception {
        Path file = Files.writeString(directory.resolve("urls"), "# none today\n");

        CommandRun run = fetch("--input", file.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("0 URLs");
    }

    @Test
    void nothingToFetchIsAMisuse() {
        CommandRun run = fetch();

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith(
                        "Nothing to fetch: give URLs, or - for standard input, or --input FILE");
    }

    @Test
    void aMissingInputIsNamed() {
        CommandRun run = fetch("--input", directory.resolve("missing").toString());

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err())
                .contains("'--input'")
                .contains("missing' is no file that can be read");
    }

    @Test
    void anOutputThatIsAFileIsNamed() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "here first");

        CommandRun run = fetch("--output", file.toString(), site.url("/"));

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("'--output'").contains("file' cannot be made a directory");
        assertThat(file).hasContent("here first");
    }

    @ParameterizedTest
    @CsvSource({"--concurrency,0", "--concurrency,many", "--timeout,soon", "--timeout,-1"})
    void aValueOutOfBoundsIsNamed(String option, String value) {
        CommandRun run = fetch(option + "=" + value, site.url("/"));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("'" + option + "'")
                .contains("'" + value + "'")
                .contains("expected");
    }

    private static CommandRun fetch(String... arguments) {
        return CommandRun.of(new FetchCommand(), arguments);
    }

    private static List<String> urlsOf(CommandRun run) {
        return run.lines().stream().map(line -> line.replaceFirst(".* ms  ", "")).toList();
    }

    private static List<String> filesBelow(Path top) throws Exception {
        List<String> names = new ArrayList<>();
        try (var files = Files.walk(top)) {
            files.filter(Files::isRegularFile)
                    .sorted()
                    .forEach(file -> names.add(top.relativize(file).toString()));
        }
        return names;
    }
}
