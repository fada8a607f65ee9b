// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventually;
import io.eventlet.ReportedErrors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/// Timers that no hub fires.
@Timeout(60)
class SystemTimersTest {
    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final List<String> fired = new CopyOnWriteArrayList<>();

    @Test
    void fireOnceAndAreForgotten() {
        var timer = SystemTimers.schedule(() -> fired.add("fired"), 0);
        Eventually.until(timer::isDone);
        var later = SystemTimers.schedule(() -> fired.add("later"), 2 * Timers.AGAIN_NANOS);
        Eventually.until(later::isDone);

        Eventually.until(() -> fired.size() == 2);

        assertThat(fired).containsExactly("fired", "later");
        assertThat(SystemTimers.own()).doesNotContain((Timer) timer, (Timer) later);
    }

    @Test
    void whatIsCancelledDoesNotFire() {
        var timer = SystemTimers.schedule(() -> fired.add("never"), TimeUnit.DAYS.toNanos(1));

        timer.cancel(false);

        assertThat(timer.isCancelled()).isTrue();
        assertThat(SystemTimers.own()).doesNotContain((Timer) timer);
    }

    // ---- without memory

    @Test
    void whatLacksMemoryIsFiredAgainBehindWhatIsDueMeanwhile() {
        var timer =
                SystemTimers.schedule(
                        () -> {
                            fired.add("try");
                            if (fired.size() == 1) {
                                SystemTimers.schedule(
                                        () -> fired.add("due"), Timers.AGAIN_NANOS / 2);
                                throw new OutOfMemoryError("as asked");
                            }
                        },
                        0);

        Eventually.until(() -> fired.size() == 3);

        assertThat(fired).containsExactly("try", "due", "try");
        assertThat(timer.isDone()).isTrue();
        Eventually.until(() -> !reported.list().isEmpty());
        assertThat(reported.list()).singleElement().isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void whatLacksMemoryIsKeptUntilItIsCancelled() {
        var timer =
                SystemTimers.schedule(
                        () -> {
                            fired.add("try");
                            throw new OutOfMemoryError("as asked");
                        },
                        0);
        Eventually.until(() -> SystemTimers.own().contains((Timer) timer) && fired.size() >= 2);
        Eventually.until(() -> !reported.list().isEmpty());

        Eventually.until(() -> timer.cancel(false));

        assertThat(SystemTimers.own()).doesNotContain((Timer) timer);
    }
}
