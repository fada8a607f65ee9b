// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A file on its way, in a directory of its own: the bytes that have come, and beside them which
/// version they are of. That is written before the first byte, so that bytes are never taken for
/// those of another version, whenever the process ends.
final class PartFile {
    private final Path bytes;
    private final Path head;

    private PartFile(Path bytes, Path head) {
        this.bytes = bytes;
        this.head = head;
    }

    static PartFile of(Path directory, String url) {
        var name = hash(url);
        return new PartFile(directory.resolve(name + ".part"), directory.resolve(name + ".head"));
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

    /// How many bytes there are of a version that can be asked for; 0 if there is nothing to go on
    /// from.
    long length() throws IOException {
        try {
            return version().strong() == null ? 0 : Files.size(bytes);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    Version version() throws IOException {
        try {
            return Version.restored(Files.readString(head));
        } catch (NoSuchFileException e) {
            return Version.UNKNOWN;
        }
    }

    /// For the bytes behind those that are there.
    OutputStream append() throws IOException {
        return Files.newOutputStream(bytes, StandardOpenOption.APPEND);
    }

    /// For the first bytes of a version.
    OutputStream begin(Version version) throws IOException {
        Files.createDirectories(bytes.getParent());
        Files.deleteIfExists(bytes);
        if (version.strong() == null) {
            Files.deleteIfExists(head);
        } else {
            Files.writeString(head, version.stored());
        }
        return Files.newOutputStream(bytes, StandardOpenOption.CREATE_NEW);
    }

    /// Gives it its name and its time, and returns its length. Throws an `EOFException` if that is
    /// not what was expected; -1 expects nothing.
    long finish(Path file, Version version, long expected) throws IOException {
        long length = Files.size(bytes);
        if (expected >= 0 && length != expected) {
            throw new EOFException("%d bytes of %d".formatted(length, expected));
        }
        var modified = version.modified();
        if (modified != null) {
            Files.setLastModifiedTime(bytes, FileTime.from(modified));
        }
        Files.move(
                bytes, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(head);
        return length;
    }

    void delete() throws IOException {
        Files.deleteIfExists(bytes);
        Files.deleteIfExists(head);
    }
}
