// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.testing.junit.NoLeaks;
import io.eventlet.wait.Waits;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

/// Bodies that a member of a full pool spawns into it, one inside another: on its own stack, and
/// from a depth on beside it. What ends the outer one is the same for all.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class DeepInlineTest {
    private final GreenPool pool = new GreenPool(1);
    private final Event<String> inside = new Event<>();

    private void nest(int depth, Task innermost) throws Exception {
        if (depth == 0) {
            innermost.run();
        } else {
            var ignored = pool.spawn(() -> nest(depth - 1, innermost));
        }
    }

    /// Does not wait, until the next wait would be ended.
    private void compute() {
        boolean ignored = inside.trySend("is there");
        while (!Waits.isCancelled()) {
            Thread.yield();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 40})
    void killThatTheInnermostDoesNotMeetEndsTheNextWait(int depth) {
        var slept = new Event<String>();
        var outer =
                pool.spawn(() -> {
                    nest(depth, this::compute);
                    Eventlet.sleep(Duration.ofDays(1));
                    slept.send("slept");
                });
        var ignored = inside.await();

        outer.kill(new IllegalStateException("enough"));

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(outer::await)
                .withCauseInstanceOf(IllegalStateException.class);
        assertThat(slept.isReady()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 40})
    void timeoutThatTheInnermostDoesNotMeetEndsTheNextWait(int depth) {
        var outer =
                pool.spawn(() -> {
                    try (var _ = Timeout.after(Duration.ofMillis(1))) {
                        nest(depth, this::compute);
                        Eventlet.sleep(Duration.ofDays(1));
                        return "slept";
                    } catch (TimeoutExpired e) {
                        return "expired";
                    }
                });
        assertThat(outer.await()).isEqualTo("expired");
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 40})
    void killThatTheInnermostCatchesIsNotMetAgain(int depth) {
        var outer =
                pool.spawn(() -> {
                    nest(
                            depth,
                            () -> {
                                boolean ignored = inside.trySend("is there");
                                assertThatExceptionOfType(IllegalStateException.class)
                                        .isThrownBy(() -> Eventlet.sleep(Duration.ofDays(1)));
                            });
                    Eventlet.sleep(Duration.ofMillis(1));
                    return "went on";
                });
        var ignored = inside.await();

        outer.kill(new IllegalStateException("enough"));

        assertThat(outer.await()).isEqualTo("went on");
    }
}
