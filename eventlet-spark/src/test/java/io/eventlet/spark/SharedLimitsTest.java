// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.GreenPool;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/// What the tasks of one `imap` share in an executor, without Spark.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class SharedLimitsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final String imap = UUID.randomUUID().toString();
    private final List<String> steps = new CopyOnWriteArrayList<>();
    private final Event<String> gate = new Event<>();
    private final KeyLimits<String> byKey = KeyLimits.by(key -> key, 1);

    private SharedLimits limits(Calls calls, KeyLimits<String> keys) {
        return SharedLimits.of(imap, calls, keys);
    }

    private void spawn(SharedLimits limits, String name, String key) {
        Eventlet.spawn(() ->
                limits.call(
                        key,
                        () -> {
                            steps.add(name);
                            return gate.await();
                        }));
    }

    /// Lets those that were spawned go as far as they can.
    private static void letThemGo() {
        for (int i = 0; i < 100; i++) {
            Eventlet.spawn(() -> Eventlet.yield()).join();
        }
    }

    private void finish() {
        gate.send("open");
        Eventlet.spawn(() -> Eventlet.sleep(Duration.ZERO)).join();
    }

    @Test
    @Tag("hub-only") // there it is known when others have gone as far as they can
    void tasksShareTheirCallsAtOnce() {
        Eventlet.run(() -> {
            try (var first = limits(Calls.atOnce(2), byKey);
                    var second = limits(Calls.atOnce(2), byKey)) {
                spawn(first, "a", "x");
                spawn(second, "b", "x");
                spawn(first, "c", "x");
                letThemGo();

                assertThat(steps).containsExactly("a", "b");
                finish();
            }
        });
    }

    @Test
    @Tag("hub-only")
    void thoseThatWaitForAKeyHoldNothingThatOthersNeed() {
        Eventlet.run(() -> {
            try (var limits = limits(Calls.atOnce(2), byKey.atOnce(1))) {
                spawn(limits, "a", "x");
                spawn(limits, "b", "x");
                spawn(limits, "c", "y");
                letThemGo();

                assertThat(steps).containsExactly("a", "c");
                finish();
            }
        });
    }

    @Test
    @Tag("hub-only")
    void callsOfAKeyBeginAtItsRateWhateverElseTheyWaitFor() throws Exception {
        var simulation = Simulation.inOrder();

        simulation.run(() -> {
            try (var limits = limits(Calls.atOnce(1), byKey.atOnce(9).rate(1, SECOND))) {
                var pool = new GreenPool(9);
                for (int i = 0; i < 3; i++) {
                    pool.spawn(() -> limits.call("slow", () -> note(simulation, "slow")));
                }
                pool.spawn(() ->
                        limits.call(
                                "other",
                                () -> {
                                    Eventlet.sleep(Duration.ofMillis(1500));
                                    return note(simulation, "other");
                                }));
                pool.waitall();
            }
        });

        // the second of "slow" is due at 1 s and waits for the permit that "other" holds
        assertThat(steps)
                .containsExactly("slow PT0S", "other PT1.5S", "slow PT1.5S", "slow PT2.5S");
    }

    private String note(Simulation simulation, String what) {
        steps.add(what + " " + simulation.clock().elapsed());
        return what;
    }

    @Test
    @Tag("hub-only")
    void callsOfTheJvmBeginAtItsRate() throws Exception {
        var simulation = Simulation.inOrder();

        simulation.run(() -> {
            try (var limits = limits(Calls.atOnce(9).rate(2, SECOND), byKey)) {
                for (int i = 0; i < 3; i++) {
                    limits.call(null, () -> note(simulation, "call"));
                }
            }
        });

        assertThat(steps).containsExactly("call PT0S", "call PT0.5S", "call PT1S");
    }

    @Test
    void rateIsRememberedFromOneTaskToTheNext() throws Exception {
        var calls = Calls.atOnce(1).rate(1, Duration.ofDays(1));
        var first = limits(calls, byKey);
        first.call(null, () -> "called");
        first.close();

        var second = limits(calls, byKey);

        assertThat(second).isSameAs(first);
    }

    @Test
    void whatCouldNotBeToldFromNewOnesIsForgotten() throws Exception {
        var first = limits(Calls.atOnce(1), byKey.atOnce(1));
        first.call("x", () -> "called");
        first.close();
        SharedLimits.of("another", Calls.atOnce(1), null).close();

        var second = limits(Calls.atOnce(1), byKey.atOnce(1));

        assertThat(second).isNotSameAs(first);
    }

    @Test
    @Tag("hub-only")
    void keysThatCouldNotBeToldFromNewOnesAreForgotten() {
        var simulation = Simulation.inOrder();

        simulation.run(() -> {
            var rates = new KeyRates(1, SECOND);
            for (int i = 0; i < 10_000; i++) {
                try (var rate = rates.of("host" + i)) {
                    rate.acquire(() -> {}, () -> {});
                }
                simulation.clock().advance(Duration.ofMillis(10));
            }
            steps.add(rates.size() <= 1000 ? "few" : "many: " + rates.size());
        });

        assertThat(steps).containsExactly("few");
    }
}
