// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.ExitCode;
import io.eventlet.cli.testing.CommandRun;
import io.eventlet.mirror.frontier.StoredFrontier;

import org.h2.mvstore.DataUtils;
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
import java.util.stream.Stream;

/// What a run does with the state of a copy that is not as it should be.
@Timeout(60)
class CopyStateTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each
    private FileSite site;

    private Path copy = Path.of("");

    @BeforeEach
    void startSite() throws IOException {
        site = new FileSite(Files.createDirectory(directory.resolve("site"))).with("pub/a.txt");
        copy = directory.resolve("copy");
    }

    @AfterEach
    void closeSite() {
        site.close();
    }

    private CommandRun mirrorSite(String... options) {
        return mirror(
                Stream.concat(Stream.of(options), Stream.of(site.url("/pub/"), copy.toString()))
                        .toArray(String[]::new));
    }

    private static CommandRun mirror(String... arguments) {
        return CommandRun.of(new MirrorCommand(), arguments);
    }

    @Test
    void whatIsNoDirectoryCannotBeTheCopy() throws IOException {
        Files.writeString(copy, "a file");

        CommandRun run = mirrorSite();

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("'" + copy + "' cannot be used");
    }

    @ParameterizedTest
    @CsvSource({
        ".eventlet-mirror, -q",
        ".eventlet-mirror, --fresh",
        ".eventlet-mirror/parts, -q",
        ".eventlet-mirror/parts, --fresh",
        ".eventlet-mirror/originals, -q",
        ".eventlet-mirror/workers, --fresh"
    })
    void nothingIsTouchedBehindALinkInThePlaceOfTheState(String name, String option)
            throws IOException {
        var victim = Files.createDirectory(directory.resolve("victim"));
        Files.writeString(victim.resolve("layout"), "mine");
        var link = copy.resolve(name);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, victim);

        CommandRun run = mirrorSite(option);

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("'%s' is a symbolic link".formatted(link));
        assertThat(victim.toFile().list()).containsExactly("layout");
        assertThat(victim.resolve("layout")).hasContent("mine");
    }

    @Test
    void freshForgetsOnlyWhatItHasWritten() throws IOException {
        mirrorSite();
        var own = copy.resolve(".eventlet-mirror");
        var mine = Files.createDirectory(own.resolve("docs")).resolve("thesis.txt");
        Files.writeString(mine, "mine");
        var part = own.resolve("parts").resolve("0".repeat(32) + ".part");
        Files.writeString(part, "");

        CommandRun run = mirrorSite("--fresh");

        assertThat(run.exitCode()).isZero();
        assertThat(mine).hasContent("mine");
        assertThat(part).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 450, 1000})
    void aDamagedStateIsNamedWithWhatToDo(int lines) throws IOException {
        mirrorSite();
        Files.writeString(copy.resolve(".eventlet-mirror/state.mv"), "no state\n".repeat(lines));

        CommandRun run = mirrorSite();
        CommandRun fresh = mirrorSite("--fresh");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("state.mv' is damaged").contains("--fresh");
        assertThat(fresh.exitCode()).isZero();
    }

    @Test
    void aStateThatIsLostIsSaidInTheWordsOfTheSystem() {
        var full = new IOException("No space left on device");
        var lost = DataUtils.newMVStoreException(DataUtils.ERROR_WRITING_FAILED, "at 4096", full);

        var failure = CopyState.lost(copy, lost);

        assertThat(failure.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(failure)
                .hasMessageStartingWith(
                        "the state in '%s' cannot be used: No space left on device; "
                                .formatted(copy));
    }

    @ParameterizedTest
    @CsvSource({"-q", "--fresh"})
    void oneRunAtATimeUsesACopy(String option) throws IOException {
        mirrorSite();
        try (var _ = StoredFrontier.open(copy.resolve(".eventlet-mirror/state.mv"))) {
            CommandRun run = mirrorSite(option);

            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.err()).contains("in use by another run");
        }
        assertThat(mirrorSite().exitCode()).isZero();
    }
}
