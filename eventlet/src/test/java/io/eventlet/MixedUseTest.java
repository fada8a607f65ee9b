// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.eventlet.hub.Hub;
import io.eventlet.testing.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

/// One thread waits, another one ends the wait: each kind of thread with each.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class MixedUseTest {
    private final Hub other = Hub.start();

    /// A kind of thread.
    enum On {
        HUB,
        OTHER_HUB,
        PLATFORM_THREAD,
        VIRTUAL_THREAD
    }

    static Stream<Arguments> pairs() {
        return Arrays.stream(On.values())
                .flatMap(one -> Arrays.stream(On.values()).map(two -> arguments(one, two)));
    }

    @AfterEach
    void closeHub() {
        other.close();
    }

    private <T> FutureTask<T> start(On where, Callable<T> body) {
        var task = new FutureTask<>(body);
        switch (where) {
            case HUB -> Eventlet.spawn(task::run);
            case OTHER_HUB -> Eventlet.spawnOn(other, task::run);
            case PLATFORM_THREAD -> Thread.ofPlatform().start(task);
            case VIRTUAL_THREAD -> Thread.ofVirtual().start(task);
        }
        return task;
    }

    private void run(On where, Task body) throws Exception {
        start(where, Body.callable(body)).get();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void eventWakesItsWaiter(On waiter, On sender) throws Exception {
        var event = new Event<String>();
        var waiting = start(waiter, event::await);
        Eventually.until(() -> event.waiting() == 1);

        run(sender, () -> event.send("news"));

        assertThat(waiting.get()).isEqualTo("news");
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void permitWakesItsWaiter(On waiter, On giver) throws Exception {
        var semaphore = GreenSemaphore.bounded(1);
        semaphore.acquire();
        var waiting = start(waiter, Body.callable(semaphore::acquire));
        Eventually.until(() -> semaphore.waiting() == 1);

        run(giver, semaphore::release);

        assertThat(waiting.get()).isNull();
        assertThat(semaphore.available()).isZero();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void acquireLetsARelease(On releaser, On acquirer) throws Exception {
        var semaphore = new CappedSemaphore(1, 1);
        var waiting = start(releaser, Body.callable(semaphore::release));
        Eventually.until(() -> semaphore.releasing() == 1);

        run(acquirer, semaphore::acquire);

        assertThat(waiting.get()).isNull();
        assertThat(semaphore.available()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void itemThatIsGivenBackWakesItsWaiter(On waiter, On giver) throws Exception {
        var tokens = new TokenPool(1);
        var lease = tokens.item();
        var token = lease.get();
        var waiting = start(waiter, tokens::item);
        Eventually.until(() -> tokens.waiting() == 1);

        run(giver, lease::close);

        assertThat(waiting.get().get()).isSameAs(token);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void closedPoolTellsItsWaiter(On waiter, On closer) throws Exception {
        var tokens = new TokenPool(0);
        var waiting = start(waiter, tokens::item);
        Eventually.until(() -> tokens.waiting() == 1);

        run(closer, tokens::close);

        Eventually.until(waiting::isDone);
        assertThat(waiting.exceptionNow()).isInstanceOf(PoolClosed.class);
    }
}
