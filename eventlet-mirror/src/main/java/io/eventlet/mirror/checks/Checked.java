// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.checks;

import java.nio.file.Path;

/// What has come of the check of a file.
///
/// @param file what a list names; a file that is read in vain, if that is the list itself
/// @param list the file that has its checksum
public record Checked(Path file, Path list, Result result) {
    /// How a check ends.
    public enum Result {
        /// The file is what the list says.
        GOOD,
        /// It is something else.
        WRONG,
        /// It is not there: nobody wanted it, perhaps.
        MISSING,
        /// It is outside of the directory, or behind a symbolic link, and was not looked at.
        OUTSIDE,
        /// It cannot be read.
        UNREADABLE
    }
}
