// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import io.eventlet.mirror.checks.Checksum;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// A file on its way, in a directory of its own: the bytes that have come, and beside them which
/// version they are of. That is written before the first byte, so that bytes are never taken for
/// those of another version, whenever the process ends. A file that was in memory before anything
/// of it was written has only its bytes here, for the moment until it gets its name.
final class PartFile {
    // what a kill has cut of a line, with another behind it or not, is less than that has said
    private static final Pattern LINE = Pattern.compile("(\\d{1,18}) (\\d{1,18})");

    private final Path bytes;
    private final Path head;
    private final Path map; // of what is there, if that is not all up to the end
    private final String key;
    private final Set<String> begun;

    PartFile(Path directory, String key, Set<String> begun) {
        bytes = directory.resolve(key + ".part");
        head = directory.resolve(key + ".head");
        map = directory.resolve(key + ".map");
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
            var lines = Files.readString(head).split("\n", 5);
            return Version.restored(
                    String.join("\n", Arrays.copyOf(lines, Math.min(4, lines.length))));
        } catch (NoSuchFileException e) {
            return Version.UNKNOWN;
        }
    }

    /// The checksum that the whole is to have, as the first answer had it; null if it had none.
    @Nullable Checksum checksum() throws IOException {
        try {
            var lines = Files.readString(head).split("\n", 5);
            return lines.length < 5 ? null : Checksum.restored(lines[4]);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /// Forgets what there is, for the first bytes of a version.
    ///
    /// @param checksum of the whole; null if nobody knows
    void begin(Version version, @Nullable Checksum checksum) throws IOException {
        Files.deleteIfExists(bytes);
        Files.deleteIfExists(map);
        if (version.strong() == null) {
            deleteHead();
        } else {
            Files.writeString(
                    head, version.stored() + (checksum == null ? "" : "\n" + checksum.stored()));
            begun.add(key);
        }
        write(bytes, new byte[0], 0, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    SeekableByteChannel read() throws IOException {
        return Files.newByteChannel(bytes);
    }

    /// Adds bytes to those that are there.
    PartWriter append() throws IOException {
        return PartWriter.appending(bytes);
    }

    /// From now on bytes are written anywhere; so many are there, at the front.
    void scatter(long there) throws IOException {
        Files.writeString(map, "0 " + there + "\n");
    }

    /// Writes bytes from anywhere on, and notes that they are there.
    PartWriter writeAt(long at) throws IOException {
        return PartWriter.at(bytes, map, at);
    }

    /// What is there of a file whose bytes were written anywhere; null if all up to its end are.
    @Nullable List<Gaps.Gap> scattered() throws IOException {
        List<Gaps.Gap> there = new ArrayList<>();
        try {
            long size = Files.size(bytes);
            for (var line : Files.readAllLines(map, StandardCharsets.US_ASCII)) {
                var ends = LINE.matcher(line);
                if (ends.matches()) {
                    long from = Long.parseLong(ends.group(1));
                    long to = Long.parseLong(ends.group(2));
                    if (from < to && to <= size) {
                        there.add(new Gaps.Gap(from, to));
                    }
                }
            }
            return there;
        } catch (NoSuchFileException e) {
            return null;
        }
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
            write(channel, bytes, count);
        }
    }

    private static void write(SeekableByteChannel channel, byte[] bytes, int count)
            throws IOException {
        var left = ByteBuffer.wrap(bytes, 0, count);
        while (left.hasRemaining()) {
            var ignored = channel.write(left);
        }
    }

    void setTime(Version version) throws IOException {
        var modified = version.modified();
        if (modified != null) {
            var now = FileTime.from(Instant.now()); // else the JDK would look up the time of access
            Files.getFileAttributeView(bytes, BasicFileAttributeView.class)
                    .setTimes(FileTime.from(modified), now, null);
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
            Files.deleteIfExists(map);
            Files.deleteIfExists(head);
            begun.remove(key);
        }
    }
}
