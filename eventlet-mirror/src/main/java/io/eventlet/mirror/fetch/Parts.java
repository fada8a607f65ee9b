// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import io.eventlet.http.client.HttpUrl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// The directory of files on their way. It is read once, so that nobody has to look for a part that
/// is not there.
final class Parts {
    private static final String HEAD = ".head";
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{32}\\.(head|part|map)");

    private static final MessageDigest UNUSED = sha256(); // to make others of

    private final Path directory;
    private final Set<String> begun = ConcurrentHashMap.newKeySet(); // keys of those with a head

    Parts(Path directory) {
        this.directory = directory;
    }

    /// Makes the directory, and deletes what nothing can be gone on from. What has no name of a
    /// part is somebody's, and stays.
    void open() throws IOException {
        Files.createDirectories(directory);
        try (var files = Files.newDirectoryStream(directory, "*" + HEAD)) {
            for (var file : files) {
                if (isWhole(key(file))) {
                    begun.add(key(file));
                }
            }
        }
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                if (isOwn(file) && !begun.contains(key(file))) {
                    Files.delete(file);
                }
            }
        }
    }

    /// Whether there is a head with its bytes, and nothing of it is a link.
    private boolean isWhole(String key) {
        return isFile(key + HEAD)
                && isFile(key + ".part")
                && !Files.isSymbolicLink(directory.resolve(key + ".map"));
    }

    private boolean isFile(String name) {
        return Files.isRegularFile(directory.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isOwn(Path file) {
        return NAME.matcher(file.getFileName().toString()).matches()
                && !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static String key(Path file) {
        var name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    PartFile of(HttpUrl url) {
        return new PartFile(directory, hash(url.toString()), begun);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }

    private static String hash(String url) {
        try {
            var digest = (MessageDigest) UNUSED.clone(); // no provider is looked for
            return HexFormat.of()
                    .formatHex(digest.digest(url.getBytes(StandardCharsets.UTF_8)), 0, 16);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e); // that of every JVM can
        }
    }
}
