// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.eventlet.errors.Cancelled;

import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Each kind of wait, in threads of all kinds, is ended: nobody waits any more, and what was waited
/// for can be used.
class MixedWaitsTest extends MixedUse {
    /// Each wait in one kind of green thread and one of other threads; the next wait in the others.
    static Stream<Arguments> waits(TestInfo test) {
        var waits = Wait.all().toList();
        int kinds = On.ALL.size();
        return IntStream.range(0, waits.size() * kinds)
                .filter(n -> isWhole(test) || (n / kinds + n) % 2 == 0)
                .mapToObj(n -> arguments(waits.get(n / kinds), On.ALL.get(n % kinds)));
    }

    static Stream<Arguments> waitsAndPairs(TestInfo test) {
        return withPairs(Wait.all().toList(), test);
    }

    @ParameterizedTest
    @MethodSource("waits")
    void limitEndsAWait(Supplier<Wait> kind, On waiter) throws Exception {
        var wait = kind.get();

        boolean inTime =
                start(
                                waiter,
                                () ->
                                        io.eventlet.Timeout.silent(
                                                Duration.ofMillis(1), wait.call()::run))
                        .get();

        assertThat(inTime).isFalse();
        assertThat(wait.waiting().getAsInt()).isZero();
        wait.use().run();
    }

    /// A thread that is not green is interrupted.
    @ParameterizedTest
    @MethodSource("waitsAndPairs")
    void killEndsAWait(Supplier<Wait> kind, On waiter, On killer) throws Exception {
        var wait = kind.get();
        var waiting = start(waiter, Body.callable(wait.call())).waiting();

        run(killer, waiting::kill);

        Eventually.until(waiting::isDone);
        assertThat(waiting.exceptionNow())
                .isInstanceOf(waiter.isGreen() ? GreenThreadKilled.class : Cancelled.class);
        assertThat(wait.waiting().getAsInt()).isZero();
        wait.use().run();
    }
}
