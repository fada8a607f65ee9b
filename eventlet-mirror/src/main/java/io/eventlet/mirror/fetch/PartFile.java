// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Set;

/// A file on its way, in a directory of its own: the bytes that have come, and beside them which
/// version they are of. That is written before the first byte, so that bytes are never taken for
/// those of another version, whenever the process ends. A file that was in memory before anything
/// of it was written has only its bytes here, for the moment until it gets its name.
final class PartFile {
    private final Path bytes;
    private final Path head;
    private final String key;
    private final Set<String> begun;

    PartFile(Path directory, String key, Set<String> begun) {
        bytes = directory.resolve(key + ".part");
        head = directory.resolve(key + ".head");
        this.key = key;
        this.begun = begun;
    }

    /// What its URL is known by.
    String key() {
        return key;
    }

    /// Whether there may be bytes of a version that can be asked for.
    boolean isBegun() {
        return begun.contains(key);
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

    long size() throws IOException {
        return Files.size(bytes);
    }

    Version version() throws IOException {
        try {
            return Version.restored(Files.readString(head));
        } catch (NoSuchFileException e) {
            return Version.UNKNOWN;
        }
    }

    /// Forgets what there is, for the first bytes of a version.
    void begin(Version version) throws IOException {
        Files.deleteIfExists(bytes);
        if (version.strong() == null) {
            deleteHead();
        } else {
            Files.writeString(head, version.stored());
            begun.add(key);
        }
        write(bytes, new byte[0], 0, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    SeekableByteChannel read() throws IOException {
        return Files.newByteChannel(bytes);
    }

    /// Adds bytes to those that are there.
    void append(byte[] more, int count) throws IOException {
        write(bytes, more, count, StandardOpenOption.APPEND);
    }

    /// All the bytes at once.
    void whole(byte[] all, int count) throws IOException {
        deleteHead();
        write(
                bytes,
                all,
                count,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    private static void write(Path file, byte[] bytes, int count, OpenOption... options)
            throws IOException {
        try (var channel = Files.newByteChannel(file, options)) {
            var left = ByteBuffer.wrap(bytes, 0, count);
            while (left.hasRemaining()) {
                var ignored = channel.write(left);
            }
        }
    }

    void setTime(Version version) throws IOException {
        var modified = version.modified();
        if (modified != null) {
            Files.setLastModifiedTime(bytes, FileTime.from(modified));
        }
    }

    /// What tells this file from any other, also when it has its name.
    String stamp() throws IOException {
        return stamp(bytes);
    }

    /// Empty if there is no such file.
    static String stamp(Path file) throws IOException {
        try {
            var attributes =
                    Files.readAttributes(
                            file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.size()
                    + " "
                    + attributes.lastModifiedTime()
                    + " "
                    + attributes.fileKey();
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /// Gives it its name, at which nothing or another whole file was before.
    void move(Path file) throws IOException {
        Files.move(
                bytes, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        deleteHead();
    }

    void delete() throws IOException {
        Files.deleteIfExists(bytes);
        deleteHead();
    }

    private void deleteHead() throws IOException {
        if (begun.contains(key)) {
            Files.deleteIfExists(head);
            begun.remove(key);
        }
    }
}
