// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import java.util.HashSet;
import java.util.Set;

/// Who has which file, where those that want the same one may mean something else: the first has
/// it. Thread-safe; needs sixteen bytes a file, and as many that are free.
final class Holders {
    private static final int FIRST = 1 << 10; // places, a power of two
    private static final long FREE = 0;
    private static final long MIX = 0x9e3779b97f4a7c15L; // of Fibonacci hashing

    private long[] files = new long[FIRST]; // hashes, as the next
    private long[] holders = new long[FIRST];
    private int count;
    private final Set<Long> disputed = new HashSet<>(); // files of several, by their hashes

    /// Takes a file for somebody; false if another has it.
    synchronized boolean take(String file, String who) {
        long holder = hash(who);
        int place = place(hash(file));
        if (holders[place] == FREE) {
            holders[place] = holder;
        }
        return holders[place] == holder;
    }

    /// As [#take], of what is there from earlier: nobody knows whose it is if several want it.
    synchronized void found(String file, String who) {
        if (!take(file, who)) {
            disputed.add(hash(file));
        }
    }

    synchronized boolean isDisputed(String file) {
        return disputed.contains(hash(file));
    }

    /// Lets others have a file that somebody has.
    synchronized void free(String file, String who) {
        int place = place(hash(file));
        if (holders[place] == hash(who)) {
            holders[place] = FREE; // it keeps the place
        }
    }

    /// Where a file is kept, from now on.
    private int place(long file) {
        int place = search(file);
        if (files[place] == file) {
            return place;
        }
        if (2 * (count + 1) > files.length) {
            grow();
            place = search(file);
        }
        files[place] = file;
        count++;
        return place;
    }

    private int search(long file) {
        int unused = Long.SIZE - Integer.numberOfTrailingZeros(files.length);
        int place = (int) ((file * MIX) >>> unused);
        while (files[place] != FREE && files[place] != file) {
            place = (place + 1) & (files.length - 1);
        }
        return place;
    }

    private void grow() {
        var oldFiles = files;
        var oldHolders = holders;
        files = new long[2 * oldFiles.length];
        holders = new long[files.length];
        for (int i = 0; i < oldFiles.length; i++) {
            if (oldFiles[i] != FREE) {
                int place = search(oldFiles[i]);
                files[place] = oldFiles[i];
                holders[place] = oldHolders[i];
            }
        }
    }

    private static long hash(String text) {
        long hash = SharedFiles.hash(text);
        return hash == FREE ? 1 : hash;
    }
}
