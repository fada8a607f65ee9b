// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.jdk;

import com.sun.net.httpserver.HttpContext;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.concurrent.ConcurrentSkipListMap;

/// The contexts of a server by their paths. Thread-safe.
final class Contexts {
    private final ConcurrentSkipListMap<String, Context> byPath =
            new ConcurrentSkipListMap<>(
                    Comparator.comparingInt(String::length)
                            .reversed()
                            .thenComparing(Comparator.naturalOrder()));

    Context add(Context context) {
        if (byPath.putIfAbsent(context.getPath(), context) != null) {
            throw new IllegalArgumentException(
                    "there is a context for %s already".formatted(context.getPath()));
        }
        return context;
    }

    void remove(String path) {
        if (byPath.remove(path) == null) {
            throw new IllegalArgumentException("there is no context for " + path);
        }
    }

    void remove(HttpContext context) {
        if (!byPath.remove(context.getPath(), context)) {
            throw new IllegalArgumentException("this server has no " + context);
        }
    }

    /// The one whose path is the longest with which this one begins; null if there is none.
    @Nullable Context find(String path) {
        for (var context : byPath.values()) { // the longest first
            if (path.startsWith(context.getPath())) {
                return context;
            }
        }
        return null;
    }
}
