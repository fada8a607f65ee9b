// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import static io.eventlet.mirror.fetch.ScriptedServer.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.place.FileNames;
import io.eventlet.mirror.place.Place;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;

/// What is known of stored files when a process ends before anybody has saved it.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class JournalTest {
    private static final String FILE = answer("200 OK", "0123", "Content-Length: 4", "ETag: \"1\"");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    private final HttpClient client = HttpClient.builder().retries(false).build();

    @AfterEach
    void closeClient() {
        client.close();
    }

    /// What becomes of a URL of which nobody knows, in a process of its own.
    private Fetched fetch(ScriptedServer server, String target) throws IOException {
        var place = new Place(root, FileNames.UNIX, false, 0);
        try (var download = new Download(client, place, Long.MAX_VALUE, _ -> false)) {
            return download.fetch(HttpUrl.of(server.url(target)), Version.UNKNOWN);
        }
    }

    private Path journal() {
        return root.resolve(Place.OWN).resolve("stored");
    }

    @Test
    void aFileThatIsWholeIsNotFetchedAgain() throws IOException {
        try (var server = ScriptedServer.of(FILE)) {
            fetch(server, "/a");
            var again = fetch(server, "/a");

            assertThat(again)
                    .isInstanceOfSatisfying(
                            Fetched.Stored.class,
                            stored -> {
                                assertThat(stored.file()).isEqualTo(root.resolve("a"));
                                assertThat(stored.version().etag()).isEqualTo("\"1\"");
                                assertThat(stored.received()).isZero();
                            });
            assertThat(server.heads()).hasSize(1);
        }
    }

    @Test
    void aFileThatSomebodyHasChangedIsFetchedAgain() throws IOException {
        try (var server = ScriptedServer.of(FILE, FILE)) {
            fetch(server, "/a");
            Files.setLastModifiedTime(root.resolve("a"), FileTime.fromMillis(0));
            fetch(server, "/a");

            assertThat(server.heads()).hasSize(2);
        }
    }

    @Test
    void aFileThatIsGoneIsFetchedAgain() throws IOException {
        try (var server = ScriptedServer.of(FILE, FILE)) {
            fetch(server, "/a");
            Files.delete(root.resolve("a"));
            fetch(server, "/a");

            assertThat(root.resolve("a")).hasContent("0123");
        }
    }

    @Test
    void aLineThatWasCutSaysNothing() throws IOException {
        try (var server = ScriptedServer.of(FILE, FILE, FILE)) {
            fetch(server, "/a");
            Files.writeString(journal(), "0123\tb\t4 20", StandardOpenOption.APPEND);
            fetch(server, "/b");
            fetch(server, "/b");

            assertThat(server.heads()).hasSize(2);
        }
    }

    @Test
    void whatWasSavedTwiceIsForgotten() throws IOException {
        var place = new Place(root, FileNames.UNIX, false, 0);
        try (var server = ScriptedServer.of(FILE, FILE, FILE)) {
            try (var download = new Download(client, place, Long.MAX_VALUE, _ -> false)) {
                download.fetch(HttpUrl.of(server.url("/a")), Version.UNKNOWN);
                download.settle(() -> {});
                download.fetch(HttpUrl.of(server.url("/b")), Version.UNKNOWN);
                download.settle(() -> {});
            }
            fetch(server, "/b");
            fetch(server, "/a");

            assertThat(server.heads()).hasSize(3);
        }
    }

    @Test
    void whatNobodyHasAskedForIsKept() throws IOException {
        var place = new Place(root, FileNames.UNIX, false, 0);
        try (var server = ScriptedServer.of(FILE)) {
            fetch(server, "/a");
            try (var download = new Download(client, place, Long.MAX_VALUE, _ -> false)) {
                download.settle(() -> {});
                download.settle(() -> {});
            }
            fetch(server, "/a");

            assertThat(server.heads()).hasSize(1);
        }
    }

    @Test
    void anotherRoundLooksAtAllAgain() throws IOException {
        var place = new Place(root, FileNames.UNIX, false, 0);
        try (var server = ScriptedServer.of(FILE, FILE)) {
            fetch(server, "/a");
            try (var download = new Download(client, place, Long.MAX_VALUE, _ -> false)) {
                download.forget();
                download.fetch(HttpUrl.of(server.url("/a")), Version.UNKNOWN);
            }

            assertThat(server.heads()).hasSize(2);
        }
    }

    /// As [#fetch], by a worker of a run that others may have begun.
    private void fetch(ScriptedServer server, long run) throws IOException {
        var place = new Place(root, FileNames.UNIX, false, 0);
        try (var download = new Download(client, place, Long.MAX_VALUE, _ -> false)) {
            download.ofRun(run);
            download.fetch(HttpUrl.of(server.url("/a")), Version.UNKNOWN);
        }
    }

    @Test
    void whatWasStoredInAnotherRunIsFetchedAgain() throws IOException {
        try (var server = ScriptedServer.of(FILE, FILE)) {
            fetch(server, 1);
            fetch(server, 1);
            assertThat(server.heads()).hasSize(1);

            fetch(server, 2);
            assertThat(server.heads()).hasSize(2);
        }
    }
}
