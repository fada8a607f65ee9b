// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.ChildJvm;
import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenScope;
import io.eventlet.GreenThread;
import io.eventlet.TaskFailed;
import io.eventlet.dag.DagPool;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Inspection;
import io.eventlet.offload.Offload;
import io.eventlet.queue.GreenQueue;
import io.eventlet.resource.TokenPool;
import io.eventlet.wait.Held;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// Whether a program is told that it waits for ever. Other threads of the JVM that runs the tests
/// could always end a wait, so what has no cycle has a JVM of its own.
@Tag("hub-only")
@Timeout(60)
class DeadlockTest {
    private final Hub hub = Hub.start("stuck");
    private final LinkedBlockingQueue<DeadlockReport> reports = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        Deadlocks.onReport(null);
        hub.close();
    }

    private static GreenThread<?> cycleOn(Hub hub) {
        return Eventlet.spawnOn(
                        hub,
                        () -> {
                            var second = new Event<GreenThread<?>>();
                            var first = Eventlet.spawn("first", () -> second.await().await());
                            second.send(Eventlet.spawn("second", () -> first.await()));
                            return first;
                        })
                .await();
    }

    @Test
    void namesTheCycleOfThreadsThatAwaitEachOther() throws InterruptedException {
        Deadlocks.onReport(reports::add);
        var first = cycleOn(hub);

        var report = reports.take();

        assertThat(report.cycle())
                .extracting(DumpedThread::name)
                .containsExactlyInAnyOrder("first", "second");
        assertThat(report.waiting()).isEqualTo(report.cycle());
        assertThat(report.toString())
                .startsWith("deadlock: " + report.cycle().getFirst().label() + " waits for ")
                .contains(first.toString());
    }

    @Test
    void namesACycleThroughALockOfTheJdk() throws InterruptedException {
        Deadlocks.onReport(reports::add);
        var lock = new ReentrantLock();
        var holder =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            lock.lock();
                            try {
                                Eventlet.spawn(
                                                "locker",
                                                () -> {
                                                    lock.lockInterruptibly();
                                                    lock.unlock();
                                                })
                                        .await();
                            } finally {
                                lock.unlock();
                            }
                        });

        var report = reports.take();

        assertThat(report.cycle())
                .extracting(DumpedThread::thread)
                .hasSize(2)
                .contains(holder.thread());
        assertThat(report.toString())
                .containsPattern(
                        " waits for ReentrantLock @[0-9a-f]+ \\(held by " + holder + "\\)");
    }

    @Test
    void namesACycleThroughAScope() throws InterruptedException {
        Deadlocks.onReport(reports::add);
        var parent =
                Eventlet.spawnOn(
                        hub,
                        () ->
                                GreenScope.run(scope -> {
                                    var self = Objects.requireNonNull(Eventlet.current());
                                    var ignored = scope.spawn(() -> self.join());
                                }));

        var report = reports.take();

        assertThat(report.cycle())
                .extracting(DumpedThread::thread)
                .hasSize(2)
                .contains(parent.thread());
        assertThat(report.toString())
                .contains(" waits for scope with 1 threads @")
                .contains(" (held by ");
    }

    /// A task waits for the green thread that waits for the task.
    @Test
    void namesACycleThroughAnOffload() throws InterruptedException {
        Deadlocks.onReport(reports::add);
        var offload = Offload.named("one", 1);
        var caller =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            var self = Objects.requireNonNull(Eventlet.current());
                            offload.run(() -> self.join());
                        });

        var report = reports.take();

        assertThat(report.cycle())
                .extracting(DumpedThread::name)
                .containsExactlyInAnyOrder("", "one-1");
        assertThat(report.toString()).contains("task of offload 'one' on one-1 (held by thread #");
        caller.kill();
        report.end();
        offload.close();
    }

    /// Each of two members asks for the key of the other one.
    @Test
    void namesACycleThroughTheResultsOfADagPool() throws InterruptedException {
        Deadlocks.onReport(reports::add);
        var pool = new DagPool<String, String>();
        Eventlet.spawnOn(
                        hub,
                        () -> {
                            pool.spawn("a", List.of(), (_, _) -> pool.get("b"));
                            pool.spawn("b", List.of(), (_, _) -> pool.get("a"));
                        })
                .await();

        var report = reports.take();

        assertThat(report.cycle()).hasSize(2);
        assertThat(report.toString())
                .contains(" waits for results of [a] of DAG pool @")
                .contains(", which waits for results of [")
                .contains(" (held by green thread #");
    }

    @Test
    void reportsACycleOnceAndTheNextOneToo() throws InterruptedException {
        Deadlocks.onReport(reports::add);
        var ignored = cycleOn(hub);
        var first = reports.take();

        try (var other = Hub.start("stuck as well")) {
            assertThat(cycleOn(other).isDead()).isFalse();
            var second = reports.take();

            assertThat(second.cycle())
                    .extracting(DumpedThread::number)
                    .doesNotContainAnyElementsOf(
                            first.cycle().stream().map(DumpedThread::number).toList());
        }
        assertThat(reports).isEmpty();
    }

    @Test
    void reportsACycleOnceThoughItIsToldToWatchAgain() throws InterruptedException {
        Deadlocks.watch();
        Deadlocks.onReport(reports::add);
        assertThat(cycleOn(hub).isDead()).isFalse();
        var first = reports.take();

        try (var other = Hub.start("stuck as well")) {
            assertThat(cycleOn(other).isDead()).isFalse();

            assertThat(reports.take().cycle()).isNotEqualTo(first.cycle());
        }
        assertThat(reports).isEmpty();
    }

    /// Something that does not say who holds it.
    private record Secret(Runnable whenAsked) implements Held {
        @Override
        public Collection<Thread> holders() {
            whenAsked.run();
            return List.of();
        }
    }

    private void awaitOnHub(Held thing) {
        var waiter = Eventlet.spawnOn(hub, () -> LockSupport.park(thing));
        Eventually.until(() -> waiter.thread().getState() == Thread.State.WAITING);
    }

    @Test
    void findsACycleBesideSomethingThatFailsToSayWhoHoldsIt() throws InterruptedException {
        Deadlocks.onReport(reports::add);
        awaitOnHub(
                new Secret(() -> {
                    throw new IllegalStateException("nobody knows");
                }));
        var first = cycleOn(hub);

        var report = reports.take();

        assertThat(report.cycle()).extracting(DumpedThread::thread).contains(first.thread());
    }

    @Test
    void outlivesSomethingThatTakesItsTimeToSayWhoHoldsIt() throws InterruptedException {
        Deadlocks.onReport(reports::add);
        var asked = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        awaitOnHub(
                new Secret(() -> {
                    asked.countDown();
                    Eventually.until(() -> release.getCount() == 0);
                }));
        var first = cycleOn(hub);
        asked.await();

        release.countDown();
        var report = reports.take();

        assertThat(report.cycle()).extracting(DumpedThread::thread).contains(first.thread());
    }

    @Test
    void endsTheWaitsOfACycleWhenAskedTo() {
        Deadlocks.onReport(DeadlockReport::end);
        var first = cycleOn(hub);

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(first::await)
                .havingRootCause()
                .isInstanceOf(Deadlock.class)
                .withMessageStartingWith("deadlock: green thread #");
    }

    /// A green thread waits for an item that nobody puts, and the main thread for the green thread.
    static final class NobodyPuts {
        private NobodyPuts() {}

        public static void main(String... args) {
            try {
                Eventlet.run(() -> GreenQueue.<String>unbounded().get());
            } catch (TaskFailed e) {
                System.out.println("ended by " + e.getCause());
            }
        }
    }

    @Test
    void endsAProgramInWhichNothingCanGoOn() throws IOException, InterruptedException {
        var command = ChildJvm.command(NobodyPuts.class);
        command.add(1, "-Deventlet.deadlock=throw");
        var process = new ProcessBuilder(command).start();

        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String log = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();

        assertThat(out)
                .startsWith("ended by io.eventlet.diagnosis.Deadlock: deadlock: 2 threads wait");
        assertThat(log)
                .contains("WARNING: deadlock: 2 threads wait, and nothing is left")
                .contains("waits for queue of 0, 0 putting, 1 getting")
                .containsPattern("thread #\\d+ 'main' waits for green thread #");
    }

    /// Two threads each have the only item of a pool, and want that of the other; there is nobody
    /// else who could give one back.
    static final class BothTaken {
        private BothTaken() {}

        public static void main(String... args) {
            var left = new TokenPool(1);
            var right = new TokenPool(1);
            var first = Eventlet.spawn("first", () -> takeBoth(left, right));
            var second = Eventlet.spawn("second", () -> takeBoth(right, left));
            first.join();
            second.join();
        }

        private static void takeBoth(TokenPool one, TokenPool other) {
            try (var _ = one.item()) {
                Eventually.until(() -> other.free() == 0);
                other.item().close();
            }
        }
    }

    @Test
    void namesACycleThatOthersCouldEndWhenThereAreNone() throws IOException, InterruptedException {
        var command = ChildJvm.command(BothTaken.class);
        command.add(1, "-Deventlet.deadlock=throw");
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();

        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();

        assertThat(log)
                .contains("WARNING: deadlock: green thread #")
                .contains(" waits for resource pool of at most 1 items: 1 there, 0 idle, 1 waiting")
                .containsPattern("held by green thread #\\d+ 'first'")
                .containsPattern("held by green thread #\\d+ 'second'");
    }

    @Test
    void waitsForTheTimersOfThreadsThatAreOnNoHub() {
        Eventually.until(() -> Inspection.all().stream().anyMatch(Inspection::sleepsForEver));

        try (var _ = io.eventlet.Timeout.after(Duration.ofHours(1))) {
            assertThat(Inspection.all()).noneMatch(Inspection::sleepsForEver);
        }
    }

    /// A thread waits for a lock that another one has, which waits for the first.
    static final class LockedOut {
        private LockedOut() {}

        public static void main(String... args) {
            var lock = new ReentrantLock();
            lock.lock();
            Eventlet.spawn(
                            () -> {
                                lock.lockInterruptibly();
                                lock.unlock();
                            })
                    .join();
        }
    }

    @Test
    void tellsHowItIsShownWhoHoldsALockOfTheJdk() throws IOException, InterruptedException {
        var command = ChildJvm.command(LockedOut.class);
        command.removeIf(option -> option.contains("java.util.concurrent.locks"));
        command.add(1, "-Deventlet.deadlock=throw");
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();

        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();

        assertThat(log)
                .contains(" waits for ReentrantLock @")
                .contains("who holds a lock of the JDK is shown with the option --add-opens")
                .contains("java.base/java.util.concurrent.locks=ALL-UNNAMED");
    }
}
