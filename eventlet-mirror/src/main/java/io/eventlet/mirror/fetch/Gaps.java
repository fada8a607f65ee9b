// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/// What is missing of a file, in pieces for those who fetch them: the first stream takes them from
/// the front, as they come, and others take them from the end.
final class Gaps {
    private final TreeSet<Gap> free = new TreeSet<>(Comparator.comparingLong(Gap::from)); // locked
    private int taken; // under lock

    /// Bytes from one to another, without that.
    record Gap(long from, long to) {
        long length() {
            return to - from;
        }
    }

    /// @param done what is there, in any order
    /// @param piece how many bytes a piece has at most
    Gaps(long length, List<Gap> done, long piece) {
        long from = 0;
        var sorted = new ArrayList<>(done);
        sorted.sort(Comparator.comparingLong(Gap::from));
        for (var there : sorted) {
            add(from, Math.min(there.from(), length), piece);
            from = Math.max(from, there.to());
        }
        add(from, length, piece);
    }

    private void add(long begin, long end, long piece) {
        for (long from = begin; from < end; ) {
            long to = Math.min(end, (from / piece + 1) * piece);
            free.add(new Gap(from, to));
            from = to;
        }
    }

    /// The piece that begins at a byte; null if somebody else has it, or nothing is missing there.
    synchronized @Nullable Gap takeAt(long from) {
        var gap = free.floor(new Gap(from, from));
        return gap == null || gap.from() != from ? null : taken(gap);
    }

    synchronized @Nullable Gap takeFirst() {
        return free.isEmpty() ? null : taken(free.first());
    }

    synchronized @Nullable Gap takeLast() {
        return free.isEmpty() ? null : taken(free.last());
    }

    private Gap taken(Gap gap) {
        free.remove(gap);
        taken++;
        return gap;
    }

    /// A piece that was taken is there up to a byte.
    synchronized void ended(Gap gap, long to) {
        taken--;
        if (to < gap.to()) {
            free.add(new Gap(to, gap.to()));
        }
    }

    /// How many bytes nobody has taken.
    synchronized long missing() {
        return free.stream().mapToLong(Gap::length).sum();
    }

    /// How many pieces nobody has taken.
    synchronized int free() {
        return free.size();
    }

    synchronized boolean isClosed() {
        return free.isEmpty() && taken == 0;
    }
}
