// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/// What is missing of a file, in pieces for those who fetch them: the first stream takes them from
/// the front, as they come, and others take them from the end. A piece is cut off when it is taken,
/// as a server may promise a file of any length.
final class Gaps {
    private final TreeSet<Gap> free = new TreeSet<>(Comparator.comparingLong(Gap::from)); // locked
    private final long piece;
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
        this.piece = piece;
        long from = 0;
        var sorted = new ArrayList<>(done);
        sorted.sort(Comparator.comparingLong(Gap::from));
        for (var there : sorted) {
            add(from, Math.min(there.from(), length));
            from = Math.max(from, there.to());
        }
        add(from, length);
    }

    private void add(long from, long to) {
        if (from < to) {
            free.add(new Gap(from, to));
        }
    }

    /// The piece that begins at a byte; null if somebody else has it, or nothing is missing there.
    synchronized @Nullable Gap takeAt(long from) {
        var gap = free.floor(new Gap(from, from));
        return gap == null || gap.from() != from ? null : takenFrom(gap);
    }

    synchronized @Nullable Gap takeFirst() {
        return free.isEmpty() ? null : takenFrom(free.first());
    }

    synchronized @Nullable Gap takeLast() {
        if (free.isEmpty()) {
            return null;
        }
        var gap = free.last();
        return taken(gap, Math.max(gap.from(), (gap.to() - 1) / piece * piece), gap.to());
    }

    private Gap takenFrom(Gap gap) {
        return taken(gap, gap.from(), Math.min(gap.to(), (gap.from() / piece + 1) * piece));
    }

    private Gap taken(Gap gap, long from, long to) {
        free.remove(gap);
        add(gap.from(), from);
        add(to, gap.to());
        taken++;
        return new Gap(from, to);
    }

    /// A piece that was taken is there up to a byte.
    synchronized void ended(Gap gap, long to) {
        taken--;
        add(to, gap.to());
    }

    /// How many bytes nobody has taken.
    synchronized long missing() {
        return free.stream().mapToLong(Gap::length).sum();
    }

    /// Whether there are two pieces or more that nobody has taken.
    synchronized boolean hasSeveral() {
        return free.size() > 1 || (!free.isEmpty() && isMoreThanOne(free.first()));
    }

    private boolean isMoreThanOne(Gap gap) {
        return gap.from() / piece < (gap.to() - 1) / piece;
    }

    synchronized boolean isClosed() {
        return free.isEmpty() && taken == 0;
    }
}
