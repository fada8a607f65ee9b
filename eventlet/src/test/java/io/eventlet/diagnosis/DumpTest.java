// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenPool;
import io.eventlet.GreenSemaphore;
import io.eventlet.GreenThread;
import io.eventlet.Select;
import io.eventlet.diagnosis.DumpedThread.State;
import io.eventlet.hub.Hub;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.queue.GreenQueue;
import io.eventlet.wait.Held;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

@Timeout(60)
class DumpTest {
    private final Hub hub = Hub.start("dumped");

    @AfterEach
    void close() {
        hub.close();
    }

    private DumpedHub dumped() {
        return Dump.take().hubs().stream()
                .filter(other -> other.statistics().name().equals("dumped"))
                .findAny()
                .orElseThrow();
    }

    private DumpedThread dumped(GreenThread<?> green) {
        return dumped().threads().stream()
                .filter(other -> other.thread() == green.thread())
                .findAny()
                .orElseThrow();
    }

    private DumpedThread whenItWaits(GreenThread<?> green) {
        awaitWait(green.thread());
        return dumped(green);
    }

    private static void awaitWait(Thread thread) {
        Eventually.until(() ->
                thread.getState() == Thread.State.WAITING
                        || thread.getState() == Thread.State.TIMED_WAITING);
    }

    @Test
    void namesAThreadItsStateAndWhatItWaitsFor() {
        var queue = GreenQueue.<String>unbounded();
        var getter =
                Eventlet.spawnOn(hub, () -> Eventlet.spawn("getter", () -> queue.get())).await();

        var dumped = whenItWaits(getter);

        assertThat(dumped.name()).isEqualTo("getter");
        assertThat(dumped.number()).isEqualTo(getter.thread().threadId());
        assertThat(dumped.state()).isEqualTo(State.WAITING);
        assertThat(dumped.waitsFor())
                .isEqualTo(Dump.name(queue))
                .matches("queue of 0, 0 putting, 1 getting @[0-9a-f]+");
        assertThat(dumped.stack())
                .extracting(StackTraceElement::getClassName)
                .contains(GreenQueue.class.getName());
    }

    @Test
    void tellsWhichThreadIsAwaited() {
        var event = new Event<String>();
        var child = Eventlet.spawnOn(hub, () -> event.await());
        var parent = Eventlet.spawnOn(hub, () -> child.await());

        var dumped = whenItWaits(parent);

        assertThat(dumped.waitsFor()).isEqualTo(child.toString());
        assertThat(dumped.holders()).containsExactly(child.thread());
    }

    @Test
    void tellsWhoHoldsThePermitsOfAPool() {
        var semaphore = new GreenSemaphore(0);
        var pool = new GreenPool(1);
        var member = Eventlet.spawnOn(hub, () -> pool.spawn(() -> semaphore.acquire())).await();
        var spawner = Eventlet.spawnOn(hub, () -> pool.spawn(() -> {}));

        var dumped = whenItWaits(spawner);

        assertThat(dumped.waitsFor()).startsWith("pool of 1 with 1 running and 1 waiting @");
        assertThat(dumped.holders()).containsExactly(member.thread());
        semaphore.release();
        spawner.await();
    }

    @Test
    @Tag("hub-only")
    void tellsWhoHoldsALockOfTheJdk() {
        var lock = new ReentrantLock();
        var semaphore = new GreenSemaphore(0);
        var holder = Eventlet.spawnOn(hub, () -> holdDuring(lock, semaphore::acquire));
        awaitWait(holder.thread());
        var waiter = Eventlet.spawnOn(hub, () -> holdDuring(lock, () -> {}));

        var dumped = whenItWaits(waiter);

        assertThat(dumped.waitsFor()).matches("ReentrantLock @[0-9a-f]+");
        assertThat(dumped.holders()).containsExactly(holder.thread());
        semaphore.release();
        waiter.await();
    }

