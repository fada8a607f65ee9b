// SPDX-License-Identifier: Apache-2.0
package io.eventlet.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThreadKilled;
import io.eventlet.ReportedErrors;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// Members of a DagPool that are killed.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class DagPoolKillTest {
    @RegisterExtension final ReportedErrors reported = new ReportedErrors();

    private final DagPool<String, String> pool = new DagPool<>();
    private final Event<String> gate = new Event<>();
    private final Event<Throwable> killed = new Event<>();

    /// From Eventlet's dagpool_test.py: test_kill.
    @Test
    @Tag("hub-only")
    void memberThatIsKilledBeforeItBeginsIsForgotten() {
        Eventlet.run(() -> {
            assertThatExceptionOfType(NoSuchElementException.class)
                    .isThrownBy(() -> pool.kill("x"))
                    .withMessage("nobody computes the key x");
            pool.spawn("x", List.of(), (_, _) -> "1");
            pool.kill("x");
            Eventlet.sleep();
            assertThat(pool.poll("x", "none")).isEqualTo("none");
            assertThatExceptionOfType(NoSuchElementException.class)
                    .isThrownBy(() -> pool.kill("x"));

            pool.spawn("x", List.of(), (_, _) -> "2");
            Eventlet.sleep();
            assertThatExceptionOfType(NoSuchElementException.class)
                    .isThrownBy(() -> pool.kill("x"));
            assertThat(pool.get("x")).isEqualTo("2");
        });
    }

    /// Better than Eventlet, where the kill of one that has begun raises KeyError.
    @Test
    void memberThatHasBegunCanBeKilledAndItsKeyUsedAgain() {
        pool.spawn("x", List.of(), (_, _) -> gate.await());
        Eventually.until(() -> gate.waiting() == 1);
        var waiting = Eventlet.spawn(() -> pool.get("x"));

        pool.kill("x");
        Eventually.until(() -> gate.waiting() == 0);
        assertThat(pool.running()).isZero();
        pool.post("x", "posted");

        assertThat(waiting.await()).isEqualTo("posted");
    }

    @Test
    void resultOfAMemberThatSurvivesItsKillIsDropped() {
        pool.spawn(
                "x",
                List.of(),
                (_, _) -> {
                    try {
                        return gate.await();
                    } catch (GreenThreadKilled e) {
                        killed.send(e);
                        return "survived";
                    }
                });
        Eventually.until(() -> gate.waiting() == 1);

        pool.kill("x");
        var ignored = killed.await();
        pool.post("x", "posted");

        assertThat(pool.get("x")).isEqualTo("posted");
    }

    /// Kills a member that waits in a body; what the body has thrown.
    private Throwable thrownToAKilled(Consumer<DagResults<String, String>> body) {
        var thread = new AtomicReference<Thread>();
        var thrown = new AtomicReference<Throwable>();
        pool.spawn(
                "x",
                List.of("there", "never"),
                (_, results) -> {
                    thread.set(Thread.currentThread());
                    try {
                        body.accept(results);
                        return "went on";
                    } catch (Throwable e) {
                        thrown.set(e);
                        throw e;
                    }
                });
        Eventually.until(() -> isWaiting(thread.get()));

        pool.kill("x");
        Eventually.until(() -> !thread.get().isAlive());
        return thrown.get();
    }

    private static boolean isWaiting(Thread thread) {
        return thread != null && thread.getState() == Thread.State.WAITING;
    }

    @Test
    void memberThatIsKilledWhileItWaitsForResultsDoesNotGoOn() {
        pool.post("there", "1");

        var thrown =
                List.of(
                        thrownToAKilled(results -> results.forEach(_ -> {})),
                        thrownToAKilled(results -> {
                            var ignored = results.all();
                        }),
                        thrownToAKilled(results -> {
                            var ignored = List.of(results.next(), results.next());
                        }));

        assertThat(thrown).hasOnlyElementsOfType(GreenThreadKilled.class);
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void memberThatIsKilledIsKilledOnce() {
        var cleaned = new Event<String>();
        var thread = new AtomicReference<Thread>();
        pool.spawn(
                "x",
                List.of("never"),
                (_, results) -> {
                    thread.set(Thread.currentThread());
                    try {
                        return results.next().getValue();
                    } finally {
                        cleaned.send(gate.await());
                    }
                });
        Eventually.until(() -> isWaiting(thread.get()));

        pool.kill("x");
        Eventually.until(() -> gate.waiting() == 1); // it cleans up, and is let to wait
        gate.send("cleaned");

        assertThat(cleaned.await()).isEqualTo("cleaned");
    }

    @Test
    void memberThatSurvivesItsKillGetsNoMoreResults() {
        pool.spawn(
                "x",
                List.of("never"),
                (_, results) -> {
                    try {
                        return gate.await();
                    } catch (GreenThreadKilled e) {
                        killed.send(catchThrowable(results::hasNext));
                        return "survived";
                    }
                });
        Eventually.until(() -> gate.waiting() == 1);

        pool.kill("x");

        assertThat(killed.await()).isInstanceOf(GreenThreadKilled.class);
    }
}
