// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dns;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.function.Function;

/// What a small file of lines says, read again when it has changed. Who asks looks whether it has:
/// one system call. A file that is not there is an empty one. Thread-safe.
final class WatchedFile<T> {
    private final Path path;
    private final Function<List<String>, T> parser;
    private volatile @Nullable Version<T> read;

    private record State(@Nullable FileTime changed, long size, @Nullable Object key) {
        static final State MISSING = new State(null, -1, null);

        static State of(Path path) {
            try {
                var known = Files.readAttributes(path, BasicFileAttributes.class);
                return new State(known.lastModifiedTime(), known.size(), known.fileKey());
            } catch (IOException e) {
                return MISSING;
            }
        }
    }

    private record Version<T>(State state, T content) {}

    WatchedFile(Path path, Function<List<String>, T> parser) {
        this.path = path;
        this.parser = parser;
    }

    /// What it says now.
    T content() {
        var state = State.of(path);
        var known = read;
        if (known == null || !known.state.equals(state)) {
            try {
                known = new Version<>(state, parser.apply(lines()));
                read = known;
            } catch (IOException e) { // such as too many open files: it is read again next time
                return known == null ? parser.apply(List.of()) : known.content;
            }
        }
        return known.content;
    }

    /// None if there is no such file.
    private List<String> lines() throws IOException {
        try {
            // comments may be in any encoding
            return new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
