// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpUrl;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

class OutputTreeTest {
    @TempDir private Path top;
    private OutputTree tree;

    @BeforeEach
    void plant() {
        tree = new OutputTree(top);
    }

    @ParameterizedTest
    @CsvSource({
        "http://example.org,example.org/index.html",
        "http://example.org/,example.org/index.html",
        "http://example.org/a/b.txt,example.org/a/b.txt",
        "http://example.org/a/,example.org/a/index.html",
        "http://example.org//a//b,example.org/a/b",
        "http://example.org:8080/a,example.org_8080/a",
        "https://example.org:443/a,example.org/a",
        "http://example.org/a?x=1&y=2,example.org/a?x=1&y=2",
        "http://example.org/a%20b,example.org/a b",
        "http://[::1]/a,__1/a",
    })
    void namesFollowTheUrl(String url, String path) {
        assertThat(place(url)).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://h/../../etc/passwd",
                "http://h/%2e%2e/%2e%2e/etc/passwd",
                "http://h/..%2f..%2fetc%2fpasswd",
                "http://h/..%5c..%5cwindows",
                "http://h/a?../../../x",
                "http://h/a?..%2f..%2fx",
                "http://h/%00%0a%1b[2J",
                "http://h/.ssh/authorized_keys",
            })
    void noUrlLeavesTheDirectoryOrHidesInIt(String url) {
        Path path = tree.place(HttpUrl.of(url));

        assertThat(path.normalize()).isEqualTo(path).startsWithRaw(top);
        assertThat(top.relativize(path).toString())
                .doesNotContain("/.")
                .doesNotMatch("(?s).*\\p{Cntrl}.*");
    }

    @Test
    void aSecondUrlWithTheSameNameGetsAnother() {
        assertThat(place("http://h/a")).isEqualTo("h/a");
        assertThat(place("http://h/a")).isEqualTo("h/a.1");
        assertThat(place("http://h/a")).isEqualTo("h/a.2");
    }

    @Test
    void manyUrlsWithTheSameNameAreNumberedOn() {
        for (int copy = 1; copy <= 20_000; copy++) {
            place("http://h/a");
        }

        assertThat(place("http://h/a")).isEqualTo("h/a.20000");
    }

    @Test
    void aNumberThatAUrlHasItselfIsLeftOut() {
        assertThat(place("http://h/a")).isEqualTo("h/a");
        assertThat(place("http://h/a.1")).isEqualTo("h/a.1");
        assertThat(place("http://h/a")).isEqualTo("h/a.2");
        assertThat(place("http://h/a.1")).isEqualTo("h/a.1.1");
        assertThat(place("http://h/a")).isEqualTo("h/a.3");
    }

    @Test
    void aDirectoryWhereAFileIsGetsAnotherName() {
        assertThat(place("http://h/a")).isEqualTo("h/a");
        assertThat(place("http://h/a/b")).isEqualTo("h/a.1/b");
        assertThat(place("http://h/a/c")).isEqualTo("h/a.1/c");
    }

    @Test
    void aFileWhereADirectoryIsGetsAnotherName() {
        assertThat(place("http://h/a/b")).isEqualTo("h/a/b");
        assertThat(place("http://h/a")).isEqualTo("h/a.1");
    }

    @Test
    void filesOfAnEarlierRunAreReplacedButItsDirectoriesAreNot() throws IOException {
        Files.createDirectories(top.resolve("h/directory"));
        Files.writeString(top.resolve("h/file"), "old");

        assertThat(place("http://h/file")).isEqualTo("h/file");
        assertThat(place("http://h/directory")).isEqualTo("h/directory.1");
    }

    @Test
    void aFileOfAnEarlierRunIsNotTakenForADirectory() throws IOException {
        Files.createDirectories(top.resolve("h"));
        Files.writeString(top.resolve("h/file"), "old");

        assertThat(place("http://h/file/below")).isEqualTo("h/file.1/below");
    }

    @Test
    void longNamesAreShortenedAndStayApart() {
        String first = place("http://h/" + "é".repeat(300) + "1");
        String second = place("http://h/" + "é".repeat(300) + "2");

        assertThat(first).isNotEqualTo(second);
        assertThat(first.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(220);
    }

    private String place(String url) {
        return top.relativize(tree.place(HttpUrl.of(url))).toString();
    }
}
