// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.mirror.fetch.Gaps.Gap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;

@Timeout(60)
class GapsTest {
    private static final long PIECE = 8;

    @Test
    void piecesEndAtMultiplesOfTheirLength() {
        var gaps = new Gaps(20, List.of(new Gap(0, 3)), PIECE);

        assertThat(gaps.takeFirst()).isEqualTo(new Gap(3, 8));
        assertThat(gaps.takeLast()).isEqualTo(new Gap(16, 20));
        assertThat(gaps.takeAt(8)).isEqualTo(new Gap(8, 16));
        assertThat(gaps.takeFirst()).isNull();
    }

    @Test
    void aStreamStopsWhereOthersHaveTaken() {
        var gaps = new Gaps(24, List.of(), PIECE);
        gaps.takeLast();
        gaps.takeLast();

        assertThat(gaps.takeAt(0)).isEqualTo(new Gap(0, 8));
        assertThat(gaps.takeAt(8)).isNull();
    }

    @Test
    void whatDidNotComeIsMissingAgain() {
        var gaps = new Gaps(16, List.of(), PIECE);
        var first = new Gap(0, 8);
        gaps.takeFirst();

        gaps.ended(first, 5);

        assertThat(gaps.missing()).isEqualTo(11);
        assertThat(gaps.takeFirst()).isEqualTo(new Gap(5, 8));
    }

    @Test
    void allIsThereWhenNothingIsMissingOrTaken() {
        var gaps = new Gaps(8, List.of(), PIECE);
        gaps.takeFirst();
        boolean whileTaken = gaps.isClosed();

        gaps.ended(new Gap(0, 8), 8);

        assertThat(whileTaken).isFalse();
        assertThat(gaps.isClosed()).isTrue();
    }

    @Test
    void theLastPieceIsLeftToTheFirstStream() {
        var gaps = new Gaps(16, List.of(), PIECE);
        boolean before = gaps.hasSeveral();

        gaps.takeFirst();

        assertThat(before).isTrue();
        assertThat(gaps.hasSeveral()).isFalse();
    }

    @Test
    void aFileOfAnyLengthNeedsNoMoreMemory() {
        long length = 900_000_000_000_000_000L;

        var gaps = new Gaps(length, List.of(), PIECE);

        assertThat(gaps.missing()).isEqualTo(length);
        assertThat(gaps.takeLast()).isEqualTo(new Gap(length - PIECE, length));
    }
}
