// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.CappedSemaphore;
import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.GreenSemaphore;
import io.eventlet.diagnosis.Dump;
import io.eventlet.hub.Hub;
import io.eventlet.queue.GreenQueue;
import io.eventlet.resource.ResourcePool;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

@Timeout(60)
class LeakCheckTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final LeakCheck check = LeakCheck.begin();

    @Test
    void whatHasEndedIsNotLeftOver() {
        var queue = GreenQueue.<Integer>unbounded();
        for (int i = 0; i < 1000; i++) {
            var ignored = Eventlet.spawn(() -> queue.get());
        }
        for (int i = 0; i < 1000; i++) {
            queue.put(i);
        }

        check.close(); // some are just ending
    }

    @Test
    void aThreadThatIsLeftOverIsNamedWithItsStack() {
        var queue = GreenQueue.<Integer>unbounded();
        var worker = Eventlet.spawn("worker", () -> queue.get());
        Until.waiting(worker);

        var leak = catchThrowable(() -> check.grace(Duration.ZERO).close());

        assertThat(leak)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("left over: green thread #" + worker.thread().threadId())
                .hasMessageContaining("'worker' on hub 'main', which waits for")
                .hasMessageContaining("at io.eventlet.queue.GreenQueue.get");
        queue.put(1);
        var ignored = worker.await();
        check.grace(Duration.ofSeconds(60)).close();
    }

    @Test
    void whatWasThereBeforeIsNotLeftOver() {
        var ready = new Event<Boolean>();
        var end = new Event<Boolean>();
        var before =
                Eventlet.spawn(() -> {
                    ready.send(true);
                    end.await();
                });
        var ignored = ready.await();

        LeakCheck.begin().grace(Duration.ZERO).close();

        end.send(true);
        before.await();
    }

    @Test
    void threadsOfOtherHubsAreSeen() {
        try (var hub = Hub.start("reports")) {
            var event = new Event<Boolean>();
            var waiter = Eventlet.spawnOn(hub, () -> event.await());

            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> check.grace(Duration.ZERO).close())
                    .withMessageContaining("on hub 'reports'");

            event.send(true);
            var ignored = waiter.await();
        }
    }

    @Test
    void aHubThatIsNotClosedIsLeftOver() {
        try (var hub = Hub.start("reports")) {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> check.close())
                    .withMessage("left over: " + hub + ", which is open");
        }
        check.close();
    }

    @Test
    @Tag("hub-only")
    void aHubThatDoesNotTurnIsNamedWithItsStack() {
        var begun = new AtomicBoolean();
        var release = new AtomicBoolean();
        try (var hub = Hub.start("reports")) {
            var spinning =
                    Eventlet.spawnOn(
                            hub,
                            () -> {
                                begun.set(true);
                                while (!release.get()) {
                                    Thread.onSpinWait();
                                }
                            });
            Until.holds(begun::get);

            var atItsEnd = catchThrowable(() -> check.grace(Duration.ZERO).close());
            release.set(true);
            spinning.await();

            assertThat(atItsEnd)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("left over: hub 'reports' does not turn:\n    at ")
                    .hasMessageContaining("at " + LeakCheckTest.class.getName());
        }
    }

    @Test
    void aTimerThatIsSetIsLeftOverAndACancelledOneIsNot() {
        var late = Eventlet.spawnAfter(HOUR, () -> {});

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> check.close())
                .withMessageContaining("left over: ");

        late.cancel();
        check.close();
    }

    @Test
    void aTimeoutThatIsNotClosedIsLeftOver() {
        Eventlet.run(() -> {
            var inside = LeakCheck.begin();
            var timeout = io.eventlet.Timeout.after(HOUR);

            assertThatExceptionOfType(AssertionError.class).isThrownBy(inside::close);

            timeout.close();
            inside.close();
        });
    }

    @Test
    void theThreadThatChecksIsNotLeftOver() {
        Eventlet.run(() -> check.grace(Duration.ZERO).close());
    }

    @Test
    void aThreadThatWasJustSpawnedIsSeenFromItsHub() {
        Eventlet.run(() -> {
            var inside = LeakCheck.begin();
            var event = new Event<Boolean>();
            var waiter = Eventlet.spawn(() -> event.await());

            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> inside.grace(Duration.ZERO).close());

            event.send(true);
            var ignored = waiter.await();
        });
    }

    private String leak() {
        return catchThrowable(() -> check.grace(Duration.ZERO).close()).getMessage();
    }

    @Test
    void whoHasSetATimerIsTold() {
        var setter =
                Eventlet.spawn(
                        "setter", () -> Eventlet.spawnAfter(HOUR, () -> Thread.onSpinWait()));
        var later = setter.await();

        assertThat(leak())
                .contains("timer that is due in ")
                .contains(", set by green thread #" + setter.thread().threadId() + " 'setter'")
                .contains(" (-Deventlet.trace=true shows where)");
        later.kill();
    }

    @Test
    void whereATimeoutWasMadeIsToldWhenThatIsTraced() {
        Dump.trace(true);
        var timeout = io.eventlet.Timeout.after(HOUR);
        Dump.trace(false);

        assertThat(leak())
                .contains(", set by thread #" + Thread.currentThread().threadId() + " 'main'")
                .contains(
                        "at io.eventlet.testing.LeakCheckTest"
                                + ".whereATimeoutWasMadeIsToldWhenThatIsTraced");
        timeout.close();
    }

    @Test
    void whoHasOpenedASocketAndWhereIsTold() throws Exception {
        Dump.trace(true);
        try (var listener = Eventlet.listen(0)) {
            Dump.trace(false);

            assertThat(leak())
                    .contains("open ")
                    .contains(", opened by thread #" + Thread.currentThread().threadId())
                    .contains(
                            "at io.eventlet.testing.LeakCheckTest.whoHasOpenedASocketAndWhereIsTold");
            assertThat(listener.isBound()).isTrue();
        }
    }

    @Test
    void aListenerThatIsNotClosedIsLeftOver() throws Exception {
        try (var listener = Eventlet.listen("127.0.0.1", 0)) {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> check.close())
                    .withMessageStartingWith("left over: open ");
            assertThat(listener.isClosed()).isFalse();
        }
        check.close();
    }

    @Test
    void bothEndsOfAConnectionThatNobodyHasWaitedOnAreLeftOver() throws Exception {
        var listener = Eventlet.listen("127.0.0.1", 0);
        try (var client = Eventlet.connect("127.0.0.1", listener.getLocalPort());
                var server = listener.accept()) {
            listener.close();

            var leak = catchThrowable(() -> check.close());

            assertThat(leak)
                    .isInstanceOf(AssertionError.class)
                    .message()
                    .contains("socket", String.valueOf(client.getLocalPort()))
                    .contains(String.valueOf(server.getLocalPort()));
            assertThat(leak.getMessage().lines()).hasSize(2);
        }
        check.close();
    }

    @Test
    void aSocketFromBeforeIsNotLeftOverOnceSomebodyWaitsOnIt() throws Exception {
        try (var listener = Eventlet.listen("127.0.0.1", 0)) {
            var inside = LeakCheck.begin();
            var acceptor = Eventlet.spawn(() -> listener.accept());
            Until.waiting(acceptor);
            acceptor.kill();

            inside.close();
        }
    }

    @Test
    void permitsAreMissedWhereItWatches() {
        var semaphore = new GreenSemaphore(2);
        var capped = new CappedSemaphore(1, 2);
        semaphore.acquire();
        check.watch(semaphore).watch(capped);
        semaphore.acquire();
        capped.acquire();

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> check.close())
                .withMessageContaining(
                        "1 taken and not given back of semaphore with 0 permits and 0 waiting")
                .withMessageContaining("1 taken and not given back of semaphore with 0 of at most");

        semaphore.release();
        capped.release();
        check.close();
    }

    @Test
    void leasesAreMissedWhereItWatches() {
        try (var pool = ResourcePool.<String, RuntimeException>builder(() -> "item").open()) {
            check.watch(pool);
            var lease = pool.item();

            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> check.close())
                    .withMessageContaining("1 taken and not given back of resource pool");

            lease.close();
        }
        check.close();
    }

    @Test
    void anInterruptOfTheCallerIsLeftOver() {
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> check.close())
                .withMessageContaining("an interrupt of");
    }

    @Test
    void aGraceIsNotNegative() {
        assertThatIllegalArgumentException().isThrownBy(() -> check.grace(HOUR.negated()));
    }
}
