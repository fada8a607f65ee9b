// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// What is wrong with a file, in words: of some exceptions the message is its name alone.
final class FileProblem {
    private FileProblem() {}

    static String of(FileSystemException e) {
        if (e.getReason() != null) {
            return String.valueOf(e.getMessage());
        }
        var words =
                switch (e) {
                    case AccessDeniedException _ -> "permission denied";
                    case NoSuchFileException _ -> "there is no such file or directory";
                    case FileAlreadyExistsException _ -> "a file is in the way";
                    case NotDirectoryException _ -> "not a directory";
                    default -> e.getClass().getSimpleName();
                };
        return e.getMessage() + ": " + words;
    }
}
