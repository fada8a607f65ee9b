// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// What somebody may have meant who typed a word that is none of ours.
///
/// By the number of keystrokes between the two: a letter more, less or another one, or two letters
/// exchanged. One in three letters may be wrong, or the end may be missing.
final class Suggestions {
    private static final int MOST = 3;
    private static final int LEAST_BEGINNING = 2;

    private Suggestions() {}

    /// The nearest first; none if all are too far.
    static List<String> of(String typed, Collection<String> words) {
        return words.stream()
                .filter(word -> isNear(typed, word))
                .sorted(Comparator.comparingInt((String word) -> distance(typed, word)))
                .limit(MOST)
                .toList();
    }

    private static boolean isNear(String typed, String word) {
        boolean isBeginning = typed.length() >= LEAST_BEGINNING && word.startsWith(typed);
        return isBeginning || 3 * distance(typed, word) <= Math.max(typed.length(), word.length());
    }

    /// The keystrokes between two words, by the usual table: of the first i letters of one and the
    /// first j of the other.
    static int distance(String one, String other) {
        int[][] between = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                between[i][j] = i == 0 || j == 0 ? i + j : least(between, i, j, one, other);
            }
        }
        return between[one.length()][other.length()];
    }

    private static int least(int[][] between, int i, int j, String one, String other) {
        char last = one.charAt(i - 1);
        int least =
                Math.min(
                        between[i - 1][j - 1] + (last == other.charAt(j - 1) ? 0 : 1),
                        1 + Math.min(between[i - 1][j], between[i][j - 1]));
        boolean isExchanged =
                i > 1
                        && j > 1
                        && last == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1);
        return isExchanged ? Math.min(least, between[i - 2][j - 2] + 1) : least;
    }
}
