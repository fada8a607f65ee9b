// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.Headers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/// How many files and bytes are remembered, and which of them go.
class FileCacheTest {
    @TempDir private Path directory;

    private StoredFile file(String name) throws IOException {
        var path = Files.writeString(directory.resolve(name), name);
        var attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return new StoredFile(
                path, path, attributes, "", Headers.empty(), Headers.empty(), List.of());
    }

    private static StoredFile.Kept kept(int length) {
        var content = new byte[length];
        return new StoredFile.Kept(new ResponseBody.Bytes(content), Response.of(200).body(content));
    }

    @Test
    void fileThatIsNotUsedGoesBeforeOneThatIs() throws IOException {
        var cache = new FileCache(2, 100);
        cache.put("a", file("a"));
        cache.put("b", file("b"));
        cache.get("a");

        cache.put("c", file("c"));

        assertThat(cache.get("a")).isNotNull();
        assertThat(cache.get("b")).isNull();
        assertThat(cache.get("c")).isNotNull();
    }

    @Test
    void contentsAreNoMoreThanTheLimit() throws IOException {
        var cache = new FileCache(10, 100);
        for (var name : List.of("a", "b", "c")) {
            var file = file(name);
            cache.put(name, file);
            cache.keep(name, file, file, kept(60));
        }

        assertThat(cache.bytes()).isEqualTo(60);
        assertThat(cache.size()).isEqualTo(1);
        assertThat(cache.get("c")).isNotNull();
    }

    @Test
    void contentOfAFileThatHasGoneIsNotKept() throws IOException {
        var cache = new FileCache(10, 100);
        var file = file("a");
        cache.put("a", file);
        cache.put("a", file("a"));

        cache.keep("a", file, file, kept(60));

        assertThat(file.kept()).isNull();
        assertThat(cache.bytes()).isZero();
    }

    @Test
    void contentGoesWithItsFile() throws IOException {
        var cache = new FileCache(10, 100);
        var file = file("a");
        cache.put("a", file);
        cache.keep("a", file, file, kept(60));

        cache.remove("a");

        assertThat(cache.bytes()).isZero();
        assertThat(cache.get("a")).isNull();
    }
}
