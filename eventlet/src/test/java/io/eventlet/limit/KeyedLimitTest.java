// SPDX-License-Identifier: Apache-2.0
package io.eventlet.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Chaos;
import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenPool;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.LimitExpired;
import io.eventlet.Task;
import io.eventlet.TimeoutExpired;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/// At most so many at once for each key.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class KeyedLimitTest {
    private final KeyedLimit<String> perHost = new KeyedLimit<>(1);
    private final GreenPool pool = new GreenPool(2);
    private final Event<String> gate = new Event<>();
    private final List<Object> steps = new CopyOnWriteArrayList<>();

    @AfterEach
    void nothingIsLeft() {
        boolean ignored = gate.trySend("opened");
        pool.waitall();
        Eventually.until(() -> perHost.keys() == 0);
        assertThat(pool.running() + pool.waiting()).isZero();
    }

    private GreenThread<String> occupy(String host) {
        int before = gate.waiting();
        GreenThread<String> thread = perHost.spawn(pool, host, () -> gate.await());
        Eventually.until(() -> gate.waiting() == before + 1);
        return thread;
    }

    // ---- threads

    @Test
    void threadWaitsForItsKeyOnly() {
        try (var _ = perHost.enter("a")) {
            assertThat(perHost.tryEnter("a")).isNull();
            try (var b = perHost.enter("b")) {
                assertThat(b).hasToString("permit for b");
            }
            assertThatExceptionOfType(LimitExpired.class)
                    .isThrownBy(() -> perHost.enter("a", Duration.ofMillis(1)))
                    .withMessage("there was no permit for a within 1 ms");
        }

        assertThat(perHost.keys()).isZero();
    }

    @Test
    void threadsAreServedInTheOrderInWhichTheyCame() {
        var first = perHost.enter("a");
        for (int i = 0; i < 4; i++) {
            int number = i;
            Eventlet.spawn(() -> {
                try (var _ = perHost.enter("a")) {
                    steps.add(number);
                }
            });
            Eventually.until(() -> perHost.waiting("a") == number + 1);
        }

        first.close();
        first.close(); // once
        Eventually.until(() -> steps.size() == 4);

        assertThat(steps).containsExactly(0, 1, 2, 3);
    }

    @Test
    void permitOfAKilledWaiterGoesToTheNext() {
        var held = perHost.enter("a");
        var killed = Eventlet.spawn(() -> perHost.enter("a"));
        Eventually.until(() -> perHost.waiting("a") == 1);
        var next = Eventlet.spawn(() -> perHost.enter("a"));
        Eventually.until(() -> perHost.waiting("a") == 2);

        killed.kill();
        Eventually.until(killed::isDead);
        held.close();
        next.await().close();

        assertThat(perHost.keys()).isZero();
    }

    @Test
    void everyKindOfThreadMayEnter() throws Exception {
        Runnable enter =
                () -> {
                    try (var _ = perHost.enter("a")) {
                        steps.add("served");
                    }
                };

        var threads = List.of(Thread.ofPlatform().start(enter), Thread.ofVirtual().start(enter));
        Eventlet.spawn(enter::run).await();
        for (var thread : threads) {
            thread.join();
        }

        assertThat(steps).hasSize(3);
    }

    // ---- tasks of a pool

    @Test
    void taskThatWaitsForItsKeyTakesNoPermitOfThePool() {
        occupy("a");

        var waiting = perHost.spawn(pool, "a", () -> "later");
        var other = perHost.spawn(pool, "b", () -> "at once");

        assertThat(other.await()).isEqualTo("at once");
        assertThat(waiting.isStarted()).isFalse();
        assertThat(perHost.waiting("a")).isEqualTo(1);
        gate.send("go");
        assertThat(waiting.await()).isEqualTo("later");
    }

    @Test
    void taskWaitsForAPermitOfThePoolToo() {
        occupy("a");
        occupy("b");

        var third = perHost.spawn(pool, "c", () -> "third");

        assertThat(pool.waiting()).isEqualTo(1);
        gate.send("go");
        assertThat(third.await()).isEqualTo("third");
    }

    @Test
    void tasksOfAKeyBeginInTheOrderOfTheCalls() {
        occupy("a");
        for (int i = 0; i < 5; i++) {
            int number = i;
            var ignored = perHost.spawn(pool, "a", () -> steps.add(number));
        }

        gate.send("go");
        pool.waitall(); // knows of those that wait for the key

        assertThat(steps).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void thereAreNeverMoreThanTheLimitOfAKey() {
        var limit = new KeyedLimit<Integer>(3);
        var big = new GreenPool(50);
        var now = new AtomicInteger();
        var most = new AtomicInteger();

        for (int i = 0; i < 300; i++) {
            var ignored =
                    limit.spawn(
                            big,
                            i % 2,
                            () -> {
                                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                                Eventlet.yield();
                                now.decrementAndGet();
                            });
        }
        Eventually.until(() -> limit.keys() == 0);

        assertThat(most.get()).isBetween(1, 6);
    }

    @Test
    void failedTaskLetsTheNextIn() {
        var failed =
                perHost.spawn(
                        pool,
                        "a",
                        () -> {
                            throw new IllegalStateException("failed");
                        });
        var next = perHost.spawn(pool, "a", () -> "next");

        assertThat(next.await()).isEqualTo("next");
        assertThatThrownBy(failed::await).hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void taskThatIsKilledWhileItWaitsForItsKeyIsForgotten() {
        occupy("a");
        var killed = perHost.spawn(pool, "a", () -> steps.add("killed"));
        var next = perHost.spawn(pool, "a", () -> steps.add("next"));

        killed.kill();

        assertThat(perHost.waiting("a")).isEqualTo(1);
        gate.send("go");
        next.await();
        assertThat(steps).containsExactly("next");
    }

    @Test
    void taskThatIsKilledWhileItWaitsForThePoolGivesItsPermitOn() {
        occupy("a");
        occupy("b");
        var killed = perHost.spawn(pool, "c", () -> steps.add("killed"));
        var next = perHost.spawn(pool, "c", () -> steps.add("next"));
        assertThat(perHost.inUse("c")).isEqualTo(1);

        killed.kill();

        assertThat(perHost.inUse("c")).isEqualTo(1);
        assertThat(perHost.waiting("c")).isZero();
        assertThat(pool.waiting()).isEqualTo(1);
        gate.send("go");
        next.await();
        assertThat(steps).containsExactly("next");
    }

    @Test
    void killsAtAnyMomentLoseNoPermit() {
        var limit = new KeyedLimit<Integer>(2, 10);
        var permits = new GreenPool(3);
        var left = new AtomicInteger(2000);
        try (var chaos = new Chaos(5)) {
            chaos.begin(
                    9,
                    random -> {
                        var task = limit.spawn(permits, random.nextInt(4), (Task) Eventlet::yield);
                        if (random.nextInt(3) == 0) {
                            task.kill();
                        }
                        return left.getAndDecrement() > 0;
                    });
            chaos.killUntilDone();
        }

        permits.waitall();
        Eventually.until(() -> limit.keys() == 0);

        assertThat(permits.free()).isEqualTo(3);
        for (int i = 0; i < 20; i++) { // none of those that may wait is lost
            limit.spawn(permits, 1, () -> "usable").await();
        }
    }

    @Test
    void spawnBlocksWhileTooManyTasksWait() {
        var small = new KeyedLimit<String>(1, 2);
        var running = small.spawn(pool, "a", () -> gate.await());
        Eventually.until(() -> gate.waiting() == 1);
        var one = small.spawn(pool, "a", () -> "one");
        var two = small.spawn(pool, "a", () -> "two");
        var spawner = Eventlet.spawn(() -> small.spawn(pool, "a", () -> "three"));
        assertThatExceptionOfType(TimeoutExpired.class)
                .isThrownBy(() ->
                        io.eventlet.Timeout.call(
                                Duration.ofMillis(1), () -> small.spawn(pool, "b", () -> "four")));
        assertThat(spawner.isDead()).isFalse();

        gate.send("go");

        assertThat(spawner.await().await()).isEqualTo("three");
        assertThat(List.of(running.await(), one.await(), two.await()))
                .containsExactly("go", "one", "two");
    }

    @Test
    void memberThatSpawnsIsNotHeldUp() {
        var small = new KeyedLimit<String>(1, 1);
        var single = new GreenPool(1);

        var inner =
                single.spawn(() -> {
                    var children = new ArrayList<GreenThread<String>>();
                    for (int i = 0; i < 3; i++) {
                        children.add(small.spawn(single, "a", () -> "child"));
                    }
                    return children;
                });

        for (var child : inner.await()) {
            assertThat(child.await()).isEqualTo("child");
        }
    }

    @Test
    void shutdownOfThePoolCancelsWhatHasNotBegun() {
        occupy("a");
        occupy("b");
        var ofKey = new ArrayList<GreenThread<?>>();
        for (int i = 0; i < 900; i++) {
            ofKey.add(perHost.spawn(pool, "a", () -> "never"));
        }
        var ofPool = perHost.spawn(pool, "c", () -> "never");

        pool.shutdown();
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> perHost.spawn(pool, "d", () -> "late"));
        gate.send("go");
        pool.close();

        assertThatThrownBy(ofPool::await).hasCauseInstanceOf(GreenThreadKilled.class);
        assertThat(ofKey).allMatch(GreenThread::isCancelled);
    }

    @Test
    void growingLetsInWhoWaits() {
        occupy("a");
        var waiting = perHost.spawn(pool, "a", () -> "in");

        perHost.resize(2);

        assertThat(waiting.await()).isEqualTo("in");
        assertThat(perHost.perKey()).isEqualTo(2);
    }

    @Test
    void badLimitsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeyedLimit<>(0))
                .withMessage("the limit per key must be 1 or more: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeyedLimit<>(1, 0))
                .withMessage("the tasks that may wait must be 1 or more: 0");
        assertThatIllegalArgumentException().isThrownBy(() -> perHost.resize(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> perHost.enter("a", Duration.ofSeconds(-1)));
    }
}
