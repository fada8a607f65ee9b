// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// How imap shares its pool. Defect 1 of Eventlet, mended: there it has a pool of its own, so that
/// its green threads do not count, waitall() does not wait for them, and two run twice as many.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class ImapPoolTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final GreenSemaphore gate = new GreenSemaphore(0);
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    private static List<Integer> upTo(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    private int counted(int i) {
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        Eventlet.sleep();
        running.decrementAndGet();
        return i;
    }

    private int blocked(int i) {
        gate.acquire();
        return i;
    }

    private void open(int times) {
        for (int i = 0; i < times; i++) {
            gate.release();
        }
    }

    private static <T> List<T> listOf(Imap<T> imap) {
        var list = new ArrayList<T>();
        imap.forEachRemaining(list::add);
        return list;
    }

    @Test
    void crewCountsInThePool() {
        var pool = new GreenPool(3);
        var imap = pool.imap(this::blocked, upTo(10));

        Eventually.until(() -> gate.waiting() == 3);
        assertThat(pool.running()).isEqualTo(3);
        assertThat(pool.free()).isZero();

        open(10);
        assertThat(listOf(imap)).isEqualTo(upTo(10));
        pool.waitall();
        assertThat(pool.running()).isZero();
    }

    @Test
    void waitallWaitsForTheCrew() {
        var pool = new GreenPool(3);
        var imap = pool.imap(this::blocked, upTo(3));
        var waiter = Eventlet.spawn(() -> pool.waitall());
        Eventually.until(() -> gate.waiting() == 3);

        assertThat(waiter.isDead()).isFalse();

        open(3);
        waiter.await();
        assertThat(listOf(imap)).isEqualTo(upTo(3));
    }

    @Test
    void twoImapsShareTheLimit() {
        var pool = new GreenPool(3);

        var first = Eventlet.spawn(() -> listOf(pool.imap(this::counted, upTo(50))));
        var second = Eventlet.spawn(() -> listOf(pool.imapUnordered(this::counted, upTo(50))));

        assertThat(first.await()).isEqualTo(upTo(50));
        assertThat(second.await()).containsExactlyInAnyOrderElementsOf(upTo(50));
        assertThat(most.get()).isBetween(1, 3);
    }

    @Test
    void crewWaitsForRoomInTheOrderOfTheCalls() {
        var pool = new GreenPool(1);
        var order = new ArrayList<String>();
        pool.spawn(() -> gate.acquire());
        var imap = pool.imap(i -> order.add("imap"), List.of(1));
        var spawner = Eventlet.spawn(() -> pool.spawn(() -> order.add("spawner")).await());
        Eventually.until(() -> pool.waiting() == 2);

        open(1);
        spawner.await();

        assertThat(imap.next()).isTrue();
        assertThat(order).containsExactly("imap", "spawner");
    }

    /// One of the crew goes on with the next item, but not while others wait for its place.
    @Test
    void imapThatNeverEndsDoesNotKeepOthersFromRunning() {
        var pool = new GreenPool(2);
        var member = pool.spawn(() -> gate.acquire());
        var consumed = new AtomicInteger();
        var consumer =
                Eventlet.spawn(() -> {
                    try (var imap = pool.imap(this::counted, Stream.generate(() -> 1))) {
                        while (true) {
                            consumed.addAndGet(imap.next());
                        }
                    }
                });
        Eventually.until(() -> consumed.get() > 10);

        for (int i = 0; i < 20; i++) {
            assertThat(pool.spawn(() -> "had its turn").await()).isEqualTo("had its turn");
        }

        consumer.kill();
        open(1);
        member.await();
        pool.waitall();
    }

    /// From Eventlet's greenpool_test.py: GreenPool.test_reentrant, for imap.
    @Test
    void memberOfAFullPoolMayConsumeAnImapOfIt() {
        for (int size = 1; size < 4; size++) {
            var pool = new GreenPool(size);

            var results = pool.spawn(() -> listOf(pool.imap(this::counted, upTo(20)))).await();

            assertThat(results).isEqualTo(upTo(20));
            pool.waitall();
            assertThat(most.get()).isLessThanOrEqualTo(size);
            assertThat(pool.free()).isEqualTo(size);
        }
    }

    @Test
    void allMembersOfAFullPoolMayConsumeImapsOfItAndNestThem() {
        var pool = new GreenPool(3);

        var sums =
                pool.imap(
                        i -> {
                            int sum = 0;
                            for (int j : pool.imap(this::counted, upTo(5))) {
                                sum += i * j;
                            }
                            return sum;
                        },
                        upTo(9));

        assertThat(listOf(sums)).containsExactly(0, 10, 20, 30, 40, 50, 60, 70, 80);
        pool.waitall();
        assertThat(pool.free()).isEqualTo(3);
    }

    @Test
    void memberOfAFullPoolThatLimitsItsWaitIsNotHeldByTheWork() {
        var pool = new GreenPool(1);
        var expired = new AtomicInteger();
        var consumer =
                pool.spawn(() -> {
                    var imap = pool.imap(this::blocked, upTo(2));
                    for (int i = 0; i < 3; i++) {
                        try {
                            imap.next(SHORT);
                        } catch (LimitExpired e) {
                            expired.incrementAndGet();
                        }
                        boolean inTime = Timeout.silent(SHORT, () -> imap.next());
                        expired.addAndGet(inTime ? 0 : 1);
                    }
                    open(2);
                    return listOf(imap);
                });

        assertThat(consumer.await()).containsExactly(0, 1);
        assertThat(expired.get()).isEqualTo(6);
        pool.waitall();
        assertThat(pool.free()).isEqualTo(1);
    }

    @Test
    void killOfAMemberThatConsumesStopsTheWorkWithItsPermit() {
        var pool = new GreenPool(1);
        var consumer = pool.spawn(() -> listOf(pool.imap(this::blocked, upTo(3))));
        Eventually.until(() -> gate.waiting() == 1);

        consumer.kill();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(consumer::await)
                .havingCause()
                .isInstanceOf(GreenThreadKilled.class);
        pool.waitall();
        assertThat(gate.waiting()).isZero();
        assertThat(pool.free()).isEqualTo(1);
    }

    @Test
    void growingThePoolLetsAnImapUseTheNewPermitsAtOnce() {
        var pool = new GreenPool(1);
        var imap = pool.imap(this::blocked, upTo(5));
        Eventually.until(() -> gate.waiting() == 1);

        pool.resize(4);
        Eventually.until(() -> gate.waiting() == 4);

        open(5);
        assertThat(listOf(imap)).isEqualTo(upTo(5));
    }

    @Test
    void shrinkingThePoolLetsAnImapUseFewerPermits() {
        var pool = new GreenPool(4);
        var imap = pool.imap(this::blocked, upTo(40));
        Eventually.until(() -> gate.waiting() == 4);

        pool.resize(1);
        open(4);
        for (int i = 0; i < 4; i++) {
            assertThat(imap.next()).isEqualTo(i);
        }
        Eventually.until(() -> gate.waiting() == 1 && pool.running() == 1);

        open(36);
        assertThat(listOf(imap)).hasSize(36);
    }

    /// As in Eventlet: a pool of 0 blocks until it is resized.
    @Test
    void imapOfAPoolOfZeroBeginsWhenItGrows() {
        var pool = new GreenPool(0);
        var imap = pool.imap(i -> i, upTo(3));
        assertThatExceptionOfType(LimitExpired.class).isThrownBy(() -> imap.next(SHORT));

        pool.resize(2);

        assertThat(listOf(imap)).containsExactly(0, 1, 2);
    }

    @Test
    void crewStaysOnTheHubOfTheCallWhoeverConsumes() {
        var pool = new GreenPool(2);
        Set<Hub> hubs = ConcurrentHashMap.newKeySet();
        try (var hub = Hub.start()) {
            var imap =
                    Eventlet.<Imap<Integer>>spawnOn(
                                    hub,
                                    () ->
                                            pool.imap(
                                                    i -> {
                                                        hubs.add(Hub.current());
                                                        Eventlet.sleep();
                                                        return i;
                                                    },
                                                    upTo(30)))
                            .await();

            assertThat(listOf(imap)).isEqualTo(upTo(30));
            assertThat(hubs).containsExactly(hub);
            pool.waitall();
        }
    }

    @Test
    void imapWhoseHubIsClosedSaysSoInsteadOfHanging() {
        var pool = new GreenPool(1);
        var hub = Hub.start();
        var imap = Eventlet.<Imap<Integer>>spawnOn(hub, () -> pool.imap(i -> i, upTo(3))).await();
        pool.waitall();
        hub.close();

        assertThat(imap.next()).isZero();
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(imap::next)
                .havingCause()
                .withMessageContaining("closed");
        assertThat(imap.hasNext()).isFalse();
    }

    /// From Eventlet's greenpool_test.py: Stress.test_imap_50, test_imap_500, which count objects.
    @ParameterizedTest
    @ValueSource(ints = {50, 500})
    void fewResultsAreHeldHoweverManyThereAre(int concurrency) {
        var pool = new GreenPool(concurrency);
        var made = new ConcurrentLinkedQueue<WeakReference<AtomicInteger>>();
        int mostAlive = 0;

        int seen = 0;
        for (var result : pool.imap(i -> remembered(i, made), upTo(8 * concurrency))) {
            assertThat(result).hasValue(seen++);
            if (seen % concurrency == 0) {
                System.gc();
                made.removeIf(r -> r.refersTo(null));
                mostAlive = Math.max(mostAlive, made.size());
            }
        }

        assertThat(seen).isEqualTo(8 * concurrency);
        assertThat(mostAlive).isLessThan(2 * concurrency);
    }

    private static AtomicInteger remembered(int i, Queue<WeakReference<AtomicInteger>> made) {
        Eventlet.sleep();
        var result = new AtomicInteger(i);
        made.add(new WeakReference<>(result));
        return result;
    }

    @Test
    void imapThatIsLeftAloneIsGarbage() {
        var pool = new GreenPool(2);
        var items = begin(pool);
        pool.waitall();

        Eventually.until(() -> {
            System.gc();
            return items.refersTo(null);
        });

        assertThat(pool.free()).isEqualTo(2);
    }

    private static WeakReference<List<Integer>> begin(GreenPool pool) {
        List<Integer> items = new ArrayList<>(upTo(10));
        assertThat(pool.imap(i -> i, items).next()).isZero();
        return new WeakReference<>(items);
    }
}
