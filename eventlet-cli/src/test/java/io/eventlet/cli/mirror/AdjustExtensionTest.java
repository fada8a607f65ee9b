// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.browser.Chromium;
import io.eventlet.cli.testing.CommandRun;
import io.eventlet.http.server.Response;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Copies in which pages and style sheets have names that end as browsers want them to.
@Timeout(120)
class AdjustExtensionTest {
    private static final String PAGE =
            "<!doctype html><title>A</title><link rel=stylesheet href=s.css?ver=6.4>"
                    + "<p id=p>a <a href=about>b</a><script>document.title ="
                    + " getComputedStyle(document.getElementById('p')).color</script>";
    private static final String ABOUT = "<!doctype html><title>About</title><a href=a>a</a>";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each
    private FileSite site;

    private Path copy = Path.of("");

    @BeforeEach
    void startSite() throws IOException {
        site = new FileSite(Files.createDirectory(directory.resolve("site")));
        answer("/a", "text/html", PAGE);
        answer("/about", "text/html; charset=utf-8", ABOUT);
        answer("/s.css?ver=6.4", "text/css", "p { color: rgb(1, 2, 3) }");
        copy = directory.resolve("copy");
    }

    @AfterEach
    void closeSite() {
        site.close();
    }

    private void answer(String target, String type, String content) {
        var tag = "\"%08x\"".formatted(content.hashCode());
        site.answering(
                target,
                request ->
                        tag.equals(request.headers().get("If-None-Match"))
                                ? Response.of(304).header("ETag", tag)
                                : Response.of(200)
                                        .header("ETag", tag)
                                        .header("Content-Type", type)
                                        .body(content.getBytes(StandardCharsets.UTF_8)));
    }

    private CommandRun mirror(String... options) {
        var arguments = new ArrayList<>(List.of(options));
        arguments.addAll(
                List.of("-nH", "--links", "-p", "-k", "-E", site.url("/a"), copy.toString()));
        return CommandRun.of(new MirrorCommand(), arguments.toArray(String[]::new));
    }

    private CommandRun ask(String... what) {
        var arguments = new ArrayList<>(List.of(what));
        arguments.add(copy.toString());
        return CommandRun.of(new MirrorCommand(), arguments.toArray(String[]::new));
    }

    @Test
    void linksLeadToTheNamesWithEnds() throws IOException {
        assertThat(mirror().exitCode()).isZero();

        assertThat(Files.readString(copy.resolve("a.html")))
                .isEqualTo(
                        PAGE.replace("s.css?ver=6.4", "s.css%3Fver=6.4.css")
                                .replace("about", "about.html"));
        assertThat(copy.resolve("s.css?ver=6.4.css")).exists();
        assertThat(copy.resolve("a")).doesNotExist();
    }

    @Test
    void theSameCommandAgainFetchesNothing() {
        mirror();

        CommandRun run = mirror("--json");

        assertThat(run.out()).contains("\"stored\":0,\"unchanged\":3");
    }

    @Test
    void aFileIsAskedAboutByTheNameWithItsEnd() {
        mirror();

        CommandRun run = ask("--why", copy.resolve("about.html").toString());

        assertThat(run.lines())
                .contains(site.url("/about"), "  file " + copy.resolve("about.html"));
    }

    @Test
    void theReportNamesTheFile() {
        mirror();

        assertThat(ask("--json", "--report").out())
                .contains("\"file\":\"" + copy.resolve("about.html") + "\"");
    }

    @Test
    void checksumsAreThoseOfWhatTheServerHas() throws Exception {
        mirror();
        var hash =
                MessageDigest.getInstance("SHA-256").digest(ABOUT.getBytes(StandardCharsets.UTF_8));
        Files.writeString(copy.resolve("SHA256SUMS"), HexFormat.of().formatHex(hash) + "  about\n");

        CommandRun run = ask("--verify");

        assertThat(run.out()).contains("1 good");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void whatHasGoneIsDeleted() throws IOException {
        mirror();
        site.answering("/about", _ -> Response.of(404));

        CommandRun run = mirror("--delete");

        assertThat(run.out()).contains("deleted    " + copy.resolve("about.html"));
        assertThat(copy.resolve("about.html")).doesNotExist();
        assertThat(Files.readString(copy.resolve("a.html"))).contains(site.url("/about"));
    }

    @Test
    void archivesAreWrittenAsWithoutIt() {
        CommandRun run = mirror("--warc", directory.resolve("archive").toString());

        assertThat(run.exitCode()).isZero();
        assertThat(copy.resolve("about.html")).exists();
        assertThat(directory.resolve("archive-00000.warc.gz")).exists();
    }

    @Test
    void oneOfSeveralWorkersCannotDoIt() {
        CommandRun run = ask("-E", "--frontier", "postgresql://127.0.0.1:1/x", site.url("/a"));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--adjust-extension is for one worker");
    }

    @Test
    @Tag("browser")
    void aBrowserShowsThePagesFromTheDisk() throws Exception {
        mirror();

        try (var chromium = Chromium.start()) {
            var page = chromium.open(copy.resolve("a.html").toUri());

            page.awaitTrue("document.title === 'rgb(1, 2, 3)'"); // by the style sheet
            chromium.open(copy.resolve("about.html").toUri())
                    .awaitTrue("document.title === 'About'");
        }
    }
}
