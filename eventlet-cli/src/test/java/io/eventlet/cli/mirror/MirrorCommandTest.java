// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.Certificates;
import io.eventlet.cli.testing.CommandRun;
import io.eventlet.cli.testing.LocalPort;
import io.eventlet.cli.testing.LocalSite;
import io.eventlet.http.server.Response;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

@Timeout(60)
class MirrorCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each
    private FileSite site;

    private Path copy = Path.of("");

    @BeforeEach
    void startSite() throws IOException {
        site =
                new FileSite(Files.createDirectory(directory.resolve("site")))
                        .with("pub/a.txt")
                        .with("pub/b/c.txt")
                        .with("pub/b/d.iso")
                        .with("above.txt");
        copy = directory.resolve("copy");
    }

    @AfterEach
    void closeSite() {
        site.close();
    }

    private CommandRun mirror(String... arguments) {
        return CommandRun.of(new MirrorCommand(), arguments);
    }

    private CommandRun mirrorSite(String... options) {
        var arguments = new ArrayList<>(List.of(options));
        arguments.add(site.url("/pub/"));
        arguments.add(copy.toString());
        return mirror(arguments.toArray(String[]::new));
    }

    /// The files of the copy, below a directory of it.
    private List<String> copied(String below) throws IOException {
        var top = copy.resolve(below);
        try (var files = Files.walk(top)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> top.relativize(file).toString())
                    .filter(file -> !file.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void copiesATreeAndSaysHowMuchItWas() throws IOException {
        CommandRun run = mirrorSite();

        assertThat(run.exitCode()).isZero();
        assertThat(copied(site.host())).containsExactly("pub/a.txt", "pub/b/c.txt", "pub/b/d.iso");
        assertThat(copy.resolve(site.host()).resolve("pub/b/c.txt")).hasContent("pub/b/c.txt");
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("5 done").doesNotContain("failed", "left");
    }

    @Test
    void optionsOfWgetSayWhatIsCopiedAndWhere() throws IOException {
        mirrorSite("-nH", "--cut-dirs", "1", "-A", ".iso,*.zip");

        assertThat(copied("")).containsExactly("b/d.iso");
    }

    @ParameterizedTest
    @CsvSource({
        "-l 1, pub/a.txt",
        "-X /pub/b, pub/a.txt",
        "-I pub/b, pub/b/c.txt pub/b/d.iso",
        "-X /p*/[b], pub/a.txt",
        "-R txt, pub/b/d.iso",
        "--reject-regex [ac][.]txt$, pub/b/d.iso",
        "--accept-regex c, pub/b/c.txt",
        "--max-file-size 9, pub/a.txt"
    })
    void whatBelongsToACopyIsSaidByRules(String rule, String expected) throws IOException {
        mirrorSite(("-nH " + rule).split(" ", -1));

        assertThat(copied("")).containsExactly(expected.split(" ", -1));
    }

    @ParameterizedTest
    @CsvSource({
        "-D, http://a/, --domains: a host is a name",
        "-A, a/b, --accept: no name of a file has a slash",
        "-R, /*, --reject: no name of a file has a slash",
        "-X, /[z-a], --exclude-directories: no pattern"
    })
    void aRuleThatNothingCanMatchIsMisuse(String option, String value, String message) {
        CommandRun run = mirrorSite(option, value);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains(message)
                .contains("'" + value.replaceFirst("^/\\[", "[") + "'");
    }

    @Test
    void whatHasNotChangedIsNotFetchedAgain() {
        mirrorSite();

        CommandRun again = mirrorSite("-v");

        assertThat(again.exitCode()).isZero();
        assertThat(again.lines())
                .filteredOn(line -> line.contains(".txt") || line.contains(".iso"))
                .hasSize(3)
                .allMatch(line -> line.startsWith("unchanged"));
    }

    @Test
    void freshFetchesAllOfIt() {
        mirrorSite();

        CommandRun again = mirrorSite("-v", "--fresh");

        assertThat(again.lines()).filteredOn(line -> line.startsWith("stored")).hasSize(3);
    }

    @Test
    void failuresAreNamedAndCanBeGivenBack() throws IOException {
        site.answering("/pub/a.txt", _ -> Response.of(403));

        CommandRun run = mirrorSite();
        CommandRun failed = mirror("--failed", copy.toString());
        var list = Files.writeString(directory.resolve("list"), "# failed\n\n" + failed.out());
        site.answering("/pub/a.txt", _ -> Response.text("now it is there"));
        CommandRun again = mirror("-i", list.toString(), copy.toString());

        assertThat(run.exitCode()).isEqualTo(8);
        assertThat(run.out()).startsWith("failed").contains("/pub/a.txt [status 403]");
        assertThat(failed.lines()).containsExactly(site.url("/pub/a.txt"));
        assertThat(again.exitCode()).isZero();
        assertThat(copied(site.host())).contains("pub/a.txt");
    }

    @ParameterizedTest
    @CsvSource({"401, 6", "404, 8", "500, 8"})
    void theExitCodeIsThatOfWgetForAStatus(int status, int exitCode) {
        site.answering("/pub/a.txt", _ -> Response.of(status));

        assertThat(mirrorSite("--retries", "0").exitCode()).isEqualTo(exitCode);
    }

    @Test
    void theExitCodeIsThatOfTheFirstKindOfFailure() {
        site.answering("/pub/a.txt", _ -> Response.of(404));
        var dead = "http://127.0.0.1:" + LocalPort.dead() + "/";

        CommandRun run = mirror("--retries", "0", site.url("/pub/"), dead, copy.toString());

        assertThat(run.exitCode()).isEqualTo(4);
    }

    @Test
    void anAuthorityOfAFileIsBelieved() throws Exception {
        var pair = Certificates.of("EC");
        try (var secure = LocalSite.startTls(pair.context())) {
            secure.with("/a.txt", "secret");
            var authority = pair.certificatePem(directory).toString();

            CommandRun careful = mirror("--retries", "0", secure.url("/a.txt"), copy.toString());
            CommandRun told = mirror("--ca-file", authority, secure.url("/a.txt"), copy.toString());

            assertThat(careful.exitCode()).isEqualTo(5);
            assertThat(told.exitCode()).isZero();
        }
    }

    @Test
    void aFileThatCannotBeWrittenFails() throws IOException {
        Files.createDirectories(copy);
        Files.createSymbolicLink(copy.resolve(site.host()), directory);

        CommandRun run = mirrorSite();

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out()).contains("symbolic link is in the way");
    }

    @Test
    void requestsHaveTheFieldsThatAreAskedFor() {
        var seen = new AtomicReference<>("");
        site.answering(
                "/pub/a.txt",
                request -> {
                    seen.set(
                            request.headers().get("User-Agent", "")
                                    + " "
                                    + request.headers().get("X-Token", ""));
                    return Response.text("a");
                });

        mirrorSite("--user-agent", "somebody", "--header", "X-Token: one");

        assertThat(seen).hasValue("somebody one");
    }

    @Test
    void whoAsksIsSaidToTheServersOfTheStarts() {
        var seen = new AtomicReference<>("");
        site.answering(
                "/pub/a.txt",
                request -> {
                    seen.set(request.headers().get("Authorization", ""));
                    return Response.text("a");
                });

        mirrorSite("--user", "me", "--password=secret", "--no-netrc");

        assertThat(seen).hasValue("Basic bWU6c2VjcmV0");
    }

    @Test
    void pagesAreReadIfThatIsAskedFor() throws IOException {
        site.answering(
                "/pub/b/c.txt",
                _ -> Response.html("<a href='/pub/b/linked'>more</a><img src='/pub/b/shown'>"));
        site.answering("/pub/b/linked", _ -> Response.text("linked"));
        site.answering("/pub/b/shown", _ -> Response.text("shown"));

        mirrorSite("-nH", "--links", "-p", "--robots", "off");

        assertThat(copied("")).contains("pub/b/linked", "pub/b/shown");
    }

    @Test
    void aQuotaEndsTheRunAndTheNextOneGoesOn() throws IOException {
        CommandRun run = mirrorSite("--max-files", "1", "-c", "1");
        CommandRun next = mirrorSite();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("--max-files").contains("goes on from there");
        assertThat(next.exitCode()).isZero();
        assertThat(copied(site.host())).hasSize(3);
    }

    @Test
    void filesAreComparedWithTheListsOfTheirChecksums() throws IOException {
        site.answering(
                "/pub/SHA256SUMS",
                _ -> Response.text("0".repeat(64) + "  a.txt\n" + "0".repeat(64) + "  none\n"));
        mirror(site.url("/pub/"), site.url("/pub/SHA256SUMS"), copy.toString());

        CommandRun run = mirror("--verify", copy.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines())
                .contains("0 good, 1 wrong, 1 missing")
                .anyMatch(line -> line.startsWith("wrong") && line.contains("a.txt (SHA256SUMS)"));
    }

    @Test
    void aDirectoryThatIsNotThereIsNotVerified() {
        CommandRun run = mirror("--verify", directory.resolve("none").toString());

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("none' is no copy: there is no such directory");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void whatHasGoneIsNamedAndThenDeleted() throws IOException {
        mirrorSite();
        site.answering("/pub/a.txt", _ -> Response.of(404));

        CommandRun named = mirrorSite("--list-gone");
        var before = copied(site.host());
        CommandRun deleted = mirrorSite("--delete");

        assertThat(named.out()).startsWith("gone").contains("pub/a.txt");
        assertThat(before).contains("pub/a.txt");
        assertThat(deleted.exitCode()).isZero();
        assertThat(deleted.out()).startsWith("deleted").contains("pub/a.txt");
        assertThat(copied(site.host())).containsExactly("pub/b/c.txt", "pub/b/d.iso");
    }

    @Test
    void nothingIsDeletedAfterARunThatIsNotComplete() throws IOException {
        mirrorSite();
        site.answering("/pub/a.txt", _ -> Response.of(404));
        site.answering("/pub/b/c.txt", _ -> Response.of(403));

        CommandRun run = mirrorSite("--delete");

        assertThat(run.err()).contains("nothing is deleted");
        assertThat(copied(site.host())).contains("pub/a.txt");
    }

    @Test
    void theFirstTroubleOfAStartIsSaidAtOnceAndInWords() {
        var dead = "http://127.0.0.1:" + LocalPort.dead() + "/";

        CommandRun run = mirror("--retries", "2", "--retry-wait", "1ms", dead, copy.toString());

        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.lines()).hasSize(2);
        assertThat(run.lines().getFirst())
                .startsWith("put off")
                .contains(dead, "[network: cannot connect to 127.0.0.1 port ", "refused]");
        assertThat(run.lines().getLast()).startsWith("failed").contains(dead, "[network: ");
    }

    @Test
    void aStartOfWhichSomethingWasHeardIsPutOffSilently() {
        var asked = new AtomicInteger();
        site.answering(
                "/pub/a.txt",
                _ -> asked.incrementAndGet() == 1 ? Response.of(503) : Response.text("a"));

        CommandRun run = mirrorSite("--retry-wait", "1ms");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEmpty();
    }

    @Test
    void whatIsAskedAndAnsweredIsArchived() throws IOException {
        mirrorSite("--warc", directory.resolve("archive").toString());

        assertThat(directory.resolve("archive-00000.warc.gz")).isNotEmptyFile();
    }

    @Test
    void jsonIsAnObjectALineAndASummary() {
        site.answering("/pub/a.txt", _ -> Response.of(404));

        CommandRun run = mirrorSite("--json", "-R", "*.iso");

        assertThat(run.err()).isEmpty();
        assertThat(run.lines())
                .contains(
                        "{\"type\":\"listed\",\"url\":\"%s\",\"entries\":2}"
                                .formatted(site.url("/pub/")),
                        "{\"type\":\"skipped\",\"url\":\"%s\",\"rule\":\"reject *.iso\"}"
                                .formatted(site.url("/pub/b/d.iso")),
                        "{\"type\":\"failed\",\"url\":\"%s\",\"reason\":\"status 404\",\"trouble\":\"server\"}"
                                .formatted(site.url("/pub/a.txt")));
        assertThat(run.lines().getLast())
                .startsWith(
                        "{\"type\":\"summary\",\"done\":3,\"skipped\":1,\"failed\":1,\"left\":0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://127.0.0.1:1/ | The last argument is the directory",
                "copy | Nothing to copy",
                "ftp://127.0.0.1/ copy | is no URL: expected http://",
                "--parents -np http://a/ copy | exclude each other",
                "--why x --report copy | exclude each other",
                "--report http://a/ copy | only DIR is needed",
                "--header token http://a/ copy | is not a field",
                "--insecure --ca-file x http://a/ copy | --insecure excludes --ca-file",
                "--max-file-size big http://a/ copy | is not a size",
                "--robots some http://a/ copy | is not one of off, pages, all",
                "--newer-than soon http://a/ copy | is no time",
                "--user me http://a/ copy | belong together",
                "--ask-password http://a/ copy | belong together",
                "--user me --password http://a/ http://b/ copy | has a URL for its value",
                "--user me --password=x --ask-password http://a/ copy | exclude each other",
                "--user me --ask-password -i - http://a/ copy | both read standard input",
                "-4 http://a/ copy | unknown option '-4'",
                "http://a/ -4 | unknown option '-4'",
                "--verify --failed copy | exclude each other",
                "--accept-regex ( http://a/ copy | is not a regular expression"
            })
    void misuseIsNamed(String arguments, String expected) {
        CommandRun run = mirror(arguments.split(" ", -1));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://me:s3cret@127.0.0.1/",
                "http://me:s3cret@/ copy",
                "http://me:s3cret@h:port/ copy",
                "http://me:x/s3cret@h/ copy",
                "ftp://me:s3cret@h/ copy",
                "me:s3cret@h copy",
                "--report http://me:s3cret@h/ copy"
            })
    void noMessageShowsAPassword(String arguments) {
        CommandRun run = mirror(arguments.split(" ", -1));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out() + run.err()).isNotEmpty().doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource({"-v, true", "--links, false", "-p, false", "-q, false"})
    void aStartThatIsAPageIsNamedUnlessPagesAreRead(String option, boolean isNamed) {
        site.answering("/pub/", _ -> Response.html("<h1>Welcome</h1><p>to our <a href='a'>page"));

        CommandRun run = mirrorSite(option, "--robots", "off");

        assertThat(run.err().contains(site.url("/pub/") + " is a page, and no listing: --links"))
                .isEqualTo(isNamed);
    }

    @Test
    void aLineThatIsNoUrlIsNamedAndTheOthersAreCopied() throws IOException {
        var list =
                Files.writeString(
                        directory.resolve("list"), "not a URL\n" + site.url("/above.txt") + "\n");

        CommandRun run = mirror("-i", list.toString(), copy.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("'not a URL' is no URL");
        assertThat(copied(site.host())).containsExactly("above.txt");
    }

    @Test
    void aStartThatLeadsElsewhereIsSaidLoudly() throws IOException {
        try (var moved = LocalSite.start()) {
            moved.withRedirect("/pub/", site.url("/pub/"));

            CommandRun run = mirror("-v", moved.url("/pub/"), copy.toString());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out() + run.err())
                    .containsPattern(moved.url("/pub/") + ".*leads to " + site.url("/pub/"));
        }
    }

    @Test
    void whatIsSharedIsNotForgotten() {
        CommandRun run = mirrorSite("--fresh", "--frontier", "postgresql://db/x");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--fresh forgets a state that nobody shares");
    }
}
