// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.checks;

import io.eventlet.mirror.originals.Originals;
import io.eventlet.mirror.place.Place;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// A check of the files of a copy by the lists of checksums that are among them: `SHA256SUMS`,
/// `SHA512SUMS`, `MD5SUMS`, `name.sha256` and their kin.
public final class Verification {
    private static final int PIECE = 256 * 1024;

    private final Place place;
    private final Path root;
    private final Consumer<? super Checked> each;
    private final Map<Checked.Result, Long> counts = new EnumMap<>(Checked.Result.class);

    private Verification(Place place, Consumer<? super Checked> each) {
        this.place = place;
        root = place.root();
        this.each = each;
    }

    /// Reads all files that a list names, each list for itself. Blocks its thread as long, as files
    /// do: to be called by an [io.eventlet.offload.Offload]. Throws an `IOException` if the
    /// directory of the copy is not there or cannot be read.
    ///
    /// @param each is told of each file, by the calling thread
    /// @return how many there were of each result
    public static Map<Checked.Result, Long> of(Place place, Consumer<? super Checked> each)
            throws IOException {
        var verification = new Verification(place, Objects.requireNonNull(each));
        verification.walk();
        return Map.copyOf(verification.counts);
    }

    private void walk() throws IOException {
        if (Files.isRegularFile(root)) {
            throw new NotDirectoryException(root.toString());
        }
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) {
                        return directory.equals(place.root().resolve(Place.OWN))
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile()
                                && ChecksumFile.isOne(file.getFileName().toString())) {
                            list(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e)
                            throws IOException {
                        if (file.equals(root)) {
                            throw e;
                        }
                        say(new Checked(file, file, Checked.Result.UNREADABLE));
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private void say(Checked checked) {
        counts.merge(checked.result(), 1L, Long::sum);
        each.accept(checked);
    }

    private void list(Path list) {
        try {
            var own = new HashSet<Path>(); // of lines that say it as it is
            if (place.hasEndings()) {
                read(list, line -> own(list, line).ifPresent(own::add));
            }
            read(list, line -> check(list, line, own));
        } catch (IOException e) {
            say(new Checked(list, list, Checked.Result.UNREADABLE));
        }
    }

    private static void read(Path list, Consumer<? super ChecksumFile.Line> each)
            throws IOException {
        try (var in = Files.newInputStream(list, LinkOption.NOFOLLOW_LINKS)) {
            ChecksumFile.read(list.getFileName().toString(), in, each);
        }
    }

    /// The file that a line means, if it is there and has the name which the line says.
    private Optional<Path> own(Path list, ChecksumFile.Line line) {
        try {
            var plain = list.resolveSibling(line.path()).normalize();
            var file = place.named(Objects.requireNonNull(list.getParent()), line.path());
            return Optional.of(file)
                    .filter(plain::equals)
                    .filter(there -> Files.exists(there, LinkOption.NOFOLLOW_LINKS));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private void check(Path list, ChecksumFile.Line line, Set<Path> own) {
        var directory = Objects.requireNonNull(list.getParent()); // it is below the root
        try {
            var plain = directory.resolve(line.path()).normalize();
            var file = place.named(directory, line.path());
            if (!file.equals(plain) && own.contains(file)) { // it is another's
                say(new Checked(plain, list, Checked.Result.MISSING));
                return;
            }
            say(new Checked(file, list, result(file, line.checksum())));
        } catch (InvalidPathException e) {
            say(new Checked(list, list, Checked.Result.OUTSIDE));
        }
    }

    private Checked.Result result(Path file, Checksum checksum) {
        if (!file.startsWith(root) || file.equals(root)) {
            return Checked.Result.OUTSIDE;
        }
        try {
            for (var part = root.relativize(file); part != null; part = part.getParent()) {
                if (Files.isSymbolicLink(root.resolve(part))) {
                    return Checked.Result.OUTSIDE;
                }
            }
            if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isRegularFile()) {
                return Checked.Result.UNREADABLE;
            }
            return isGood(file, checksum) || isGoodOriginal(file, checksum)
                    ? Checked.Result.GOOD
                    : Checked.Result.WRONG;
        } catch (NoSuchFileException e) {
            return Checked.Result.MISSING;
        } catch (IOException e) {
            return Checked.Result.UNREADABLE;
        }
    }

    private static boolean isGood(Path file, Checksum checksum) throws IOException {
        try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return isGood(in, checksum);
        }
    }

    /// Whether what the server has sent is good, of which the file was made.
    private boolean isGoodOriginal(Path file, Checksum checksum) throws IOException {
        try (var in = Originals.of(place).open(file)) {
            return in != null && isGood(in, checksum);
        }
    }

    private static boolean isGood(InputStream in, Checksum checksum) throws IOException {
        var digest = checksum.algorithm().digest();
        var piece = new byte[PIECE];
        int n;
        while ((n = in.read(piece)) >= 0) {
            digest.update(piece, 0, n);
        }
        return checksum.isOf(digest);
    }
}