    private static void holdDuring(ReentrantLock lock, Runnable section) {
        lock.lock();
        try {
            section.run();
        } finally {
            lock.unlock();
        }
    }

    @Test
    void namesTheSocketItsPeerAndTheOperation() throws IOException {
        try (var server = new GreenServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = Eventlet.connect("localhost", server.getLocalPort())) {
            var accepted = server.accept();
            var reader = Eventlet.spawnOn(hub, () -> accepted.getInputStream().read());
            Eventually.until(() ->
                    dumped().threads().stream().anyMatch(thread -> thread.waitsFor() != null));

            var dumped = dumped(reader);

            assertThat(dumped.waitsFor())
                    .startsWith("read of ")
                    .endsWith(":" + client.getLocalPort());
            client.getOutputStream().write(1);
            assertThat(reader.await()).isEqualTo(1);
        }
    }

    @Test
    void listsAPlatformThreadThatWaitsForSomethingOfOurs() throws InterruptedException {
        var event = new Event<String>();
        var platform = Thread.ofPlatform().name("outside").start(() -> event.await());
        awaitWait(platform);

        var others = Dump.take().others();

        assertThat(others)
                .filteredOn(other -> other.thread() == platform)
                .singleElement()
                .satisfies(
                        other -> assertThat(other.waitsFor()).isEqualTo(Dump.name(event)),
                        other -> assertThat(other.label()).endsWith(" 'outside'"));
        event.send("");
        platform.join();
    }

    @Test
    @Tag("hub-only") // the JDK does not tell
    void listsWhoHasNotBegunAndWhoRuns() {
        var states =
                Eventlet.spawnOn(
                                hub,
                                () -> {
                                    var ignored = Eventlet.spawn(() -> {});
                                    return dumped().threads().stream()
                                            .map(DumpedThread::state)
                                            .toList();
                                })
                        .await();

        assertThat(states).containsExactly(State.RUNNING, State.NOT_BEGUN);
    }

    @Test
    @Tag("hub-only") // the JDK does not tell
    void tellsHowLongASleepStillLasts() {
        var hour = Duration.ofHours(1);
        var sleeper = Eventlet.spawnOn(hub, () -> Eventlet.sleep(hour));

        var dumped = whenItWaits(sleeper);

        assertThat(dumped.waitsFor()).isEqualTo("sleep");
        assertThat(dumped.left()).isPositive().isLessThanOrEqualTo(hour);
    }

    @Test
    @Tag("hub-only") // the JDK does not tell
    void listsWhoBeginsLater() {
        var hour = Duration.ofHours(1);
        var later = Eventlet.spawnOn(hub, () -> Eventlet.spawnAfter(hour, () -> {})).await();

        var dumped = dumped(later);

        assertThat(dumped.state()).isEqualTo(State.DELAYED);
        assertThat(dumped.left()).isPositive().isLessThanOrEqualTo(hour);
        later.cancel();
    }

