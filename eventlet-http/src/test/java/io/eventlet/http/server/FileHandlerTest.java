// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.HexFormat;
import java.util.Random;

/// What of a directory is served, and what is not.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class FileHandlerTest {
    @TempDir private Path temporary;
    private FilesFixture files;

    @BeforeEach
    void makeDirectory() throws IOException {
        files = new FilesFixture(Files.createDirectory(temporary.resolve("site")));
        Files.writeString(temporary.resolve("secret.txt"), "secret");
    }

    // ---- files

    @Test
    void fileIsSentWithItsTypeTimeAndTag() throws IOException {
        files.write("a.css", "a {}");

        var answer = files.get("/a.css");

        assertThat(answer)
                .isEqualTo(
                        """
                        HTTP/1.1 200 OK
                        Content-Type: text/css; charset=utf-8
                        Accept-Ranges: bytes
                        ETag: "1886caf244ffa780-4"
                        Last-Modified: %s
                        Content-Length: 4
                        Connection: close

                        a {}\
                        """
                                .formatted(FilesFixture.DATE));
    }

    @Test
    void headIsAnsweredWithTheLengthAndNoBody() throws IOException {
        files.write("a.txt", "hello");

        var answer = files.ask("HEAD /a.txt", "", how -> how);

        assertThat(answer).startsWith("HTTP/1.1 200 ").contains("Content-Length: 5\n");
        assertThat(FilesFixture.body(answer)).isEmpty();
    }

    @Test
    void emptyFileIsSentEmpty() throws IOException {
        files.write("empty", "");

        assertThat(files.get("/empty")).contains("octet-stream", "Content-Length: 0\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {65_536, 65_537, 1 << 20, (1 << 20) + 1, 3_000_000})
    void fileOfAnySizeIsSentWhole(int size) throws IOException {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        var content = HexFormat.of().formatHex(bytes, 0, size / 2);
        files.write("large", content);
        try (var server = files.server(how -> how)) {
            for (int i = 0; i < 4; i++) {
                var answer = FilesFixture.ask(server, "GET /large", "");

                assertThat(FilesFixture.body(answer)).isEqualTo(content);
            }
        }
    }

    @Test
    void namesAreDecoded() throws IOException {
        files.write("a b/ä%41+.txt", "found");

        var answer = files.get("/a%20b/%C3%A4%2541+.txt");

        assertThat(answer).endsWith("\n\nfound");
    }

    @ParameterizedTest
    @CsvSource({
        "a.HTML,text/html; charset=utf-8",
        "a.tar.gz,application/gzip",
        "a.mjs,text/javascript; charset=utf-8",
        "a.svg,image/svg+xml",
        "a.json,application/json",
        "a.cpp,text/plain; charset=utf-8",
        "a.unknown,application/octet-stream",
        "Makefile,application/octet-stream"
    })
    void typeIsThatOfTheNameInAnyCase(String name, String type) throws IOException {
        files.write(name, "x");

        assertThat(FilesFixture.field(files.get("/" + name), "Content-Type")).isEqualTo(type);
    }

    @Test
    void typeMayBeGiven() throws IOException {
        files.write("a.Data", "x");

        var answer = files.get("/a.Data", how -> how.contentType("data", "text/x-data"));

        assertThat(answer).contains("Content-Type: text/x-data\n");
    }

    @Test
    void fieldsThatAreAskedForAreSent() throws IOException {
        files.write("a.txt", "x");

        var answer =
                files.get(
                        "/a.txt", how -> how.cacheControl("max-age=60").cors("https://b.example"));

        assertThat(answer)
                .contains(
                        "Cache-Control: max-age=60\n",
                        "Access-Control-Allow-Origin: https://b.example\n");
    }

    @Test
    void dateInTheFutureIsNotSent() throws IOException {
        var file = files.write("a.txt", "x");
        Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis() * 2));

        assertThat(files.get("/a.txt")).contains("ETag: ").doesNotContain("Last-Modified");
    }

    // ---- changes

    @ParameterizedTest
    @ValueSource(ints = {10, 100_000})
    void changeIsSeenAtOnce(int size) throws IOException {
        files.write("a.txt", "1".repeat(size));
        try (var server = files.server(how -> how)) {
            for (int i = 0; i < 3; i++) {
                FilesFixture.ask(server, "GET /a.txt", "");
            }
            Files.writeString(files.directory().resolve("a.txt"), "2".repeat(size));

            var after = FilesFixture.ask(server, "GET /a.txt", "");

            assertThat(FilesFixture.body(after)).isEqualTo("2".repeat(size));
        }
    }

    @Test
    void fileThatWasPutInThePlaceOfAnotherWithItsTimeAndSizeIsSeen() throws IOException {
        files.write("a.txt", "1");
        try (var server = files.server(how -> how)) {
            FilesFixture.ask(server, "GET /a.txt", "");
            var other = files.write("b.txt", "2");
            Files.move(
                    other, files.directory().resolve("a.txt"), StandardCopyOption.REPLACE_EXISTING);

            var after = FilesFixture.ask(server, "GET /a.txt", "");

            assertThat(FilesFixture.body(after)).isEqualTo("2");
        }
    }

    @Test
    void fileThatWasDeletedIsNotFound() throws IOException {
        var file = files.write("a.txt", "1");
        try (var server = files.server(how -> how)) {
            FilesFixture.ask(server, "GET /a.txt", "");
            Files.delete(file);

            var after = FilesFixture.ask(server, "GET /a.txt", "");

            assertThat(after).startsWith("HTTP/1.1 404 ");
        }
    }

    @Test
    void nothingIsKeptInACacheOfNoSize() throws IOException {
        files.write("a.txt", "1");
        try (var server = files.server(how -> how.cache(0, 0))) {
            for (int i = 0; i < 3; i++) {
                assertThat(FilesFixture.ask(server, "GET /a.txt", "")).endsWith("\n\n1");
            }
        }
    }

    // ---- directories

    @Test
    void directoryIsAnsweredWithItsIndex() throws IOException {
        files.write("sub/index.html", "index");

        var answer = files.get("/sub/");

        assertThat(answer).contains("text/html").endsWith("\n\nindex");
    }

    @Test
    void firstIndexThatIsThereIsServed() throws IOException {
        files.write("second.htm", "2");
        files.write("third.htm", "3");

        var answer = files.get("/", how -> how.indexes("first.htm", "second.htm", "third.htm"));

        assertThat(answer).endsWith("\n\n2");
    }

    @Test
    void directoryWithoutSlashIsRedirectedWithItsQuery() throws IOException {
        files.write("a b/c/index.html", "x");

        var answer = files.get("/a%20b/%63?d=e");

        assertThat(answer).startsWith("HTTP/1.1 301 ").contains("Location: /a%20b/c/?d=e\n");
    }

    @Test
    void directoryWithoutIndexIsForbidden() throws IOException {
        files.write("sub/a", "x");

        assertThat(files.get("/sub/")).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void fileWithSlashIsNotFound() throws IOException {
        files.write("a.txt", "x");

        assertThat(files.get("/a.txt/")).startsWith("HTTP/1.1 404 ");
    }

    // ---- paths

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../secret.txt",
                "/%2e%2e/secret.txt",
                "/%2E./secret.txt",
                "/..%2fsecret.txt",
                "/..%2Fsecret.txt",
                "/..%5csecret.txt",
                "/sub/../../secret.txt",
                "/sub/..%2f..%2fsecret.txt",
                "/%252e%252e/secret.txt",
                "/%c0%ae%c0%ae/secret.txt",
                "/%00/../secret.txt",
                "/a.txt%00.html",
                "//a.txt",
                "/sub//b.txt",
                "/./a.txt",
                "/sub/../a.txt",
                "/sub%2fb.txt",
                "/a.txt%2f",
                "/nothing"
            })
    void pathThatIsNotBelowTheDirectoryIsNotFound(String path) throws IOException {
        files.write("a.txt", "x");
        files.write("sub/b.txt", "x");

        var answer = files.get(path, how -> how.hidden(true).listings(true));

        assertThat(answer).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void nameThatIsTooLongIsNotFound() throws IOException {
        assertThat(files.get("/" + "a".repeat(4000))).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void whatStandsBelowAFileIsNotFound() throws IOException {
        files.write("a.txt", "x");

        assertThat(files.get("/a.txt/b")).startsWith("HTTP/1.1 404 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/.git/config", "/.env", "/%2eenv", "/sub/.env"})
    void hiddenNamesAreServedOnlyIfAsked(String path) throws IOException {
        files.write(".git/config", "hidden");
        files.write(".env", "hidden");
        files.write("sub/.env", "hidden");

        assertThat(files.get(path)).startsWith("HTTP/1.1 404 ");
        assertThat(files.get(path, how -> how.hidden(true))).endsWith("\n\nhidden");
    }

    @Test
    void prefixIsTakenOffThePath() throws IOException {
        files.write("sub/a.txt", "x");

        assertThat(files.get("/files/sub/a.txt", how -> how.prefix("/files"))).endsWith("\n\nx");
        assertThat(files.get("/files/sub", how -> how.prefix("/files")))
                .contains("Location: /files/sub/\n");
        assertThat(files.get("/sub/a.txt", how -> how.prefix("/files"))).contains(" 404 ");
    }

    @Test
    void prefixWithSlashAtItsEndIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FileHandler.builder(temporary).prefix("/files/"));
    }

    // ---- methods

    @Test
    void otherMethodsAreNotAllowed() throws IOException {
        var answer = files.ask("DELETE /a.txt", "", how -> how);

        assertThat(answer).startsWith("HTTP/1.1 405 ").contains("Allow: GET, HEAD, OPTIONS\n");
    }

    @Test
    void optionsAreSaid() throws IOException {
        var answer = files.ask("OPTIONS /a.txt", "", how -> how);

        assertThat(answer)
                .startsWith("HTTP/1.1 204 ")
                .contains("Allow: GET, HEAD, OPTIONS\n")
                .doesNotContain("Access-Control");
    }

    @Test
    void scriptsOfOthersAreToldWhatTheyMaySend() throws IOException {
        var answer =
                files.ask(
                        "OPTIONS /a.txt",
                        "Origin: https://b.example\nAccess-Control-Request-Method: GET\n",
                        how -> how.cors("*"));

        assertThat(answer)
                .contains(
                        "Access-Control-Allow-Origin: *\n",
                        "Access-Control-Allow-Methods: GET, HEAD\n",
                        "Access-Control-Allow-Headers: *\n");
    }

    // ---- applications of one page

    @ParameterizedTest
    @CsvSource({
        "/users/7,'',page",
        "/users/john.doe,'Accept: text/html\n',page",
        "/missing.js,'Accept: */*\n',Not Found"
    })
    void singlePageIsServedWhereNothingIsFound(String path, String fields, String body)
            throws IOException {
        files.write("index.html", "page");

        var answer = files.get(path, fields, how -> how.singlePage(true));

        assertThat(FilesFixture.body(answer).strip()).isEqualTo(body);
    }

    @Test
    void directoryWithoutIndexHasNoSinglePage() throws IOException {
        var answer = files.get("/a", how -> how.singlePage(true).listings(true));

        assertThat(answer).startsWith("HTTP/1.1 404 ");
    }
}
