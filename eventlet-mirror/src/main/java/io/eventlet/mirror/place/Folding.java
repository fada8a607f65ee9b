// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.place;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.function.BinaryOperator;

/// What a file system does not tell apart in names: found out by trying.
enum Folding {
    /// It tells all apart.
    NONE,
    /// Not all, but it keeps names as they are given.
    PRESERVING,
    /// Not all, and it changes the form of Unicode: two forms of a name are one file.
    NORMALIZING;

    private static final String PROBE = "Probe-\u00e9"; // composed
    private static final String IN_OTHER_LETTERS = "pROBE-\u00e9";
    private static final String DECOMPOSED = "Probe-e\u0301";
    private static final int HASH_DIGITS = 8;

    /// Tries with a file in a directory, which is deleted again.
    static Folding of(Path directory) throws IOException {
        var probe = directory.resolve(PROBE);
        Files.deleteIfExists(probe);
        Files.createFile(probe);
        try {
            boolean folds =
                    Files.exists(directory.resolve(IN_OTHER_LETTERS))
                            || Files.exists(directory.resolve(DECOMPOSED));
            if (!folds) {
                return NONE;
            }
            return actual(probe).equals(PROBE) ? PRESERVING : NORMALIZING;
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
