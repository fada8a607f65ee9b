// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.place;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// Directories for what is not a copy, which are looked at before anybody writes there, or deletes
/// there: what a symbolic link leads to is somebody's.
final class OwnDirectory {
    private OwnDirectory() {}

    /// Makes a directory below another, with those between them, and nothing through a link.
    static void make(Path root, Path own) throws IOException {
        Files.createDirectories(root);
        var directory = root;
        for (var name : root.relativize(own)) {
            directory = directory.resolve(name);
            make(directory);
            try (var entries = Files.newDirectoryStream(directory)) {
                for (var entry : entries) {
                    ensureNoLink(entry);
                }
            }
        }
    }

    private static void make(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            ensureNoLink(directory);
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
        }
    }

    private static void ensureNoLink(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            throw new FileSystemException(
                    file.toString(), null, "'%s' is a symbolic link".formatted(file));
        }
    }
}
