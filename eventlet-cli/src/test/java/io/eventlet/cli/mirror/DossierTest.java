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
import java.nio.file.Files;
import java.nio.file.Path;

@Timeout(60)
class DossierTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each
    private FileSite site;

    private Path copy = Path.of("");

    @BeforeEach
    void copySite() throws IOException {
        site =
                new FileSite(Files.createDirectory(directory.resolve("site")))
                        .with("pub/a.txt")
                        .with("pub/b.iso")
                        .with("pub/c d.txt");
        site.answering("/pub/a.txt", _ -> Response.of(404));
        copy = directory.resolve("copy");
        run("-nH", "--cut-dirs", "1", "-R", "*.iso", site.url("/pub/"), copy.toString());
    }

    @AfterEach
    void closeSite() {
        site.close();
    }

    private static CommandRun run(String... arguments) {
        return CommandRun.of(new MirrorCommand(), arguments);
    }

    private CommandRun why(String what) {
        return run("--why", what, copy.toString());
    }

    @Test
    void aRuleIsNamedByWhichAUrlIsNotThere() {
        assertThat(why(site.url("/pub/b.iso")).lines())
                .containsExactly(
                        site.url("/pub/b.iso"),
                        "  skipped by a rule: reject *.iso",
                        "  found at %s, 1 link from a start".formatted(site.url("/pub/")));
    }

    @Test
    void aFailureIsToldAgain() {
        assertThat(why(site.url("/pub/a.txt")).lines()).contains("  failed: status 404");
    }

    @Test
    void aFileIsAskedAboutByItsNameInTheCopyOrByItsPath() {
        var byName = why("c d.txt");
        var byPath = why(copy.resolve("c d.txt").toString());

        assertThat(byName.lines())
                .contains(site.url("/pub/c%20d.txt"), "  stored, status 200")
                .contains("  file " + copy.resolve("c d.txt"));
        assertThat(byPath.out()).isEqualTo(byName.out());
    }

    @Test
    void aNameThatATerminalWouldObeyIsToldWithoutThat() throws IOException {
        var listing = "<title>Index of /odd/</title><a href=\"%C2%9B31m\">odd</a>";
        site.with("odd/\u009b31m").answering("/odd/", _ -> Response.html(listing));
        run("-nH", site.url("/odd/"), copy.toString());

        var why = why(site.url("/odd/%C2%9B31m"));

        assertThat(why.lines()).contains("  file " + copy.resolve("odd") + "/ 31m");
    }

    @Test
    void aUrlThatWasNeverSeenIsToldWithWhatIsAboveIt() {
        var run = why(site.url("/pub/none"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines())
                .contains("  never seen: nothing that was read leads to it", "above it:")
                .contains(site.url("/pub/"));
    }

    @Test
    void aListingThatWasTooLargeSaysByWhichOptionItIsRead() {
        var listing = new StringBuilder("<title>Index of /large/</title>");
        for (int i = 0; i < 2000; i++) {
            listing.append("<a href=file").append(i).append(">file").append(i).append("</a>");
        }
        site.answering("/large/", _ -> Response.html(listing.toString()));
        String[] all = {"-R", "file*", site.url("/large/"), copy.toString()};

        var cut = run("--page-bytes", "10k", all[0], all[1], all[2], all[3]);
        var why = why(site.url("/large/"));
        var whole = run("--page-bytes", "1M", all[0], all[1], all[2], all[3]);

        assertThat(cut.exitCode()).isEqualTo(8);
        assertThat(why.out()).contains("failed: a listing of ").contains("--page-bytes");
        assertThat(whole.exitCode()).isNotEqualTo(8);
        assertThat(why(site.url("/large/")).out()).contains("read as a listing");
    }

    @Test
    void theReportHasALineForEachUrl() {
        assertThat(run("--report", copy.toString()).lines())
                .containsExactly(
                        "listed     %s".formatted(site.url("/pub/")),
                        "failed     %s [status 404]".formatted(site.url("/pub/a.txt")),
                        "skipped    %s [reject *.iso]".formatted(site.url("/pub/b.iso")),
                        "stored     %s".formatted(site.url("/pub/c%20d.txt")));
    }

    @Test
    void theReportMayBeJson() {
        assertThat(run("--json", "--report", copy.toString()).lines())
                .hasSize(4)
                .contains(
                        "{\"type\":\"url\",\"url\":\"%s\",\"state\":\"stored\",\"file\":\"%s\",\"status\":200,\"tries\":0,\"depth\":1,\"from\":\"%s\"}"
                                .formatted(
                                        site.url("/pub/c%20d.txt"),
                                        copy.resolve("c d.txt"),
                                        site.url("/pub/")),
                        "{\"type\":\"url\",\"url\":\"%s\",\"state\":\"skipped\",\"reason\":\"reject *.iso\",\"tries\":0,\"depth\":1,\"from\":\"%s\"}"
                                .formatted(site.url("/pub/b.iso"), site.url("/pub/")));
    }

    @Test
    void whatIsNoCopyIsNamed() {
        var run = run("--report", directory.toString());

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("is no copy");
    }

    @Test
    void filesThatMeetInOneNameAreAFailureOfTheRunAndOfTheReport() throws IOException {
        site.with("x/1/f").with("x/2/f");
        var other = directory.resolve("other");

        var run = run("-nH", "--cut-dirs", "2", site.url("/x/"), other.toString());
        var failed = run("--failed", other.toString()).lines();
        var holder = run("--why", other.resolve("f").toString(), other.toString()).lines();

        assertThat(holder)
                .startsWith(
                        site.url("/" + Files.readString(other.resolve("f"))),
                        "  stored, status 200");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out() + run.err()).contains("f: the file of another URL");
        assertThat(failed)
                .singleElement()
                .isIn(site.url("/x/1/f"), site.url("/x/2/f"))
                .isNotEqualTo(site.url("/" + Files.readString(other.resolve("f"))));
    }

    @Test
    void oneOfSeveralWorkersLeavesOutNoDirectories() {
        var run =
                run(
                        "--cut-dirs",
                        "1",
                        "--frontier",
                        "postgresql://127.0.0.1:1/x",
                        site.url("/"),
                        copy.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--cut-dirs is for one worker");
    }
}
