// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.process;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// What the exceptions of the file system leave unsaid.
public final class FileTrouble {
    private FileTrouble() {}

    /// The exception in the words of a person: what is wrong, without the name of the file.
    public static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "permission denied";
            case NotDirectoryException _ -> "not a directory";
            case FileAlreadyExistsException _ -> "a file is in the way";
            case CharacterCodingException _ -> "it is no text in UTF-8";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }

    /// What was behind a failure at first, in the words of the system.
    public static String first(Throwable failure) {
        var first = failure;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return first instanceof IOException e ? reason(e) : String.valueOf(first.getMessage());
    }
}
