// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.CommandRun;
import io.eventlet.http.server.Response;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Copies whose links are converted.
@Timeout(60)
class OfflineCopyTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each
    private FileSite site;

    private Path copy = Path.of("");

    @BeforeEach
    void startSite() throws IOException {
        var root = Files.createDirectory(directory.resolve("site"));
        site = new FileSite(root).with("b.html");
        Files.writeString(
                root.resolve("a.html"), "<h1>Welcome</h1><a href=/b.html>b</a><a href=/x/>x</a>");
        copy = directory.resolve("copy");
    }

    @AfterEach
    void closeSite() {
        site.close();
    }

    private CommandRun mirror(String... options) {
        var arguments = new String[options.length + 5];
        System.arraycopy(options, 0, arguments, 0, options.length);
        System.arraycopy(
                new String[] {"-nH", "--links", "-k", site.url("/a.html"), copy.toString()},
                0,
                arguments,
                options.length,
                5);
        return CommandRun.of(new MirrorCommand(), arguments);
    }

    private String page() throws IOException {
        return Files.readString(copy.resolve("a.html"));
    }

    @Test
    void linksLeadToTheFilesOfTheCopy() throws IOException {
        CommandRun run = mirror("-v", "-R", "x");

        assertThat(run.lines()).anyMatch(line -> line.matches("converted .*/a.html -> .*a.html"));
        assertThat(page())
                .isEqualTo(
                        "<h1>Welcome</h1><a href=b.html>b</a><a href=%s>x</a>"
                                .formatted(site.url("/x/")));
    }

    @Test
    void programsAreToldWhatWasConverted() {
        assertThat(mirror("--json").out())
                .contains("{\"type\":\"converted\",\"url\":\"" + site.url("/a.html"));
    }

    @Test
    void theSummarySaysHowManyWereConverted() {
        assertThat(mirror().err()).contains("1 page has its links converted");
        assertThat(mirror("--json").out()).contains("\"converted\":0");
    }

    @Test
    void whatWasKeptOfAPageThatSomebodyHasDeletedIsSwept() throws IOException {
        site.answering("/b.html", _ -> Response.html("<a href=/a.html>a</a>"));
        mirror("-R", "x");
        Files.delete(copy.resolve("a.html"));
        site.answering("/a.html", _ -> Response.html("<a href=http://127.0.0.2/>none</a>"));

        mirror("-R", "x", "--delete");

        try (var kept = Files.walk(copy.resolve(".eventlet-mirror/originals"))) {
            assertThat(kept.filter(Files::isRegularFile)).hasSize(1); // that of b.html
        }
    }

    @Test
    void linksToWhatIsDeletedAreUrlsAgain() throws IOException {
        site.answering("/x/", _ -> Response.text("x"));
        mirror();
        site.answering("/b.html", _ -> Response.of(404));

        CommandRun run = mirror("--delete");

        assertThat(run.out()).contains("deleted");
        assertThat(page()).contains("<a href=%s>b</a>".formatted(site.url("/b.html")));
        assertThat(copy.resolve("b.html")).doesNotExist();
    }

    @Test
    void aFreshRunKeepsTheOriginalsOfPagesThatStay() throws Exception {
        site.answering("/b.html", _ -> Response.html("<a href=/a.html>a</a>"));
        mirror();
        Files.writeString(
                copy.resolve("SHA256SUMS"), sha256("<a href=/a.html>a</a>") + "  b.html\n");
        site.answering("/b.html", _ -> Response.of(404));

        mirror("--fresh");

        CommandRun verified = CommandRun.of(new MirrorCommand(), "--verify", copy.toString());
        assertThat(Files.readString(copy.resolve("b.html"))).isEqualTo("<a href=a.html>a</a>");
        assertThat(verified.out()).contains("1 good");
        assertThat(verified.exitCode()).isZero();
    }

    private static String sha256(String text) throws NoSuchAlgorithmException {
        var hash =
                MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash);
    }

    @Test
    void oneOfSeveralWorkersCannotConvertLinks() {
        CommandRun run = mirror("--frontier", "postgresql://127.0.0.1:1/x");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--convert-links is for one worker");
    }
}