    @Test
    void tellsOfAThreadWhoseLinksStillRun() {
        var event = new Event<String>();
        var ended = Eventlet.spawnOn(hub, () -> {});
        ended.await();
        var linked =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            Objects.requireNonNull(Eventlet.current()).link(_ -> event.await());
                        });

        var dumped = whenItWaits(linked);

        assertThat(dumped.state()).isEqualTo(State.ENDING);
        assertThat(dumped.waitsFor()).isEqualTo(Dump.name(event));
        event.send("");
    }

    @Test
    @Tag("hub-only") // the JDK's scheduler has no thread to keep
    void showsWhatKeepsAHubThatDoesNotAnswer() {
        var begun = new AtomicBoolean();
        var release = new AtomicBoolean();
        var queue = GreenQueue.<String>unbounded();
        var getter = Eventlet.spawnOn(hub, () -> queue.get());
        awaitWait(getter.thread());
        var keeper =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            begun.set(true);
                            while (!release.get()) {
                                Thread.onSpinWait();
                            }
                        });
        Eventually.until(begun::get);

        var dump = Dump.take();
        var dumped = dumped();
        release.set(true);

        assertThat(dumped.answered()).isFalse();
        assertThat(dumped.keeper()).isEqualTo(keeper.thread());
        assertThat(dumped.stack()).isNotEmpty();
        assertThat(dumped.threads())
                .extracting(DumpedThread::thread)
                .contains(getter.thread(), keeper.thread());
        assertThat(dump.toString())
                .contains("it did not answer within 1 s")
                .contains(keeper + " does not yield");
    }

    @Test
    void isNotHeldUpByWhatDoesNotSayWhatItIs() {
        var release = new CountDownLatch(1);
        var secretive =
                new Held() {
                    @Override
                    public Collection<Thread> holders() {
                        return List.of();
                    }

                    @Override
                    public String toString() {
                        try {
                            release.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        return "at last";
                    }
                };
        var waiter = Eventlet.spawnOn(hub, () -> LockSupport.park(secretive));

        var dumped = whenItWaits(waiter);
        release.countDown();

        assertThat(dumped.waitsFor()).endsWith("which does not say more");
    }

    @Test
    void canBeTakenByAThreadThatIsBeingKilled() {
        var state =
                Eventlet.spawnOn(
                                hub,
                                () -> {
                                    Thread.currentThread().interrupt();
                                    boolean answered = dumped().answered();
                                    return answered && Thread.interrupted();
                                })
                        .await();

        assertThat(state).isTrue();
    }

    @Test
    void putsThreadsThatWaitInTheSamePlaceTogether() {
        var queue = GreenQueue.<String>unbounded();
        for (int i = 0; i < 212; i++) {
            var ignored = Eventlet.spawnOn(hub, () -> queue.get());
        }
        Eventually.until(() -> queue.toString().endsWith(" 212 getting"));
        Eventually.until(() ->
                dumped().threads().stream().allMatch(thread -> thread.state() == State.WAITING));

        var text = Dump.take().toString();

        assertThat(text.lines())
                .anySatisfy(line -> assertThat(line).startsWith("  212 threads like this: "))
                .anySatisfy(line ->
                        assertThat(line)
                                .startsWith("    each waits for " + Dump.name(queue) + ", "));
    }

    @Test
    void tracesSpawnSitesWhenAskedTo() {
        var before = Eventlet.spawnOn(hub, () -> GreenQueue.unbounded().get());
        Dump.trace(true);
        GreenThread<?> traced;
        try {
            traced = Eventlet.spawnOn(hub, () -> GreenQueue.unbounded().get());
        } finally {
            Dump.trace(false);
        }
        var after = Eventlet.spawnOn(hub, () -> GreenQueue.unbounded().get());

        assertThat(whenItWaits(before).spawnedAt()).isEmpty();
        assertThat(whenItWaits(after).spawnedAt()).isEmpty();
        assertThat(whenItWaits(traced).spawnedAt().getFirst().getMethodName())
                .isEqualTo("tracesSpawnSitesWhenAskedTo");
    }

    @Test
    void tellsSinceWhenAThreadWaits() throws InterruptedException {
        var event = new Event<String>();
        var semaphore = new GreenSemaphore(0);
        var waiter = Eventlet.spawnOn(hub, () -> event.await());
        var selector = Eventlet.spawnOn(hub, () -> Select.first(semaphore.onAcquire(() -> "")));
        var platform = Thread.ofPlatform().start(() -> event.await());
        awaitWait(platform);
        var some = Duration.ofMillis(100);

        Eventually.until(() ->
                isLonger(whenItWaits(waiter).waited(), some)
                        && isLonger(whenItWaits(selector).waited(), some)
                        && isLonger(waited(platform), some));

        event.send("");
        semaphore.release();
        platform.join();
    }

    private static boolean isLonger(@Nullable Duration waited, Duration than) {
        return waited != null && waited.compareTo(than) > 0;
    }

    private static @Nullable Duration waited(Thread platform) {
        return Dump.take().others().stream()
                .filter(other -> other.thread() == platform)
                .findAny()
                .orElseThrow()
                .waited();
    }

    /// The second wait begins long after the first.
    @Test
    void countsEachWaitFromItsOwnBeginning() {
        var queue = GreenQueue.<String>unbounded();
        var waiter =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            queue.get();
                            return queue.get();
                        });
        var some = Duration.ofMillis(500);
        Eventually.until(() -> isLonger(whenItWaits(waiter).waited(), some));
        long afterItsBeginning = System.nanoTime() - some.toNanos() / 2;
        queue.put("");

        Eventually.until(() -> {
            long look = System.nanoTime();
            var waited = whenItWaits(waiter).waited();
            return waited != null && look - waited.toNanos() - afterItsBeginning > 0;
        });
    }

    @Test
    void doesNotTakeTheTimeOfAnEarlierWaitForThatOfALock() {
        var event = new Event<String>();
        var lock = new ReentrantLock();
        var waiter =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            event.await();
                            holdDuring(lock, () -> {});
                        });
        awaitWait(waiter.thread());
        DumpedThread dumped;
        lock.lock();
        try {
            event.send("");
            Eventually.until(lock::hasQueuedThreads);
            dumped = whenItWaits(waiter);
        } finally {
            lock.unlock();
        }

        assertThat(dumped.waitsFor()).matches("ReentrantLock @[0-9a-f]+");
        assertThat(dumped.waited()).isNull();
    }

    @Test
    @SuppressWarnings("unchecked")
    void isJsonForPrograms() {
        String name = "tab\there \"quoted\" back\\slash \u4f60\u597d \ud83d\ude00 \u0000";
        var queue = GreenQueue.<String>unbounded();
        var getter = Eventlet.spawnOn(hub, () -> Eventlet.spawn(name, () -> queue.get())).await();
        awaitWait(getter.thread());
        var waiter = Eventlet.spawnOn(hub, () -> getter.await());
        awaitWait(waiter.thread());

        var root = (Map<String, Object>) Json.parse(Dump.take().toJson());

        assertThat(root).containsOnlyKeys("at", "hubs", "others", "stacks");
        var threads = new ArrayList<Map<String, Object>>();
        for (var each : (List<Map<String, Object>>) root.get("hubs")) {
            threads.addAll((List<Map<String, Object>>) each.get("threads"));
        }
        assertThat(threads)
                .anySatisfy(thread -> {
                    assertThat(thread)
                            .containsEntry("name", name)
                            .containsEntry("state", "waiting")
                            .containsEntry("waitsFor", Dump.name(queue));
                })
                .anySatisfy(thread ->
                        assertThat((List<Map<String, Object>>) thread.get("heldBy"))
                                .singleElement()
                                .satisfies(
                                        holder -> assertThat(holder).containsEntry("name", name)));
    }

    @Test
    @SuppressWarnings("unchecked")
    void jsonHasEachStackOnce() {
        var queue = GreenQueue.<String>unbounded();
        for (int i = 0; i < 3; i++) {
            var getter = Eventlet.spawnOn(hub, () -> queue.get());
            awaitWait(getter.thread());
        }
        var dumped = dumped();

        var dump = new Dump(Instant.now(), List.of(dumped), List.of());
        var root = (Map<String, Object>) Json.parse(dump.toJson());

        var hubs = (List<Map<String, Object>>) root.get("hubs");
        var threads = (List<Map<String, Object>>) hubs.getFirst().get("threads");
        var frames =
                dumped.threads().getFirst().stack().stream()
                        .map(StackTraceElement::toString)
                        .toList();
        assertThat(threads).hasSize(3).allMatch(thread -> thread.get("stack").equals(0L));
        assertThat(threads).allMatch(thread -> thread.get("spawnedAt") == null);
        assertThat(root.get("stacks")).isEqualTo(List.of(frames));
    }
}
