// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.server.Response;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.mirror.place.FileNames;
import io.eventlet.mirror.place.Place;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class GoneTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private TreeServer server;

    @SuppressWarnings("NullAway.Init") // set before each
    private Copy copy;

    private final HttpClient client = HttpClient.create();

    @BeforeEach
    void copyATree() throws IOException {
        server = new TreeServer("/pub/a.txt", "/pub/b/c.txt", "/pub/b/d/e.txt", "/pub/f.txt");
        copy = Copy.in(root, client, new MemoryFrontier());
        run();
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
    }

    private Summary run() throws IOException {
        return copy.of(server.url("/pub/")).build().run();
    }

    private Place place() {
        return new Place(root, FileNames.UNIX, false, 0);
    }

    private List<Gone> gone() throws IOException {
        return Gone.find(copy.frontier(), place());
    }

    @Test
    void whatTheServerNoLongerHasIsFoundAndNotDeleted() throws IOException {
        server.files().remove("/pub/a.txt");
        var summary = run();

        assertThat(summary.isComplete()).isTrue();
        assertThat(gone())
                .containsExactly(new Gone(server.url("/pub/a.txt"), root.resolve("pub/a.txt")));
        assertThat(copy.files()).contains("/pub/a.txt");
    }

    @Test
    void aDirectoryThatIsGoneIsDeletedWithWhatWasInIt() throws IOException {
        server.files().remove("/pub/b/c.txt");
        server.files().remove("/pub/b/d/e.txt");
        server.answer("/pub/b/", _ -> Response.of(404));
        server.answer("/pub/b/d/", _ -> Response.of(410));
        var summary = run();

        Gone.delete(summary, place(), gone());

        assertThat(copy.files()).containsExactly("/pub/a.txt", "/pub/f.txt");
        assertThat(root.resolve("pub/b")).doesNotExist();
        assertThat(run().isComplete()).isTrue();
    }

    @Test
    void afterARunWithFailuresNothingIsDeleted() throws IOException {
        server.files().remove("/pub/a.txt");
        server.answer("/pub/f.txt", _ -> Response.of(403));
        var summary = run();

        assertThatThrownBy(() -> Gone.delete(summary, place(), gone()))
                .isInstanceOf(IllegalStateException.class);
        assertThat(copy.files()).contains("/pub/a.txt");
    }

    @Test
    void whatTheCopyHasNotMadeStays() throws IOException {
        Files.writeString(root.resolve("pub/mine.txt"), "mine");
        Files.writeString(root.resolve("pub/b/mine.txt"), "mine");
        server.files().remove("/pub/b/c.txt");
        var summary = run();

        Gone.delete(summary, place(), gone());

        assertThat(copy.files())
                .contains("/pub/mine.txt", "/pub/b/mine.txt")
                .doesNotContain("/pub/b/c.txt");
    }

    @Test
    void whatSomebodyHasChangedStays() throws IOException {
        server.files().remove("/pub/a.txt");
        Files.writeString(root.resolve("pub/a.txt"), "mine now");
        run();

        assertThat(gone()).isEmpty();
    }

    @Test
    void nothingIsFoundBehindASymbolicLink() throws IOException {
        Files.move(root.resolve("pub"), root.resolve("elsewhere"));
        Files.createSymbolicLink(root.resolve("pub"), root.resolve("elsewhere"));
        server.files().remove("/pub/a.txt");
        run();

        assertThat(gone()).isEmpty();
    }

    @Test
    void whatFailsForAMomentIsNotGone() throws IOException {
        server.answer("/pub/a.txt", _ -> Response.of(500));
        run();

        assertThat(gone()).isEmpty();
    }

    @Test
    void aStartThatIsNotThereIsAFailure() throws IOException {
        server.answer("/pub/", _ -> Response.of(404));

        assertThat(run().isComplete()).isFalse();
    }

    @Test
    void whatIsThereAgainIsFetchedAgain() throws IOException {
        server.files().remove("/pub/a.txt");
        Gone.delete(run(), place(), gone());
        server.put("/pub/a.txt", "new");
        run();

        assertThat(copy.content("/pub/a.txt")).isEqualTo("new");
        assertThat(gone()).isEmpty();
    }
}
