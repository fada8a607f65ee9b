// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import org.jspecify.annotations.Nullable;

import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The path of a request as names of files, each decoded by itself, so that no encoded slash makes
/// two of one. `isFolder` if it ends with a slash.
record RequestedPath(List<String> names, boolean isFolder) {
    /// Null for what cannot be a path below a directory, however it is written: with `.` or `..`,
    /// empty names, NUL, or what separates names here.
    static @Nullable RequestedPath of(String rawPath) {
        if (!rawPath.startsWith("/")) {
            return null;
        }
        var names = new ArrayList<String>();
        int start = 1;
        while (start < rawPath.length()) {
            int slash = rawPath.indexOf('/', start);
            int end = slash < 0 ? rawPath.length() : slash;
            var name = Percent.decode(rawPath.substring(start, end), false);
            if (!isName(name)) {
                return null;
            }
            names.add(name);
            start = end + 1;
        }
        return new RequestedPath(names, rawPath.endsWith("/"));
    }

    /// Whether a name is one of something in a directory, and nothing else.
    static boolean isName(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('/') < 0
                && name.indexOf(0) < 0
                && (File.separatorChar == '/' || (name.indexOf('\\') < 0 && name.indexOf(':') < 0));
    }

    boolean hasHiddenName() {
        return names.stream().anyMatch(RequestedPath::isHidden);
    }

    static boolean isHidden(String name) {
        return name.startsWith(".");
    }

    /// Null if the system has no such paths.
    @Nullable Path below(Path directory) {
        try {
            var path = directory;
            for (var name : names) {
                path = path.resolve(name);
            }
            return path;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    /// The path in a URL, with its slash at the end.
    String asFolder() {
        var url = new StringBuilder("/");
        for (var name : names) {
            url.append(Percent.encode(name)).append('/');
        }
        return url.toString();
    }
}
