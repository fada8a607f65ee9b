// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.CommandProcess;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

@Timeout(60)
class MirrorProcessTest {
    private static final String WHOLE = "first half, second half";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each
    private FileSite site;

    private final CountDownLatch halfSent = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private Path copy = Path.of("");

    /// A site with a file that is sent by halves.
    @BeforeEach
    void startSite() throws IOException {
        site = new FileSite(Files.createDirectory(directory.resolve("site"))).with("pub/a.txt");
        site.with("pub/large");
        copy = directory.resolve("copy");
        var bytes = WHOLE.getBytes(StandardCharsets.UTF_8);
        site.answering(
                "/pub/large",
                _ ->
                        Response.of(200)
                                .header("ETag", "\"1\"")
                                .body(
                                        out -> {
                                            out.write(bytes, 0, 10);
                                            out.flush();
                                            halfSent.countDown();
                                            await(goOn);
                                            out.write(bytes, 10, bytes.length - 10);
                                        },
                                        bytes.length));
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @AfterEach
    void closeSite() {
        goOn.countDown();
        site.close();
    }

    private CommandProcess start(String... options) throws IOException {
        var words = new ArrayList<>(List.of("mirror"));
        words.addAll(List.of(options));
        words.add(site.url("/pub/"));
        words.add(copy.toString());
        return CommandProcess.start(words.toArray(String[]::new));
    }

    private CommandRun again() {
        return CommandRun.of(new MirrorCommand(), "-v", site.url("/pub/"), copy.toString());
    }

    @Test
    void thePasswordIsAskedForBesideTheOutput() throws Exception {
        goOn.countDown();
        try (var mirror = start("--json", "--user", "me", "--ask-password")) {
            mirror.input().write("secret\n".getBytes(StandardCharsets.UTF_8));
            mirror.input().flush();

            assertThat(mirror.readLines()).isNotEmpty().allMatch(line -> line.startsWith("{"));
            assertThat(mirror.exitCode()).isZero();
        }
    }

    @Test
    void aRunThatReadsRobotsTxtSaysNothingButWhatItHasDone() throws Exception {
        site.answering("/robots.txt", _ -> Response.text("User-agent: *\nDisallow: /x\n"));
        goOn.countDown();
        try (var mirror = start("--links", "--robots", "all", "--quiet")) {

            assertThat(mirror.readErrors()).isEmpty();
            assertThat(mirror.exitCode()).isZero();
        }
    }

    @Test
    void aSignalLetsWhatIsNearlyDoneEndAndTheNextRunGoesOn() throws Exception {
        try (var mirror = start("--concurrency", "1")) {
            halfSent.await();

            mirror.terminate();
            goOn.countDown();

            assertThat(mirror.exitCode()).isEqualTo(143);
        }
        assertThat(copy.resolve(site.host()).resolve("pub/large")).hasContent(WHOLE);
        assertThat(again().exitCode()).isZero();
    }

    @Test
    void aSecondSignalEndsItAtOnceAndNothingIsLost() throws Exception {
        try (var mirror = start()) {
            halfSent.await();

            mirror.terminate();
            mirror.terminate();

            assertThat(mirror.exitCode()).isEqualTo(143);
        }
        goOn.countDown();
        assertThat(again().exitCode()).isZero();
        assertThat(copy.resolve(site.host()).resolve("pub/large")).hasContent(WHOLE);
    }
}
