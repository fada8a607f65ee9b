// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where symbolic links lead, and where not.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class FileLinksTest {
    @TempDir private Path temporary;
    private FilesFixture files;

    @BeforeEach
    void makeDirectory() throws IOException {
        files = new FilesFixture(Files.createDirectory(temporary.resolve("site")));
        Files.writeString(temporary.resolve("secret.txt"), "secret");
    }

    @Test
    void linkWithinTheDirectoryIsFollowed() throws IOException {
        files.write("releases/2/index.html", "second");
        Files.createSymbolicLink(files.directory().resolve("current"), Path.of("releases/2"));

        assertThat(files.get("/current/index.html")).endsWith("\n\nsecond");
    }

    @Test
    void linkOutOfTheDirectoryIsFollowedOnlyIfAsked() throws IOException {
        Files.createSymbolicLink(
                files.directory().resolve("link.txt"), temporary.resolve("secret.txt"));
        Files.createSymbolicLink(files.directory().resolve("up"), Path.of(".."));

        for (var path : new String[] {"/link.txt", "/up/secret.txt"}) {
            assertThat(files.get(path)).startsWith("HTTP/1.1 404 ");
            assertThat(files.get(path, how -> how.followLinks(true))).endsWith("\n\nsecret");
        }
    }

    @Test
    void indexThatIsALinkOutOfTheDirectoryIsNone() throws IOException {
        Files.createSymbolicLink(
                files.directory().resolve("index.html"), temporary.resolve("secret.txt"));

        assertThat(files.get("/")).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void linkToAHiddenFileIsHidden() throws IOException {
        files.write(".env", "hidden");
        Files.createSymbolicLink(files.directory().resolve("env"), Path.of(".env"));

        assertThat(files.get("/env")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void linkToAHiddenFileIsHiddenThoughLinksAreFollowed() throws IOException {
        files.write(".hidden", "secret");
        Files.createSymbolicLink(files.directory().resolve("link"), Path.of(".hidden"));

        var answer = files.get("/link", how -> how.followLinks(true));

        assertThat(answer).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void linkInACircleIsNotFound() throws IOException {
        Files.createSymbolicLink(files.directory().resolve("a"), Path.of("a"));

        assertThat(files.get("/a")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void linkThatLeadsElsewhereIsSeenAtOnce() throws IOException {
        files.write("1/a.txt", "first");
        files.write("2/a.txt", "other");
        var link = files.directory().resolve("current");
        Files.createSymbolicLink(link, Path.of("1"));
        try (var server = files.server(how -> how)) {
            FilesFixture.ask(server, "GET /current/a.txt", "");
            Files.delete(link);
            Files.createSymbolicLink(link, Path.of("2"));

            var after = FilesFixture.ask(server, "GET /current/a.txt", "");

            assertThat(FilesFixture.body(after)).isEqualTo("other");
        }
    }

    @Test
    void directoryMayItselfBeALink() throws IOException {
        files.write("a.txt", "x");
        var link = Files.createSymbolicLink(temporary.resolve("link"), files.directory());

        assertThat(new FilesFixture(link).get("/a.txt")).endsWith("\n\nx");
    }
}
