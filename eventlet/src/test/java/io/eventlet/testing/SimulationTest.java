// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.Eventlet;
import io.eventlet.GreenSemaphore;
import io.eventlet.TimeoutExpired;
import io.eventlet.offload.Offload;
import io.eventlet.queue.GreenQueue;
import io.eventlet.queue.QueueEmpty;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

@Tag("hub-only")
@Timeout(60)
class SimulationTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final List<Object> steps = new ArrayList<>();

    @Test
    void anHourIsOverAtOnce() {
        var simulation = Simulation.inOrder();

        simulation.run(() -> Eventlet.sleep(HOUR));

        assertThat(simulation.clock().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void whatIsOffloadedTakesNoTime() {
        var simulation = Simulation.inOrder();

        simulation.run(() -> {
            var later = Eventlet.spawn(() -> Eventlet.sleep(HOUR));
            for (int i = 0; i < 100; i++) {
                boolean inTime =
                        io.eventlet.Timeout.silent(
                                Duration.ofNanos(1), () -> Eventlet.offload(() -> Thread.yield()));
                assertThat(inTime).isTrue();
            }
            var offload = Offload.named("own", 1);
            offload.run(() -> Thread.yield());
            offload.close();
            assertThat(simulation.clock().elapsed()).isZero();
            later.await();
        });
    }

    @Test
    void deadlinesPassInTheirOrder() {
        Simulation.inOrder()
                .run(() -> {
                    var late = Eventlet.spawn(() -> sleepAndNote(HOUR.multipliedBy(2)));
                    var early = Eventlet.spawn(() -> sleepAndNote(HOUR));
                    late.await();
                    early.await();
                });

        assertThat(steps).containsExactly(HOUR, HOUR.multipliedBy(2));
    }

    private void sleepAndNote(Duration time) {
        Eventlet.sleep(time);
        steps.add(time);
    }

    @Test
    void limitsAndTimeoutsGoByItsClock() {
        var queue = GreenQueue.<String>unbounded();

        Simulation.inOrder()
                .run(() -> {
                    steps.add(catchThrowable(() -> queue.get(HOUR)).getClass());
                    steps.add(
                            catchThrowable(() -> Eventlet.withTimeout(HOUR, () -> queue.get()))
                                    .getClass());
                });

        assertThat(steps).containsExactly(QueueEmpty.class, TimeoutExpired.class);
    }

    @Test
    void timeDoesNotJumpWhileSomebodyIsReady() {
        Simulation.inOrder()
                .run(() -> {
                    var sleeper = Eventlet.spawn(() -> sleepAndNote(Duration.ofNanos(1)));
                    Eventlet.yield();
                    for (int i = 0; i < 100; i++) {
                        Eventlet.yield();
                    }
                    steps.add("first");
                    sleeper.await();
                });

        assertThat(steps).containsExactly("first", Duration.ofNanos(1));
    }

    @Test
    void socketsAreInMemoryAndTimeOutByItsClock() throws IOException {
        var simulation = Simulation.inOrder();

        simulation.run(() -> {
            try (var listener = Eventlet.listen("127.0.0.1", 80);
                    var client = Eventlet.connect("127.0.0.1", 80);
                    var server = listener.accept()) {
                client.sendAll(new byte[] {1});
                steps.add(server.getInputStream().read());
                server.setSoTimeout(60_000);
                steps.add(catchThrowable(() -> server.getInputStream().read()).getClass());
            }
        });

        assertThat(steps).containsExactly(1, SocketTimeoutException.class);
        assertThat(simulation.clock().elapsed()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void waitsInsideTheJdkDoNotMoveItsClock() {
        var simulation = Simulation.inOrder();

        simulation.run(() -> LockSupport.parkNanos(1)); // by the system's clock

        assertThat(simulation.clock().elapsed()).isZero();
    }

    /// Reads, yields, writes: right in the order of the spawns, wrong in most others.
    private static void deposit(int[] account, GreenSemaphore turn) {
        turn.acquire();
        int before = account[0];
        turn.release();
        if (before == 1) {
            Eventlet.yield();
        }
        account[0] = before + 1;
    }

    private static void depositThreeTimes() {
        var account = new int[1];
        var turn = new GreenSemaphore(1);
        var deposits = new ArrayList<io.eventlet.GreenThread<?>>();
        for (int i = 0; i < 3; i++) {
            deposits.add(Eventlet.spawn(() -> deposit(account, turn)));
        }
        deposits.forEach(deposit -> deposit.await());
        assertThat(account[0]).isEqualTo(3);
    }

    @Test
    void exploringFindsAnOrderInWhichItFailsAndItsSeedRepeatsIt() {
        var failure =
                catchThrowable(() -> Simulation.explore(1000, SimulationTest::depositThreeTimes));

        assertThat(failure).isInstanceOf(AssertionError.class);
        assertThat(failure.getSuppressed()).hasSize(1);
        long seed =
                Long.parseLong(
                        failure.getSuppressed()[0].getMessage().replaceAll(".*\\((.*)L\\)", "$1"));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Simulation.withSeed(seed).run(SimulationTest::depositThreeTimes));
    }

    private static final class Terse extends RuntimeException {
        private static final long serialVersionUID = 1;

        Terse() {
            super("keeps no notes", null, false, false);
        }
    }

    @Test
    void failureThatKeepsNoNotesIsTheCauseOfOneThatNamesTheSeed() {
        var terse = new Terse();

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() ->
                        Simulation.withSeed(7)
                                .run(() -> {
                                    throw terse;
                                }))
                .withMessage("in the order of Simulation.withSeed(7L)")
                .withCause(terse);
    }

    private List<Integer> orderOf(Simulation simulation) {
        var order = new ArrayList<Integer>();
        simulation.run(() -> {
            var threads = new ArrayList<io.eventlet.GreenThread<?>>();
            for (int i = 0; i < 5; i++) {
                int number = i;
                threads.add(Eventlet.spawn(() -> order.add(number)));
            }
            threads.forEach(thread -> thread.await());
        });
        return order;
    }

    @Test
    void differentSeedsGiveDifferentOrdersAndTheSameSeedTheSame() {
        var orders = new HashSet<List<Integer>>();
        for (int seed = 0; seed < 50; seed++) {
            var order = orderOf(Simulation.withSeed(seed));
            assertThat(orderOf(Simulation.withSeed(seed))).isEqualTo(order);
            orders.add(order);
        }

        assertThat(orders).hasSizeGreaterThan(20);
        assertThat(orderOf(Simulation.inOrder())).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void whatTheBodyThrowsIsThrown() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() ->
                        Simulation.inOrder()
                                .run(() -> {
                                    throw new IOException("disk full");
                                }))
                .withMessage("disk full");
    }

    @Test
    void aBodyThatCanNeverGoOnIsTold() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(
                        () -> Simulation.inOrder().run(() -> GreenQueue.<String>unbounded().get()))
                .withMessageContaining("nothing is left that could end that");
    }

    @Test
    void timersThatOneLeavesDoNotKeepAnotherFromBeingTold() {
        Simulation.inOrder().run(() -> Eventlet.spawnAfter(HOUR, () -> {}));

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(
                        () -> Simulation.inOrder().run(() -> GreenQueue.<String>unbounded().get()))
                .withMessageContaining("nothing is left that could end that");
    }

    @Test
    void aBodyThatCanNeverGoOnInADrawnOrderNamesTheSeed() {
        var stuck =
                catchThrowable(() ->
                        Simulation.withSeed(7).run(() -> GreenQueue.<String>unbounded().get()));

        assertThat(stuck).isInstanceOf(AssertionError.class);
        assertThat(stuck.getSuppressed())
                .extracting(Throwable::getMessage)
                .containsExactly("in the order of Simulation.withSeed(7L)");
    }

    @Test
    void aDumpTakesNoTime() {
        var simulation = Simulation.inOrder();

        simulation.run(() -> {
            var ignored = Eventlet.spawn("sleeper", () -> Eventlet.sleep(Duration.ofHours(1)));
            Eventlet.yield();

            var dump = Eventlet.dump();

            assertThat(dump.toString())
                    .contains("'sleeper' waits for sleep, 0.0 s so far, 3600.0 s left");
            assertThat(simulation.clock().elapsed()).isEqualTo(Duration.ZERO);
        });
    }

    @Test
    void thereMustBeAnOrderToExplore() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Simulation.explore(0, () -> {}))
                .withMessageContaining("0");
    }

    @Test
    void whatTheBodyLeavesIsEnded() {
        Simulation.inOrder()
                .run(() -> {
                    var ignored =
                            Eventlet.spawn(() -> {
                                try {
                                    GreenQueue.<String>unbounded().get();
                                } finally {
                                    steps.add("ended");
                                }
                            });
                    Eventlet.yield();
                });

        assertThat(steps).containsExactly("ended");
    }

    @Test
    void noTimePassesOnceTheBodyHasEnded() {
        for (int i = 0; i < 20; i++) {
            steps.clear();
            Simulation.withSeed(1)
                    .run(() -> {
                        var ignored = Eventlet.spawn(this::tickEachMinute);
                        Eventlet.sleep(Duration.ofSeconds(210));
                    });

            assertThat(steps).containsExactly("tick", "tick", "tick");
        }
    }

    private void tickEachMinute() {
        while (true) {
            Eventlet.sleep(Duration.ofMinutes(1));
            steps.add("tick");
        }
    }

    @Test
    void noTimePassesOnceTheBodyHasFailed() {
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        Simulation.inOrder()
                                .run(() -> {
                                    var ignored = Eventlet.spawn(this::tickEachMinute);
                                    Eventlet.sleep(Duration.ofSeconds(70));
                                    throw new IllegalStateException("failed");
                                }));

        assertThat(steps).containsExactly("tick");
    }

    @Test
    void cleanUpOfWhatTheBodyLeavesMayTakeItsTime() {
        Simulation.inOrder()
                .run(() -> {
                    var ignored =
                            Eventlet.spawn(() -> {
                                try {
                                    GreenQueue.<String>unbounded().get();
                                } finally {
                                    Eventlet.sleep(HOUR);
                                    steps.add("cleaned up");
                                }
                            });
                    Eventlet.yield();
                });

        assertThat(steps).containsExactly("cleaned up");
    }

    @Test
    void cleanUpOfABodyThatCanNeverGoOnMayTakeItsTime() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() ->
                        Simulation.inOrder()
                                .run(() -> {
                                    try {
                                        GreenQueue.<String>unbounded().get();
                                    } finally {
                                        Eventlet.sleep(HOUR);
                                        steps.add("cleaned up");
                                    }
                                }));

        assertThat(steps).containsExactly("cleaned up");
    }

    @Test
    void aClockDoesNotGoBack() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VirtualClock().advance(HOUR.negated()))
                .withMessageContaining("PT-1H");
    }
}
