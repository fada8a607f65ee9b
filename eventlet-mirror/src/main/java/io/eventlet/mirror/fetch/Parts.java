// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import io.eventlet.http.client.HttpUrl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The directory of files on their way. It is read once, so that nobody has to look for a part that
/// is not there.
final class Parts {
    private static final String HEAD = ".head";

    private final Path directory;
    private final Set<String> begun = ConcurrentHashMap.newKeySet(); // keys of those with a head

    Parts(Path directory) {
        this.directory = directory;
    }

    /// Makes the directory, and deletes what nothing can be gone on from.
    void open() throws IOException {
        Files.createDirectories(directory);
        try (var files = Files.newDirectoryStream(directory, "*" + HEAD)) {
            for (var file : files) {
                if (Files.exists(directory.resolve(key(file) + ".part"))) {
                    begun.add(key(file));
                }
            }
        }
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                if (!begun.contains(key(file))) {
                    Files.delete(file);
                }
            }
        }
    }

    private static String key(Path file) {
        var name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    PartFile of(HttpUrl url) {
        return new PartFile(directory, hash(url.toString()), begun);
    }

    private static String hash(String url) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(digest.digest(url.getBytes(StandardCharsets.UTF_8)), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }
}
