// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/// Which files several URLs have in common, such as `/` and `/index.html`: first all are added,
/// then the first of each is told from those that come later. Needs eight bytes a file, and more
/// only of those that are shared.
final class SharedFiles {
    private static final long PRIME = 0x100000001b3L; // FNV-1a, of 64 bits
    private static final long BASIS = 0xcbf29ce484222325L;

    private long[] hashes = new long[1 << 10];
    private int count;
    private final Set<Path> taken = new HashSet<>(); // of those that are shared

    void add(Path file) {
        if (count == hashes.length) {
            hashes = Arrays.copyOf(hashes, 2 * count);
        }
        hashes[count++] = hash(file.toString());
    }

    /// Keeps what was added more than once; no more is added.
    void settle() {
        Arrays.sort(hashes, 0, count);
        int kept = 0;
        for (int i = 1; i < count; i++) {
            boolean isNew = kept == 0 || hashes[kept - 1] != hashes[i];
            if (hashes[i] == hashes[i - 1] && isNew) {
                hashes[kept++] = hashes[i];
            }
        }
        hashes = Arrays.copyOf(hashes, kept);
        count = kept;
    }

    /// Takes a file; false if it is shared and was taken before.
    boolean take(Path file) {
        return Arrays.binarySearch(hashes, hash(file.toString())) < 0 || taken.add(file);
    }

    static long hash(String name) {
        long hash = BASIS;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * PRIME;
        }
        return hash;
    }
}
