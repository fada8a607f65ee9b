// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.frontier.State;

import org.jspecify.annotations.Nullable;

import java.io.UncheckedIOException;
import java.time.Duration;

/// How many URLs a frontier has of each state: what it says now if it is this process' own, and
/// what it said a second ago if it is shared and may be away.
final class Counts {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Frontier frontier;
    private final boolean shared;
    private volatile Known last = new Known(0, 0, 0, 0);
    private @Nullable GreenThread<?> asking; // as long as the run

    record Known(long done, long skipped, long failed, long queued) {}

    Counts(Frontier frontier, boolean shared) {
        this.frontier = frontier;
        this.shared = shared;
    }

    void open() {
        if (shared) {
            asking =
                    GreenThread.spawn(
                            "counts",
                            () -> {
                                askAgainAndAgain();
                            });
        }
    }

    /// Waits for nothing.
    Known known() {
        return shared ? last : ask();
    }

    /// Waits for the frontier.
    Known ask() {
        last =
                new Known(
                        frontier.count(State.DONE),
                        frontier.count(State.SKIPPED),
                        frontier.count(State.FAILED),
                        frontier.count(State.QUEUED));
        return last;
    }

    /// As [#ask], but no longer than that; then what was known last.
    Known ask(Duration patience) {
        var one =
                GreenThread.spawn(
                        "counts",
                        () -> {
                            askOrNot();
                        });
        try {
            var ignored = one.join(patience);
        } finally {
            one.kill();
        }
        return last;
    }

    void close() {
        if (asking != null) {
            asking.kill();
        }
    }

    private void askAgainAndAgain() {
        while (shared) {
            askOrNot();
            Eventlet.sleep(PERIOD);
        }
    }

    private void askOrNot() {
        try {
            var ignored = ask();
        } catch (UncheckedIOException e) {
            // away: what was known last stays so
        }
    }
}
