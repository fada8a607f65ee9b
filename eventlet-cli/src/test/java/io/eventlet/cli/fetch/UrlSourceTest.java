// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class UrlSourceTest {
    @TempDir private Path directory;

    @Test
    void blankLinesAndCommentsDoNotCount() throws IOException {
        String text = "\n# the first\nhttp://a/\r\n   \n  http://b/  \n#http://c/\nhttp://d/";

        assertThat(read(standardInput(text)))
                .containsExactly("http://a/", "http://b/", "http://d/");
    }

    @Test
    void duplicatesAreKept() throws IOException {
        assertThat(read(standardInput("http://a/\nhttp://a/\n")))
                .containsExactly("http://a/", "http://a/");
    }

    @Test
    void theMarkThatSomeEditorsPutFirstIsNotPartOfTheUrl() throws IOException {
        assertThat(read(standardInput("\uFEFFhttp://a/\n"))).containsExactly("http://a/");
    }

    @Test
    void aLineWithoutEndDoesNotFillTheMemory() throws IOException {
        List<String> urls = read(standardInput("x".repeat(100_000) + "\nhttp://a/"));

        assertThat(urls).hasSize(2);
        assertThat(urls.getFirst()).hasSize(BoundedLines.LONGEST);
        assertThat(urls.getLast()).isEqualTo("http://a/");
    }

    @Test
    void aFileIsCountedAndReadFromItsBeginningAgain() throws IOException {
        Path file = Files.writeString(directory.resolve("urls"), "http://a/\n#\nhttp://b/\n");
        var source = new UrlSource.InputFile(file);

        assertThat(source.count()).hasValue(2);
        assertThat(read(source)).containsExactly("http://a/", "http://b/");
    }

    @Test
    void standardInputIsNotUsedUpByCounting() throws IOException {
        var source = standardInput("http://a/\n");

        assertThat(source.count()).isEmpty();
        assertThat(read(source)).containsExactly("http://a/");
    }

    @Test
    void aTakerThatSaysNoEndsTheReading() throws IOException {
        List<String> taken = new ArrayList<>();

        standardInput("http://a/\nhttp://b/\n")
                .read(url -> {
                    taken.add(url);
                    return false;
                });

        assertThat(taken).containsExactly("http://a/");
    }

    private static UrlSource standardInput(String text) {
        return new UrlSource.StandardInput(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> read(UrlSource source) throws IOException {
        List<String> urls = new ArrayList<>();
        source.read(urls::add);
        return urls;
    }
}
