// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/// Files that are there in a compressed form as well.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class CompressedFilesTest {
    @TempDir private Path temporary;
    private FilesFixture files;

    @BeforeEach
    void makeDirectory() throws IOException {
        files = new FilesFixture(Files.createDirectory(temporary.resolve("site")));
        Files.writeString(temporary.resolve("secret.txt"), "secret");
    }

    @ParameterizedTest
    @CsvSource({
        "gzip,gzip",
        "'gzip, br',br",
        "'gzip, br;q=0.5',gzip",
        "'gzip;q=0, *',br",
        "'gzip;q=0.5, identity',''",
        "deflate,''",
        "'',''"
    })
    void smallestFormThatTheClientLikesBestIsSent(String accepted, String coding)
            throws IOException {
        files.write("a.css", "a".repeat(100));
        files.write("a.css.gz", "g".repeat(50));
        files.write("a.css.br", "b".repeat(40));
        var fields = accepted.isEmpty() ? "" : "Accept-Encoding: " + accepted + "\n";

        var answer = files.get("/a.css", fields, how -> how.precompressed(true));

        assertThat(answer).contains("Content-Type: text/css", "Vary: Accept-Encoding\n");
        assertThat(FilesFixture.body(answer))
                .startsWith(coding.isEmpty() ? "a" : coding.substring(0, 1));
        if (!coding.isEmpty()) {
            assertThat(answer).contains("Content-Encoding: " + coding + "\n");
        }
    }

    @Test
    void compressedFormThatIsOlderIsNotSent() throws IOException {
        files.write("a.css.gz", "gz");
        var file = files.write("a.css", "plain");
        Files.setLastModifiedTime(file, FileTime.from(FilesFixture.MODIFIED.plusSeconds(1)));

        var answer = files.get("/a.css", "Accept-Encoding: gzip\n", how -> how.precompressed(true));

        assertThat(answer).endsWith("\n\nplain").doesNotContain("Vary");
    }

    @Test
    void compressedFormsHaveOtherTags() throws IOException {
        files.write("a.css", "plain");
        files.write("a.css.gz", "gzip!");
        try (var server = files.server(how -> how.precompressed(true))) {
            var plain = FilesFixture.ask(server, "GET /a.css", "");
            var gzip = FilesFixture.ask(server, "GET /a.css", "Accept-Encoding: gzip\n");

            assertThat(FilesFixture.field(gzip, "ETag"))
                    .isNotEqualTo(FilesFixture.field(plain, "ETag"));
        }
    }

    @Test
    void changeOfACompressedFormIsSeenAtOnce() throws IOException {
        files.write("a.css", "plain");
        var form = files.write("a.css.gz", "first");
        try (var server = files.server(how -> how.precompressed(true))) {
            FilesFixture.ask(server, "GET /a.css", "Accept-Encoding: gzip\n");
            Files.writeString(form, "other");

            var after = FilesFixture.ask(server, "GET /a.css", "Accept-Encoding: gzip\n");

            assertThat(FilesFixture.body(after)).isEqualTo("other");
        }
    }
}
