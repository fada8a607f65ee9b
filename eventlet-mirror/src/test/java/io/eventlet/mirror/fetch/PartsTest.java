// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpUrl;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

@Timeout(60)
class PartsTest {
    private static final HttpUrl URL = HttpUrl.of("http://a/b");
    private static final String KEY = "0123456789abcdef0123456789abcdef";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    private Parts opened() throws IOException {
        var parts = new Parts(directory);
        parts.open();
        return parts;
    }

    @ParameterizedTest
    @ValueSource(strings = {"thesis.txt", ".bashrc", "a.part", "b.head", KEY, KEY + ".txt"})
    void whatIsNoPartStays(String name) throws IOException {
        var file = Files.writeString(directory.resolve(name), "mine");

        opened();

        assertThat(file).hasContent("mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {".part", ".head", ".map"})
    void whatNothingCanBeGoneOnFromIsDeleted(String end) throws IOException {
        Files.writeString(directory.resolve(KEY + end), "");

        opened();

        assertThat(directory).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {".part", ".head", ".map"})
    void aPartOfWhichAnythingIsALinkIsNone(String end) throws IOException {
        var key = new Parts(directory).of(URL).key();
        for (var one : new String[] {".part", ".head", ".map"}) {
            Files.writeString(directory.resolve(key + one), "");
        }
        var victim = Files.writeString(directory.resolve("victim"), "mine");
        Files.delete(directory.resolve(key + end));
        Files.createSymbolicLink(directory.resolve(key + end), victim);

        assertThat(opened().of(URL).isBegun()).isFalse();

        assertThat(directory.toFile().list()).containsExactly("victim");
        assertThat(victim).hasContent("mine");
    }

    @Test
    void aDirectoryStaysWithWhatIsInIt() throws IOException {
        var file = Files.createDirectory(directory.resolve("mine")).resolve("file");
        Files.writeString(file, "mine");

        opened();

        assertThat(file).hasContent("mine");
    }
}
