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
import java.nio.file.Path;

/// Conditional requests and ranges: RFC 9110, 13 and 14.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class FileConditionsTest {
    private static final String TAG = "\"1886caf244ffa780-10\"";

    @TempDir private Path directory;
    private FilesFixture files;

    @BeforeEach
    void write() throws IOException {
        files = new FilesFixture(directory);
        files.write("a.txt", "0123456789abcdef");
    }

    private static String filled(String fields) {
        return fields.replace("TAG", TAG)
                .replace("SAME", FilesFixture.DATE)
                .replace("BEFORE", "Fri, 02 Jan 2026 03:04:04 GMT")
                .replace("AFTER", "Fri, 02 Jan 2026 03:04:06 GMT")
                .replace("; ", "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "If-Match: TAG,200",
        "If-Match: *,200",
        "'If-Match: \"x\", TAG',200",
        "If-Match: \"x\"; If-Match: TAG,200",
        "If-Match: \"x\",412",
        "If-Match: W/TAG,412",
        "If-Match: x,412",
        "If-Unmodified-Since: SAME,200",
        "If-Unmodified-Since: AFTER,200",
        "If-Unmodified-Since: BEFORE,412",
        "If-Unmodified-Since: yesterday,200",
        "If-None-Match: TAG,304",
        "If-None-Match: W/TAG,304",
        "If-None-Match: *,304",
        "'If-None-Match: \"a,b\" ,, TAG',304",
        "If-None-Match: \"x\",200",
        "If-None-Match: \"x,200",
        "If-Modified-Since: SAME,304",
        "If-Modified-Since: AFTER,304",
        "If-Modified-Since: BEFORE,200",
        "If-Modified-Since: 2026,200",
        "If-Modified-Since: SAME; If-Modified-Since: SAME,200",
        "'If-Modified-Since: Friday, 02-Jan-26 03:04:05 GMT',304",
        "If-Modified-Since: Fri Jan  2 03:04:05 2026,304",
        "If-Match: TAG; If-Unmodified-Since: BEFORE,200",
        "If-None-Match: \"x\"; If-Modified-Since: SAME,200",
        "If-Match: \"x\"; If-None-Match: TAG,412",
        "If-Match: TAG; If-None-Match: TAG,304",
        "If-Unmodified-Since: BEFORE; If-Modified-Since: SAME,412"
    })
    void conditionsAreHeededInTheirOrder(String fields, int status) throws IOException {
        var lines = filled(fields) + "\n";

        var answers =
                new String[] {files.get("/a.txt", lines), files.ask("HEAD /a.txt", lines, h -> h)};

        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer).startsWith("HTTP/1.1 " + status));
    }

    @Test
    void notModifiedSaysWhatACacheHasToKnow() throws IOException {
        var answer =
                files.get(
                        "/a.txt",
                        "If-None-Match: " + TAG + "\n",
                        how -> how.cacheControl("no-cache").cors("*"));

        assertThat(answer)
                .contains("ETag: " + TAG, "Cache-Control: no-cache\n", "Allow-Origin: *\n")
                .doesNotContain("\nContent-");
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0,0-0,0",
        "bytes=10-,10-15,abcdef",
        "bytes=-3,13-15,def",
        "bytes=-99,0-15,0123456789abcdef",
        "bytes=14-99,14-15,ef",
        "bytes=15-99999999999999999999999999,15-15,f",
        "BYTES=3-4,3-4,34",
        "'bytes= 3-4 ,,',3-4,34",
        "'bytes=20-30, 1-2',1-2,12"
    })
    void oneRangeIsSentAsPartOfTheFile(String range, String sent, String body) throws IOException {
        var answer = files.get("/a.txt", "Range: " + range + "\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 206 ")
                .contains(
                        "Content-Range: bytes " + sent + "/16\n",
                        "Content-Length: " + body.length() + "\n",
                        "ETag: " + TAG)
                .endsWith("\n\n" + body);
    }

    @ParameterizedTest
    @CsvSource({
        "lines=0-1",
        "bytes=",
        "bytes=a-b",
        "bytes=5-3",
        "bytes=-",
        "bytes 0-1",
        "'bytes=0-1,x'",
        "bytes=0x1-2",
        "bytes=+1-2",
        "'bytes=0-10,5-15'",
        "'bytes=0-,0-,0-'",
        "'bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7,8-8,9-9,10-10,11-11,12-12,13-13,14-14,15-15,16-16'"
    })
    void rangeThatIsNotOneOrTooMuchIsNotHeeded(String range) throws IOException {
        var answer = files.get("/a.txt", "Range: " + range + "\n");

        assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\n\n0123456789abcdef");
    }

    @ParameterizedTest
    @CsvSource({"bytes=16-", "bytes=99-100", "bytes=-0", "'bytes=16-,17-18'"})
    void rangeBehindTheEndIsNotSatisfiable(String range) throws IOException {
        var answer = files.get("/a.txt", "Range: " + range + "\n");

        assertThat(answer).startsWith("HTTP/1.1 416 ").contains("Content-Range: bytes */16\n");
    }

    @Test
    void rangeOfAnEmptyFileIsAllOfIt() throws IOException {
        files.write("empty", "");

        assertThat(files.get("/empty", "Range: bytes=0-\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void severalRangesAreSentAsPartsInTheirOrder() throws IOException {
        var answer = files.get("/a.txt", "Range: bytes=14-, 0-1\n");

        var type = FilesFixture.field(answer, "Content-Type");
        var boundary = type.substring("multipart/byteranges; boundary=".length());
        var body = FilesFixture.body(answer);
        assertThat(answer).startsWith("HTTP/1.1 206 ");
        assertThat(answer.substring(0, answer.indexOf("\n\n"))).doesNotContain("Content-Range");
        assertThat(body)
                .isEqualTo(
                        """

                        --%1$s
                        Content-Type: text/plain; charset=utf-8
                        Content-Range: bytes 14-15/16

                        ef
                        --%1$s
                        Content-Type: text/plain; charset=utf-8
                        Content-Range: bytes 0-1/16

                        01
                        --%1$s--
                        """
                                .formatted(boundary));
        assertThat(FilesFixture.field(answer, "Content-Length"))
                .isEqualTo(String.valueOf(body.replace("\n", "\r\n").length()));
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void rangesOfALargeFileAreSent(boolean isKept) throws IOException {
        var content = "0123456789".repeat(90_000);
        files.write("large", content);
        try (var server = files.server(how -> how)) {
            for (int i = 0; isKept && i < 3; i++) {
                FilesFixture.ask(server, "GET /large", "");
            }

            var one = FilesFixture.ask(server, "GET /large", "Range: bytes=5-800004\n");
            var two = FilesFixture.ask(server, "GET /large", "Range: bytes=1-2,-300000\n");

            assertThat(FilesFixture.body(one)).isEqualTo(content.substring(5, 800_005));
            assertThat(two)
                    .contains("Content-Range: bytes 1-2/900000\n\n12\n--")
                    .contains("-899999/900000\n\n" + content.substring(600_000) + "\n--");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TAG,206",
        "W/TAG,200",
        "\"x\",200",
        "SAME,206",
        "BEFORE,200",
        "AFTER,200",
        "x,200"
    })
    void rangeIsSentOnlyOfWhatTheClientHasAlready(String condition, int status) throws IOException {
        var answer = files.get("/a.txt", filled("Range: bytes=1-2\nIf-Range: " + condition) + "\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status);
    }

    @Test
    void conditionsComeBeforeRanges() throws IOException {
        var answer = files.get("/a.txt", filled("Range: bytes=99-\nIf-None-Match: TAG") + "\n");

        assertThat(answer).startsWith("HTTP/1.1 304 ");
    }

    @Test
    void headHasNoRanges() throws IOException {
        var answer = files.ask("HEAD /a.txt", "Range: bytes=1-2\n", how -> how);

        assertThat(answer).startsWith("HTTP/1.1 200 ").contains("Content-Length: 16\n");
    }
}
