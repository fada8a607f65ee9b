// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.hub.Hub;
import io.eventlet.queue.GreenQueue;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// A limit on how many green threads run at once.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenPoolTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final GreenSemaphore gate = new GreenSemaphore(0);
    private final List<Object> steps = new CopyOnWriteArrayList<>();

    private void open(int times) {
        for (int i = 0; i < times; i++) {
            gate.release();
        }
    }

    private static void assertFree(GreenPool pool, int free) {
        assertThat(pool.free()).isEqualTo(free);
        assertThat(pool.running()).isEqualTo(pool.size() - free);
        assertThat(pool.waiting()).isZero();
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_spawn.
    @Test
    void membersGiveTheirResults() {
        var pool = new GreenPool(4);

        var members = IntStream.range(0, 10).mapToObj(i -> pool.spawn(() -> i)).toList();

        assertThat(members)
                .extracting(GreenThread::await)
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        pool.waitall();
        assertFree(pool, 4);
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_spawn_n.
    @Test
    void waitallWaitsForAllMembers() {
        var pool = new GreenPool(4);
        for (int i = 0; i < 10; i++) {
            int number = i;
            pool.spawnN(() -> {
                Eventlet.sleep();
                steps.add(number);
            });
        }

        pool.waitall();

        assertThat(steps).hasSize(10);
        assertFree(pool, 4);
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_spawn_n_2.
    @Test
    @Tag("hub-only")
    void spawningIntoAFullPoolLetsTheMembersRunFirst() {
        var pool = new GreenPool(2);

        Eventlet.run(() -> {
            pool.spawn(() -> steps.add(1)).await();
            assertThat(steps).containsExactly(1);
            pool.spawnN(() -> steps.add(2));
            assertThat(pool.free()).isEqualTo(1);
            pool.spawnN(() -> steps.add(3));
            assertThat(pool.free()).isZero();
            assertThat(steps).containsExactly(1);
            pool.spawnN(() -> steps.add(4));
            assertThat(steps).containsExactly(1, 2, 3);
            Eventlet.sleep();
            assertThat(steps).containsExactly(1, 2, 3, 4);
        });
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_multiple_coros.
    @Test
    @Tag("hub-only")
    void membersSwitchWhereTheyWait() {
        var pool = new GreenPool(2);

        Eventlet.run(() -> {
            var consumer =
                    pool.spawn(() -> {
                        steps.add("consumer 1");
                        gate.acquire();
                        steps.add("consumer 2");
                    });
            pool.spawnN(() -> {
                steps.add("producer");
                gate.release();
            });
            consumer.await();
        });

        assertThat(steps).containsExactly("consumer 1", "producer", "consumer 2");
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_waiting.
    @Test
    void spawnersWaitWhileThePoolIsFull() {
        var pool = new GreenPool(1);
        var spawners = new ArrayList<GreenThread<?>>();
        for (int i = 0; i < 3; i++) {
            int before = i;
            spawners.add(Eventlet.spawn(() -> pool.spawn(() -> gate.acquire()).await()));
            Eventually.until(() -> pool.running() + pool.waiting() == before + 1);
        }

        assertThat(pool.running()).isEqualTo(1);
        assertThat(pool.waiting()).isEqualTo(2);
        open(3);
        spawners.forEach(GreenThread::await);

        pool.waitall();
        assertFree(pool, 1);
    }

    @Test
    void spawnersGetRoomInTheOrderInWhichTheyCame() {
        var pool = new GreenPool(1);
        pool.spawn(() -> gate.acquire());
        for (int i = 0; i < 5; i++) {
            int number = i;
            Eventlet.spawn(() -> pool.spawn(() -> steps.add(number)));
            Eventually.until(() -> pool.waiting() == number + 1);
        }

        open(1);
        pool.waitall();

        assertThat(steps).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void platformThreadsAndOtherHubsWaitForRoomToo() throws Exception {
        var pool = new GreenPool(1);
        pool.spawn(() -> gate.acquire());
        var platform = Thread.ofPlatform().start(() -> pool.spawn(() -> steps.add("platform")));
        Eventually.until(() -> pool.waiting() == 1);
        try (var hub = Hub.start()) {
            var other = Eventlet.spawnOn(hub, () -> pool.spawn(() -> Hub.current()).await());
            Eventually.until(() -> pool.waiting() == 2);

            open(1);

            assertThat(other.await()).isSameAs(hub);
        }
        platform.join();
        pool.waitall();
        assertThat(steps).containsExactly("platform");
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_resize.
    @Test
    void shrinkingLetsMembersFinishAndGrowingMakesRoom() {
        var pool = new GreenPool(2);
        pool.spawn(() -> gate.acquire());
        pool.spawn(() -> gate.acquire());
        assertFree(pool, 0);

        pool.resize(1);
        assertFree(pool, -1);

        open(2);
        pool.waitall();
        assertFree(pool, 1);

        pool.resize(2);
        assertFree(pool, 2);
    }

    /// Defect 4 of Eventlet, mended: there a blocked spawner is not woken when the pool grows.
    @Test
    void growingWakesSpawnersThatWait() {
        var pool = new GreenPool(1);
        pool.spawn(() -> gate.acquire());
        var spawners =
                IntStream.range(0, 3)
                        .mapToObj(i -> Eventlet.spawn(() -> pool.spawn(() -> i).await()))
                        .toList();
        Eventually.until(() -> pool.waiting() == 3);

        pool.resize(2);

        assertThat(spawners).extracting(GreenThread::await).containsExactly(0, 1, 2);
        open(1);
        pool.waitall();
        assertFree(pool, 2);
    }

    @Test
    void spawnerThatWaitsInAShrunkPoolWaitsUntilEnoughHaveEnded() {
        var pool = new GreenPool(2);
        pool.spawn(() -> gate.acquire());
        pool.spawn(() -> gate.acquire());
        pool.resize(1);
        var spawner = Eventlet.spawn(() -> pool.spawn(() -> "late").await());
        Eventually.until(() -> pool.waiting() == 1);

        open(1);
        Eventually.until(() -> pool.running() == 1);
        assertThat(pool.waiting()).isEqualTo(1);

        open(1);
        assertThat(spawner.await()).isEqualTo("late");
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_greenpool_type_check.
    @Test
    void negativeSizesAreRefused() {
        var pool = new GreenPool(1);

        assertThatIllegalArgumentException().isThrownBy(() -> new GreenPool(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> pool.resize(-1));
        assertThat(pool.size()).isEqualTo(1);
        assertThat(new GreenPool().size()).isEqualTo(1000);
    }

    /// As in Eventlet: size 0 is legal, spawn then blocks. From gevent's test__pool.py:
    /// TestPool0.test_wait_full.
    @Test
    void poolOfZeroBlocksSpawnersUntilItGrows() {
        var pool = new GreenPool(0);
        var spawner = Eventlet.spawn(() -> pool.spawn(() -> "ran").await());
        Eventually.until(() -> pool.waiting() == 1);

        pool.resize(1);

        assertThat(spawner.await()).isEqualTo("ran");
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_exceptions.
    @Test
    void failedAndKilledMembersGiveTheirPermitsBack() {
        var pool = new GreenPool(2);
        var error = new IllegalStateException("broken");
        var failed =
                pool.spawn(() -> {
                    throw error;
                });
        var failedN =
                pool.spawnN(() -> {
                    throw error;
                });
        assertThatExceptionOfType(TaskFailed.class).isThrownBy(failed::await);
        pool.waitall();
        assertFree(pool, 2);

        var killed = pool.spawn(() -> gate.acquire());
        var killedN = pool.spawnN(() -> gate.acquire());
        Eventually.until(() -> gate.waiting() == 2);
        killed.kill();
        killedN.kill();
        pool.waitall();

        assertFree(pool, 2);
        assertThat(failedN.isDead()).isTrue();
        assertThat(reported.list()).containsExactly(error);
    }

    @Test
    void memberKilledBeforeItBeginsGivesItsPermitBack() {
        var pool = new GreenPool(1);

        for (int i = 0; i < 50; i++) {
            pool.spawn(() -> gate.acquire()).kill();
        }
        pool.waitall();

        assertFree(pool, 1);
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_pool_smash.
    @Test
    void timeoutOfAMemberHarmsNeitherItsPoolNorWhatItWaitsFor() {
        var pool = new GreenPool(1);
        var tokens = GreenQueue.<String>unbounded();
        var timedOut =
                pool.spawn(() -> {
                    try (var _ =
                            Timeout.after(
                                    Duration.ZERO, () -> new IllegalStateException("timed out"))) {
                        return tokens.get();
                    } catch (IllegalStateException e) {
                        return e.getMessage();
                    }
                });
        assertThat(timedOut.await()).isEqualTo("timed out");
        var putter = Eventlet.spawn(() -> tokens.put("wake-up"));

        var resumed = pool.spawn(() -> "resumed");

        assertThat(resumed.await()).isEqualTo("resumed");
        assertThat(tokens.get()).isEqualTo("wake-up");
        putter.await();
    }

    /// As in Eventlet: a killed or timed-out blocked spawner leaks no slot. From gevent's
    /// test__pool.py: PoolBasicTests.test_add_method_timeout.
    @Test
    void spawnerThatGivesUpOrIsKilledTakesNoPermit() {
        var pool = new GreenPool(1);
        pool.spawn(() -> gate.acquire());
        boolean inTime = Timeout.silent(SHORT, () -> pool.spawn(() -> steps.add("timed out")));
        var spawner = Eventlet.spawn(() -> pool.spawn(() -> steps.add("killed")));
        Eventually.until(() -> pool.waiting() == 1);
        spawner.kill();
        Eventually.until(() -> pool.waiting() == 0);

        open(1);
        pool.waitall();

        assertThat(inTime).isFalse();
        assertThat(steps).isEmpty();
        assertFree(pool, 1);
        assertThat(pool.spawn(() -> "room").await()).isEqualTo("room");
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_waitall_on_nothing.
    @Test
    void waitallOfAnEmptyPoolReturnsAtOnce() {
        var pool = new GreenPool(1);

        pool.waitall();

        assertThat(pool.waitall(Duration.ZERO)).isTrue();
    }

    @Test
    void waitallWithALimitSaysWhetherItCameToThat() {
        var pool = new GreenPool(1);
        pool.spawn(() -> gate.acquire());

        assertThat(pool.waitall(SHORT)).isFalse();

        open(1);
        assertThat(pool.waitall(Duration.ofMinutes(1))).isTrue();
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_recursive_waitall.
    @Test
    void memberMustNotWaitForAll() {
        var pool = new GreenPool(1);

        var thrown = pool.spawn(() -> catchThrowable(pool::waitall)).await();

        assertThat(thrown)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("wait for itself");
    }

    /// As in Eventlet: waitall() waits for queued spawners too.
    @Test
    void waitallWaitsForThoseWhoWaitForRoomToo() {
        var pool = new GreenPool(1);
        pool.spawn(() -> gate.acquire());
        var spawner = Eventlet.spawn(() -> pool.spawn(() -> steps.add("queued")));
        Eventually.until(() -> pool.waiting() == 1);

        open(1);
        pool.waitall();

        assertThat(steps).containsExactly("queued");
        spawner.await();
    }

    @Test
    void waitallReturnsWhenTheLastSpawnerGivesUp() {
        var pool = new GreenPool(0);
        var spawner = Eventlet.spawn(() -> pool.spawn(() -> steps.add("never")));
        Eventually.until(() -> pool.waiting() == 1);
        var waiter = Eventlet.spawn(() -> pool.waitall());
        Eventually.until(() -> waiter.thread().getState() == Thread.State.WAITING);

        spawner.kill();

        waiter.await();
        assertThat(steps).isEmpty();
    }

    @Test
    void neverMoreRunThanThereArePermits() {
        var pool = new GreenPool(3);
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var spawner =
                Eventlet.spawn(() -> {
                    for (int i = 0; i < 60; i++) {
                        pool.spawnN(() -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            gate.acquire();
                            running.decrementAndGet();
                        });
                    }
                });
        Eventually.until(() -> gate.waiting() == 3);
        for (int i = 0; i < 60; i++) {
            gate.release();
        }

        spawner.await();
        pool.waitall();

        assertThat(most.get()).isEqualTo(3);
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void killEndsAllMembersTheCallersOwnThreadLast() {
        var pool = new GreenPool(3);
        var first = pool.spawn(() -> gate.acquire());
        var second = pool.spawn(() -> gate.acquire());
        Eventually.until(() -> gate.waiting() == 2);

        var killer = pool.spawn(() -> pool.kill());
        pool.waitall();

        for (var member : List.of(first, second, killer)) {
            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(member::await)
                    .havingCause()
                    .isInstanceOf(GreenThreadKilled.class);
        }
        assertFree(pool, 3);
    }

    @Test
    void itShowsItsSizeItsMembersAndWhoWaits() {
        var pool = new GreenPool(1);
        pool.spawn(() -> gate.acquire());

        assertThat(pool).hasToString("pool of 1 with 1 running and 0 waiting");

        open(1);
        pool.waitall();
    }
}
