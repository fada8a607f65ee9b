// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.originals;

import io.eventlet.mirror.place.Place;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/// The files of a copy as the server has sent them, where the copy has them with other links.
///
/// Each is a file below `DIR/.eventlet-mirror/originals`: a line that says what has been made of
/// it, by length and hash, and its bytes. It counts only for a file of the copy that is what the
/// line says: when another version is downloaded, the one that is kept here counts no longer. It is
/// written before the file of the copy is replaced, and says both what that is and what it will be,
/// so that a process may end at any moment.
///
/// Blocks as files do. One process at a time writes to a place.
public final class Originals {
    private static final int HASH = 64; // digits
    private static final int DIGITS = 19; // of a length
    private static final int LENGTH = 2 * (HASH + 1 + DIGITS + 1);

    private final Path root;
    private final Path directory;

    private Originals(Place place) {
        root = place.root();
        directory = place.own().resolve("originals");
    }

    /// Those of a copy; makes nothing.
    public static Originals of(Place place) {
        return new Originals(place);
    }

    /// Whether the copy has had any.
    public boolean areAny() {
        return Files.isDirectory(directory);
    }

    /// Whether a file of the copy may have been made of an original of some length: by its own
    /// length.
    public boolean has(Path file, long length) throws IOException {
        var kept = kept(file);
        try {
            if (Files.size(kept) - LENGTH != length) {
                return false;
            }
            try (var in = Files.newInputStream(kept)) {
                return Head.read(in).hasLength(Files.size(file));
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return false;
        }
    }

    /// The original of a file of the copy that has these bytes; null if it is none that was made.
    public byte @Nullable [] of(Path file, byte[] bytes) throws IOException {
        try (var in = Files.newInputStream(kept(file))) {
            return Head.read(in).hasHash(hash(bytes)) ? in.readAllBytes() : null;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /// The bytes of a file of the copy as the server has sent them.
    public byte[] read(Path file) throws IOException {
        var bytes = Files.readAllBytes(file);
        var original = of(file, bytes);
        return original == null ? bytes : original;
    }

    /// The bytes of the original of a file of the copy; null if that is none that was made.
    public @Nullable InputStream open(Path file) throws IOException {
        if (!Files.exists(kept(file))) {
            return null; // as for nearly all
        }
        var original = of(file, Files.readAllBytes(file));
        return original == null ? null : new ByteArrayInputStream(original);
    }

    /// Replaces a file of the copy, which keeps its time, by what was made of its original.
    ///
    /// @param now what the file has now
    /// @param original what the server has sent
    /// @param made what it is to have; the original itself if nothing is to be kept
    public void replace(Path file, byte[] now, byte[] original, byte[] made) throws IOException {
        var kept = kept(file);
        boolean isOther = !Arrays.equals(original, made);
        if (isBehindLink(kept)) {
            throw new FileSystemException(kept.toString(), null, "a symbolic link is in the way");
        }
        Files.createDirectories(kept.getParent());
        var unfinished = directory.resolve("unfinished");
        Files.deleteIfExists(unfinished); // perhaps a link
        if (isOther) {
            var head = line(Arrays.equals(now, original) ? made : now) + line(made);
            try (var out = Files.newOutputStream(unfinished)) {
                out.write(head.getBytes(StandardCharsets.US_ASCII));
                out.write(original);
            }
            move(unfinished, kept);
        }
        FileTime time = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
        Files.write(unfinished, made);
        Files.setLastModifiedTime(unfinished, time);
        move(unfinished, file);
        if (!isOther) {
            Files.deleteIfExists(kept);
        }
    }

    /// Forgets that of a file that is not in the copy any more, or was downloaded anew.
    public void forget(Path file) throws IOException {
        var kept = kept(file);
        if (!isBehindLink(kept)) {
            Files.deleteIfExists(kept);
        }
    }

    private boolean isBehindLink(Path kept) {
        return Files.isSymbolicLink(directory) || Files.isSymbolicLink(kept.getParent());
    }

    /// Forgets those of files that are not in the copy any more. Walks through the whole copy if
    /// there are any.
    public void sweep() throws IOException {
        if (areAny()) {
            new Sweep(this).run();
        }
    }

    Path root() {
        return root;
    }

    Path directory() {
        return directory;
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// Where the original of a file is kept.
    Path kept(Path file) {
        var name = root.relativize(file).toString().getBytes(StandardCharsets.UTF_8);
        var hash = hash(name);
        return directory.resolve(hash.substring(0, 2)).resolve(hash.substring(2, 34));
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }

    /// What was made of an original, or is to be.
    private static String line(byte[] made) {
        return "%s %019d\n".formatted(hash(made), made.length);
    }

    /// Two of these lines, with which an original that is kept begins.
    private record Head(String text) {
        private static Head read(InputStream in) throws IOException {
            return new Head(new String(in.readNBytes(LENGTH), StandardCharsets.US_ASCII));
        }

        private boolean hasHash(String hash) {
            return text.length() == LENGTH
                    && (text.startsWith(hash) || text.startsWith(hash, LENGTH / 2));
        }

        private boolean hasLength(long length) {
            var digits = " %019d\n".formatted(length);
            return text.length() == LENGTH
                    && (text.startsWith(digits, HASH)
                            || text.startsWith(digits, LENGTH / 2 + HASH));
        }
    }
}
