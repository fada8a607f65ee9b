// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.scope;

import java.util.Arrays;
import java.util.List;

/// A directory as wget has it, whose names may have `*`, `?` and `[…]`: none of these is a slash.
///
/// @param names a pattern for each name from the top
record DirectoryPattern(String text, List<NamePattern> names) {
    static DirectoryPattern of(String text) {
        return new DirectoryPattern(
                text, names(text).stream().map(NamePattern::ofWholeName).toList());
    }

    /// The names of a path, with an empty one for what is in a directory.
    private static List<String> names(String path) {
        var inner = path.startsWith("/") ? path.substring(1) : path;
        if (inner.endsWith("/")) {
            inner = inner.substring(0, inner.length() - 1);
        }
        return inner.isEmpty() ? List.of() : Arrays.asList(inner.split("/", -1));
    }

    /// Whether a path is it, or in it.
    boolean contains(String path) {
        var others = names(path);
        return others.size() >= names.size() && isEqual(others, names.size());
    }

    /// Whether the directory is in a path, which is a directory.
    boolean isIn(String path) {
        var others = names(path);
        return others.size() <= names.size() && isEqual(others, others.size());
    }

    private boolean isEqual(List<String> others, int count) {
        for (int i = 0; i < count; i++) {
            if (!names.get(i).matches(others.get(i))) {
                return false;
            }
        }
        return true;
    }
}
