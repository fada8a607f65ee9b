// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.GreenSocket;
import io.eventlet.os.VirtualThreads;
import io.eventlet.queue.GreenQueue;
import io.eventlet.testing.Until;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// A green thread that waits while it cannot let go of the hub's thread, for something that only
/// the hub can bring: a stall, never a deadlock.
@Tag("hub-only")
@Timeout(60)
class TakeoverTest {
    private final Hub hub = Hub.start("pinned");
    private final Stalls stalls = new Stalls("pinned");

    /// A task that linked it would be reported as one that computes, and a stall is reported once.
    @BeforeAll
    static void linkUpcalls() {
        assertThat(Pinned.call(() -> "linked")).isEqualTo("linked");
    }

    @AfterEach
    void close() {
        stalls.close();
        hub.close();
    }

    /// The hub's present thread, which those before it have to be told from.
    private Thread carrier() {
        return Eventlet.spawnOn(hub, VirtualThreads::currentCarrier).await();
    }

    private void assertGoesOn() {
        var order = new ArrayList<Integer>();
        var threads = new ArrayList<GreenThread<?>>();
        for (int i = 0; i < 10; i++) {
            int number = i;
            threads.add(
                    Eventlet.spawnOn(
                            hub,
                            () -> {
                                order.add(number);
                                Eventlet.sleep(Duration.ofMillis(1));
                            }));
        }
        for (var thread : threads) {
            var ignored = thread.await();
        }
        assertThat(order).isSorted().hasSize(10);
        Until.holds(() -> hub.statistics().live() == 0);
    }

    @Test
    void anUpcallReadsFromASocketThatItsHubFeeds() throws Exception {
        var read =
                Eventlet.spawnOn(
                                hub,
                                () -> {
                                    try (var listener =
                                                    new GreenServerSocket(
                                                            0,
                                                            1,
                                                            InetAddress.getLoopbackAddress());
                                            var client =
                                                    new GreenSocket(
                                                            listener.getInetAddress(),
                                                            listener.getLocalPort());
                                            var server = listener.accept()) {
                                        var writer =
                                                Eventlet.spawn(() -> client.sendAll(new byte[3]));
                                        var n = Pinned.call(() -> server.recv(new byte[10]));
                                        var ignored = writer.await();
                                        return n;
                                    }
                                })
                        .await();

        assertThat(read).isEqualTo(3);
        assertThat(stalls.nextTakeover().toString()).contains("waits while pinned");
        assertThat(hub.statistics().takeovers()).isEqualTo(1);
        assertGoesOn();
    }

    @Test
    void anUpcallTakesFromAQueueOfTheJdkThatItsHubFeeds() throws Exception {
        var queue = new LinkedBlockingQueue<String>();
        var taker = Eventlet.spawnOn(hub, () -> Pinned.call(queue::take));
        var ignored = Eventlet.spawnOn(hub, () -> queue.put("fed"));

        assertThat(taker.await()).isEqualTo("fed");
        var stall = stalls.nextTakeover();
        assertThat(stall.culprit()).isSameAs(taker.thread());
        assertThat(stall.toString()).contains("waits while pinned");
        assertGoesOn();
    }

    @Test
    void aTimedWaitWhilePinnedDoesNotHoldUpTheOthers() {
        var log = new LinkedBlockingQueue<String>();
        var nothing = new LinkedBlockingQueue<String>();
        var waiter = Eventlet.spawnOn(hub, () -> Pinned.call(() -> nothing.poll(1, TimeUnit.DAYS)));
        var other = Eventlet.spawnOn(hub, () -> log.add("runs"));

        assertThat(other.await()).isNotNull();
        waiter.kill();

        assertThat(waiter.await()).isInstanceOf(InterruptedException.class);
        assertGoesOn();
    }

    @Test
    void aThreadThatWaitsAfterItsComputingWasReportedIsTakenOverFromToo() throws Exception {
        var queue = new LinkedBlockingQueue<String>();
        var release = new AtomicBoolean();
        var taker =
                Eventlet.spawnOn(
                        hub,
                        () ->
                                Pinned.call(() -> {
                                    while (!release.get()) {
                                        Thread.onSpinWait();
                                    }
                                    return queue.take();
                                }));
        var ignored = Eventlet.spawnOn(hub, () -> queue.put("fed"));

        assertThat(stalls.next().takenOver()).isFalse();
        release.set(true);

        assertThat(taker.await()).isEqualTo("fed");
        assertGoesOn();
    }

