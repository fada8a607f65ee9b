// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.display.Look;
import io.eventlet.mirror.crawl.Progress;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

class MirrorStatusTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - SECOND); // it may overflow
    private final AtomicReference<Progress> progress =
            new AtomicReference<>(new Progress(0, 0, 0, 1, 0, List.of()));
    private final MirrorStatus status = new MirrorStatus(progress::get, clock::get, Look.PLAIN);

    private String lineAfter(long seconds, Progress now) {
        clock.addAndGet(seconds * SECOND);
        progress.set(now);
        return status.get().getFirst();
    }

    @Test
    void countsAreByState() {
        assertThat(lineAfter(0, new Progress(1200, 3, 2, 40, 5_000_000, List.of())))
                .isEqualTo("1,200 done  40 queued  3 skipped  2 failed  5.0 MB");
    }

    @Test
    void theRateIsThatOfTheLastSeconds() {
        lineAfter(0, new Progress(0, 0, 0, 1, 0, List.of()));
        lineAfter(100, new Progress(10, 0, 0, 90, 1_000_000, List.of()));

        assertThat(lineAfter(4, new Progress(30, 0, 0, 90, 9_000_000, List.of())))
                .contains("2.0 MB/s, 5.0/s");
    }

    @Test
    void theTimeThatIsLeftIsToldOnceNothingNewIsFound() {
        lineAfter(0, new Progress(10, 0, 0, 90, 0, List.of()));
        var growing = lineAfter(4, new Progress(20, 0, 0, 180, 0, List.of()));
        lineAfter(4, new Progress(40, 0, 0, 160, 0, List.of()));
        lineAfter(4, new Progress(60, 0, 0, 140, 0, List.of()));

        assertThat(growing).doesNotContain("left");
        assertThat(lineAfter(4, new Progress(80, 0, 0, 120, 0, List.of()))).endsWith("0:24 left");
    }

    @Test
    void linesChangeSomeTimesASecondOnly() {
        var first = status.get();
        progress.set(new Progress(5, 0, 0, 0, 0, List.of()));

        clock.addAndGet(SECOND / 10);
        assertThat(status.get()).isSameAs(first);

        clock.addAndGet(SECOND / 2);
        assertThat(status.get()).isNotEqualTo(first);
    }
}
