// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.place;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.function.BinaryOperator;

/// What a file system does not tell apart in names: found out by trying.
enum Folding {
    /// It tells all apart.
    NONE,
    /// Not all, but it keeps names as they are given.
    PRESERVING,
    /// Not all, and it changes the form of Unicode: two forms of a name are one file.
    NORMALIZING;

    private static final String NAME = "Probe-";
    private static final String IN_OTHER_LETTERS = "pROBE-";
    private static final String COMPOSED = "\u00e9";
    private static final String DECOMPOSED = "e\u0301";
    private static final int HASH_DIGITS = 8;

    /// Tries with a file in a directory, which is deleted again.
    static Folding of(Path directory) throws IOException {
        return isBeyondAscii(directory)
                ? of(
                        directory,
                        NAME + COMPOSED,
                        List.of(IN_OTHER_LETTERS + COMPOSED, NAME + DECOMPOSED))
                : of(directory, NAME, List.of(IN_OTHER_LETTERS));
    }

    /// Whether names may have letters beyond ASCII: for the JDK they may not in the locale "C".
    private static boolean isBeyondAscii(Path directory) {
        try {
            var ignored = directory.resolve(COMPOSED);
            return true;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Folding of(Path directory, String name, List<String> others) throws IOException {
        var probe = directory.resolve(name);
        Files.deleteIfExists(probe);
        Files.createFile(probe);
        try {
            if (others.stream().noneMatch(other -> Files.exists(directory.resolve(other)))) {
                return NONE;
            }
            return actual(probe).equals(name) ? PRESERVING : NORMALIZING;
        } finally {
            Files.delete(probe);
        }
    }

    private static String actual(Path file) throws IOException {
        return file.toRealPath(LinkOption.NOFOLLOW_LINKS).getFileName().toString();
    }

    /// The name itself, or another if there is a file in the directory whose name is taken for the
    /// same.
    ///
    /// @param adding puts something more into a name
    String name(Path directory, String name, BinaryOperator<String> adding) throws IOException {
        if (this == NONE) {
            return name;
        }
        try {
            return isSame(actual(directory.resolve(name)), name)
                    ? name
                    : adding.apply(
                            name,
                            "~"
                                    + FileNames.hash(name.getBytes(StandardCharsets.UTF_8))
                                            .substring(0, HASH_DIGITS));
        } catch (NoSuchFileException e) {
            return name;
        }
    }

    private boolean isSame(String one, String other) {
        return this == NORMALIZING
                ? Normalizer.normalize(one, Normalizer.Form.NFC)
                        .equals(Normalizer.normalize(other, Normalizer.Form.NFC))
                : one.equals(other);
    }
}