    @Test
    void theThreadThatWasTakenOverFromReturnsToTheHubWhenItYields() {
        var queue = new LinkedBlockingQueue<String>();
        var before = carrier();
        var carriers =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            var during =
                                    Pinned.call(() -> {
                                        queue.take();
                                        return VirtualThreads.currentCarrier();
                                    });
                            Eventlet.yield();
                            return new Object[] {during, VirtualThreads.currentCarrier()};
                        });
        var ignored = Eventlet.spawnOn(hub, () -> queue.put("go"));

        var after = carriers.await();

        assertThat(after[0]).isSameAs(before);
        assertThat(after[1]).isSameAs(carrier()).isNotSameAs(before);
    }

    @Test
    void whatThePinnedThreadSpawnsWakesAndSchedulesReachesTheHub() {
        var queue = new LinkedBlockingQueue<String>();
        var parked = GreenQueue.<String>unbounded();
        var waiter = Eventlet.spawnOn(hub, () -> parked.get());
        Until.waiting(waiter);
        var result =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            var spawned =
                                    Pinned.call(() -> {
                                        queue.take();
                                        parked.put("woken");
                                        return Eventlet.spawnAfter(
                                                Duration.ofMillis(1),
                                                VirtualThreads::currentCarrier);
                                    });
                            return ((GreenThread<?>) spawned).await();
                        });
        var ignored = Eventlet.spawnOn(hub, () -> queue.put("go"));

        assertThat(result.await()).isSameAs(carrier());
        assertThat(waiter.await()).isEqualTo("woken");
        assertGoesOn();
    }

    @Test
    void severalArePinnedAtTheSameTime() {
        var queue = new LinkedBlockingQueue<Integer>();
        var takers = new ArrayList<GreenThread<Object>>();
        for (int i = 0; i < 4; i++) {
            takers.add(Eventlet.spawnOn(hub, () -> Pinned.call(queue::take)));
        }
        var ignored =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            for (int i = 0; i < 4; i++) {
                                queue.put(i);
                            }
                        });

        assertThat(takers).extracting(GreenThread::await).containsExactlyInAnyOrder(0, 1, 2, 3);
        assertThat(hub.statistics().takeovers()).isEqualTo(4);
        assertGoesOn();
    }

    @Test
    void oneThatComputesAfterItsWaitDoesNotKeepTheHub() throws Exception {
        var queue = new LinkedBlockingQueue<String>();
        var release = new AtomicBoolean();
        var culprit =
                Eventlet.spawnOn(
                        hub,
                        () ->
                                Pinned.call(() -> {
                                    queue.take();
                                    while (!release.get()) {
                                        Thread.onSpinWait();
                                    }
                                    return "computed";
                                }));
        var ignored = Eventlet.spawnOn(hub, () -> queue.put("go"));

        assertGoesOnBeside(culprit);
        release.set(true);

        assertThat(culprit.await()).isEqualTo("computed");
        assertGoesOn();
    }

    private void assertGoesOnBeside(GreenThread<?> culprit) {
        assertThat(Eventlet.spawnOn(hub, () -> "runs").await()).isEqualTo("runs");
        assertThat(culprit.isDead()).isFalse();
    }

    @Test
    void nothingIsKeptOfATakeoverWhenThePinnedThreadHasEnded() throws Exception {
        var left = takeover();
        assertThat(stalls.next().takenOver()).isTrue(); // it has the thread

        Until.holds(() -> {
            System.gc();
            return left.stream().allMatch(reference -> reference.refersTo(null));
        });
    }

    /// The thread that was taken over from, and the result of the green thread that kept it.
    private List<WeakReference<Object>> takeover() {
        var queue = new LinkedBlockingQueue<String>();
        var result = new Object();
        var before = new WeakReference<Object>(carrier());
        var taker =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            var ignored = Pinned.call(queue::take);
                            return result;
                        });
        var ignored = Eventlet.spawnOn(hub, () -> queue.put("fed"));
        assertThat(taker.await()).isSameAs(result);
        return List.of(before, new WeakReference<>(result));
    }

    @Test
    void aHubIsClosedWhileAThreadIsPinned() {
        var queue = new LinkedBlockingQueue<String>();
        var taker = Eventlet.spawnOn(hub, () -> Pinned.call(queue::take));
        Until.waiting(taker);

        assertThat(hub.close(Duration.ofSeconds(50))).isTrue();

        assertThat(taker.await()).isInstanceOf(InterruptedException.class);
    }

    @Test
    @Tag("stress")
    @Timeout(600)
    void aHundredRescuesInARow() {
        for (int i = 0; i < 100; i++) {
            var queue = new LinkedBlockingQueue<Integer>();
            int number = i;
            var taker = Eventlet.spawnOn(hub, () -> Pinned.call(queue::take));
            var ignored = Eventlet.spawnOn(hub, () -> queue.put(number));

            assertThat(taker.await()).isEqualTo(i);
        }
        assertThat(hub.statistics().takeovers()).isGreaterThanOrEqualTo(100);
        assertGoesOn();
        Until.holds(() ->
                Thread.getAllStackTraces().keySet().stream()
                                .filter(t -> t.getName().startsWith("hub-pinned"))
                                .count()
                        == 1);
    }

    /// A pinned wait ends as soon as the takeover shows, or a moment later.
    @Test
    @Tag("stress")
    @Timeout(600)
    void waitsThatEndDuringTheTakeover() {
        var random = new Random(7);
        for (int i = 0; i < 100; i++) {
            long before = hub.statistics().takeovers();
            var release = new Semaphore(0);
            var waiter = Eventlet.spawnOn(hub, () -> Pinned.call(() -> acquired(release)));
            var other = Eventlet.spawnOn(hub, () -> Eventlet.sleep(Duration.ofMillis(1)));

            while (hub.statistics().takeovers() == before) {
                Thread.onSpinWait();
            }
            for (int n = random.nextInt(5_000); n > 0; n--) {
                Thread.onSpinWait();
            }
            release.release();

            assertThat(waiter.await()).isEqualTo("acquired");
            var ignored = other.await();
        }
        assertGoesOn();
    }

    private static String acquired(Semaphore semaphore) throws InterruptedException {
        semaphore.acquire();
        return "acquired";
    }

    /// What was asleep when the watchdog looked may have gone on since.
    @Test
    void aGreenThreadThatComputesIsNotOvertaken() {
        var loop = ((LoopThread) carrier()).loop;
        var release = new AtomicBoolean();
        var order = new LinkedBlockingQueue<String>();
        var spinner =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            order.add("begun");
                            while (!release.get()) {
                                Thread.onSpinWait();
                            }
                            order.add("computed");
                        });
        Until.holds(() -> order.contains("begun"));
        loop.takeover().begin();

        var other = Eventlet.spawnOn(hub, () -> order.add("other"));
        Until.waiting(loop.carrier()); // for the spinner: it has looked and must not begin
        release.set(true);
        spinner.await();
        other.await();
        assertThat(order).containsExactly("begun", "computed", "other");
    }

    /// Takeover finds them on stacks by their names.
    @Test
    void methodsThatTouchTheLoopAreThoseOfTheLoop() {
        Takeover.TOUCHING.forEach((type, methods) ->
                assertThat(type.getDeclaredMethods())
                        .extracting(Method::getName)
                        .containsAll(methods));
    }

    /// Who asks goes on to touch what is the loop's, but for who stops it.
    @Test
    void whoeverAsksWhetherItIsOnTheHubIsKnownToTakeover() {
        var asking =
                new ClassFileImporter()
                        .importPackagesOf(HubLoop.class)
                        .get(HubLoop.class)
                        .getMethod("isCurrent")
                        .getCallsOfSelf();

        assertThat(asking)
                .isNotEmpty()
                .extracting(JavaAccess::getOrigin)
                .filteredOn(method -> !method.getName().equals("stop"))
                .allSatisfy(method ->
                        assertThat(Takeover.TOUCHING.get(method.getOwner().reflect()))
                                .as(method.getFullName())
                                .contains(method.getName()));
    }
}
