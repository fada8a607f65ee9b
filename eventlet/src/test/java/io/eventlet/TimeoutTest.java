// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.eventlet.errors.Cancelled;
import io.eventlet.queue.GreenQueue;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Limits on how long a thread may wait.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class TimeoutTest {
    private static final Duration SHORT = Duration.ofMillis(2);
    private static final Duration LONG = Duration.ofHours(1);

    private final GreenSemaphore gate = new GreenSemaphore(0);

    /// From Eventlet's timeout_with_statement_test.py: Test.test_raising_self.
    @Test
    void timeoutThatPassesEndsTheWaitAndSaysWhichItWas() {
        var timeout = Timeout.after(SHORT);
        try (timeout) {
            var expired = catchThrowableOfType(TimeoutExpired.class, gate::acquire);

            assertThat(expired.timeout()).isSameAs(timeout);
            assertThat(expired).hasMessageContaining("2 ms");
        }
        assertThat(gate.waiting()).isZero();
    }

    /// From Eventlet's timeout_with_statement_test.py: Test.test_raising_custom_exception,
    /// test_raising_exception_class.
    @Test
    void timeoutMayThrowAnExceptionOfTheCallers() {
        var error = new IllegalStateException("took too long");

        try (var _ = Timeout.after(SHORT, () -> error)) {
            assertThat(catchThrowable(gate::acquire)).isSameAs(error);
        }
    }

    /// From Eventlet's timeout_with_statement_test.py: Test.test_dummy_timer.
    @Test
    void timeoutThatNeverPassesIsNeverPending() {
        var timeout = Timeout.never();

        try (timeout) {
            assertThat(timeout.isPending()).isFalse();
            assertThat(timeout.duration()).isNull();
            assertThat(gate.acquire(SHORT)).isFalse();
        }
        assertThat(timeout.isExpired()).isFalse();
    }

    /// From Eventlet's timeout_with_statement_test.py: Test.test_cancellation.
    @Test
    void timeoutOfABodyThatEndsEarlyEndsWithIt() {
        var timeout = Timeout.after(LONG);

        try (timeout) {
            assertThat(timeout.isPending()).isTrue();
        }

        assertThat(timeout.isPending()).isFalse();
        assertThat(timeout.isExpired()).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    /// From Eventlet's timeout_with_statement_test.py: Test.test_cancel_timer_inside_block.
    @Test
    void timeoutCancelledInsideItsBodyDoesNotPass() {
        try (var timeout = Timeout.after(SHORT)) {
            timeout.cancel();

            assertThat(gate.acquire(Duration.ofMillis(6))).isFalse();
            assertThat(timeout.isPending()).isFalse();
        }
    }

    /// As in Eventlet: leaving the block cancels, whenever that is.
    @Test
    void timeoutThatPassesWhileItIsClosedLeavesNothingBehind() {
        for (int i = 0; i < 500; i++) {
            Timeout timeout = Timeout.after(Duration.ofNanos(i * 200L));
            timeout.close();

            assertThat(gate.acquire(Duration.ofNanos(1))).isFalse();
            assertThat(timeout.isPending()).isFalse();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    @Test
    void timeoutThatPassedUnseenLeavesNothingBehind() {
        try (var timeout = Timeout.after(Duration.ZERO)) {
            while (!timeout.isExpired()) {
                Thread.onSpinWait();
            }
        }

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(gate.acquire(SHORT)).isFalse();
    }

    /// From Eventlet's timeout_with_statement_test.py: Test.test_nested_timeout.
    @Test
    void outerTimeoutThatIsShorterPassesAndTheInnerStaysPending() {
        var outer = Timeout.after(SHORT);
        try (outer) {
            var inner = Timeout.after(LONG);
            try (inner) {
                var expired = catchThrowableOfType(TimeoutExpired.class, gate::acquire);

                assertThat(expired.timeout()).isSameAs(outer);
                assertThat(outer.isPending()).isFalse();
                assertThat(inner.isPending()).isTrue();
            }
            assertThat(inner.isPending()).isFalse();
        }
    }

    /// From Eventlet's timeout_with_statement_test.py: Test.test_nested_timeout.
    @Test
    void innerTimeoutThatIsShorterPassesAndTheOuterStaysPending() {
        var outer = Timeout.after(LONG);
        try (outer) {
            var inner = Timeout.after(SHORT);
            try (inner) {
                var expired = catchThrowableOfType(TimeoutExpired.class, gate::acquire);

                assertThat(expired.timeout()).isSameAs(inner);
                assertThat(inner.isPending()).isFalse();
                assertThat(outer.isPending()).isTrue();
            }
            assertThat(outer.isPending()).isTrue();
        }
        assertThat(outer.isPending()).isFalse();
    }

    @Test
    void timeoutsThatBothPassEndOneWaitEach() {
        var ended = new ArrayList<Timeout>();

        try (var first = Timeout.after(Duration.ZERO);
                var second = Timeout.after(Duration.ZERO)) {
            ended.add(catchThrowableOfType(TimeoutExpired.class, gate::acquire).timeout());
            ended.add(catchThrowableOfType(TimeoutExpired.class, gate::acquire).timeout());
            assertThat(ended).containsExactlyInAnyOrder(first, second);
        }
        assertThat(gate.acquire(SHORT)).isFalse();
    }

    /// From Eventlet's timeout_with_statement_test.py: Test.test_silent_block.
    @Test
    void silentTimeoutTellsWhetherTheBodyEndedInTime() {
        assertThat(Timeout.silent(SHORT, () -> gate.acquire())).isFalse();
        assertThat(Timeout.silent(LONG, () -> {})).isTrue();
    }

    /// From Eventlet's timeout_with_statement_test.py: Test.test_nested_timeout, whose first part
    /// ends an inner silent block by the outer one.
    @Test
    void silentTimeoutSwallowsOnlyItself() {
        boolean inTime =
                Timeout.silent(
                        SHORT,
                        () -> {
                            boolean ignored = Timeout.silent(LONG, () -> gate.acquire());
                            throw new AssertionError("the inner one swallowed the outer one");
                        });

        assertThat(inTime).isFalse();
    }

    /// From Eventlet's timeout_with_statement_test.py: Test.test_ref, and test__refcount.py.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void timeoutIsGarbageOnceItIsClosedWhetherItHasPassedOrNot(boolean passes) {
        var timeouts = new CompletableFuture<WeakReference<Timeout>>();
        var thread =
                Eventlet.spawn(() -> {
                    timeouts.complete(closed(passes ? SHORT : LONG, passes));
                    gate.acquire();
                });
        var timeout = timeouts.join();

        Eventually.until(() -> {
            System.gc();
            return timeout.refersTo(null);
        });

        gate.release();
        thread.await();
    }

    private static WeakReference<Timeout> closed(Duration duration, boolean passes) {
        var timeout = Timeout.after(duration);
        try (timeout) {
            if (passes) {
                Eventlet.sleep(LONG);
            }
        } catch (TimeoutExpired e) {
            assertThat(e.timeout()).isSameAs(timeout);
        }
        return new WeakReference<>(timeout);
    }

    /// From Eventlet's timeout_test.py: TestWithTimeout.test_with_timeout.
    @Test
    void callReturnsTheResultOrThrowsItsTimeout() {
        assertThat(Eventlet.withTimeout(LONG, () -> "in time")).isEqualTo("in time");
        assertThatExceptionOfType(TimeoutExpired.class)
                .isThrownBy(() -> Eventlet.withTimeout(SHORT, () -> acquireForever()));
    }

    /// From Eventlet's timeout_test.py: TestWithTimeout.test_with_timeout.
    @Test
    void callWithAFallbackReturnsItWhenItsTimeoutPasses() {
        assertThat(Eventlet.<String, RuntimeException>withTimeout(LONG, () -> "in time", "late"))
                .isEqualTo("in time");
        assertThat(
                        Eventlet.<String, RuntimeException>withTimeout(
                                SHORT, () -> acquireForever(), "late"))
                .isEqualTo("late");
    }

    /// From Eventlet's timeout_test.py: TestWithTimeout.test_with_outer_timer, and api_test.py:
    /// TestApi.test_nested_with_timeout.
    @Test
    void callWithAFallbackDoesNotTurnAnOuterTimeoutIntoIt() {
        var outer = Timeout.after(SHORT);
        try (outer) {
            var expired =
                    catchThrowableOfType(
                            TimeoutExpired.class,
                            () ->
                                    Eventlet.<String, RuntimeException>withTimeout(
                                            LONG, () -> acquireForever(), "late"));

            assertThat(expired.timeout()).isSameAs(outer);
        }
    }

    @Test
    void callPassesOtherErrorsOfItsBodyOn() {
        var error = new IllegalStateException("broken");

        assertThat(
                        catchThrowable(() ->
                                Timeout.<String, RuntimeException>call(
                                        LONG,
                                        () -> {
                                            throw error;
                                        },
                                        "late")))
                .isSameAs(error);
    }

    private String acquireForever() {
        gate.acquire();
        return "acquired";
    }

    /// From Eventlet's timeout_test.py: TestDirectRaise: BaseException, which `except Exception`
    /// does not swallow.
    @Test
    void catchOfExceptionAroundAWaitDoesNotSwallowATimeout() {
        var swallowed = new ArrayList<Exception>();

        assertThatExceptionOfType(TimeoutExpired.class)
                .isThrownBy(() ->
                        Timeout.call(
                                SHORT,
                                () -> {
                                    while (true) {
                                        try {
                                            gate.acquire();
                                        } catch (Exception e) {
                                            swallowed.add(e);
                                        }
                                    }
                                }));

        assertThat(swallowed).isEmpty();
    }

    @Test
    void timeoutMayBeClosedOnlyByItsThread() throws Exception {
        try (var timeout = Timeout.after(LONG)) {
            var refused = new CompletableFuture<Throwable>();

            Thread.ofPlatform()
                    .start(() -> refused.complete(catchThrowable(timeout::close)))
                    .join();

            assertThat(refused.get()).isInstanceOf(WrongThreadException.class);
            assertThat(timeout.isPending()).isTrue();
        }
    }

    @Test
    void closingTwiceDoesNothing() {
        var timeout = Timeout.after(SHORT);
        var expired = catchThrowable(gate::acquire);

        timeout.close();
        timeout.close();

        assertThat(expired).isInstanceOf(TimeoutExpired.class);
        assertThat(timeout.isExpired()).isTrue();
    }

    @Test
    void negativeTimesAreRefused() {
        assertThatThrownBy(() -> Timeout.after(Duration.ofSeconds(Long.MIN_VALUE)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> Timeout.after(SHORT.negated()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Eventlet.withTimeout(SHORT.negated(), () -> "never"));
    }

    @Test
    void veryLongTimesAreAllowed() {
        try (var timeout = Timeout.after(Duration.ofSeconds(Long.MAX_VALUE))) {
            assertThat(timeout.isPending()).isTrue();
            assertThat(gate.acquire(SHORT)).isFalse();
        }
    }

    /// From Eventlet's timeout_test.py: TestDirectRaise.test_repr, in our words.
    @Test
    void timeoutShowsHowLongItIs() {
        try (var timeout = Timeout.after(Duration.ofMillis(60_500))) {
            assertThat(timeout).hasToString("a timeout of 60.5 s");
        }
        assertThat(Timeout.never()).hasToString("a timeout that never passes");
    }

    @Test
    void timeoutsWorkOnGreenThreadsAndOnPlainVirtualOnes() throws Exception {
        var onVirtual = new CompletableFuture<Boolean>();
        Thread.ofVirtual()
                .start(() -> onVirtual.complete(Timeout.silent(SHORT, () -> gate.acquire())));

        boolean onGreen = Eventlet.run(() -> Timeout.silent(SHORT, () -> gate.acquire()));

        assertThat(onGreen).isFalse();
        assertThat(onVirtual.get()).isFalse();
    }

    @Test
    void timeoutEndsEveryKindOfWaitOfOurs() {
        var empty = GreenQueue.<String>unbounded();
        var full = GreenQueue.<String>rendezvous();
        var unfinished = GreenQueue.<String>unbounded();
        unfinished.put("item");
        var blocked = Eventlet.spawn(() -> gate.acquire());
        var pool = new GreenPool(1);
        var member = pool.spawn(() -> gate.acquire());
        List<ThrowingRunnable<Exception>> waits =
                List.of(
                        () -> gate.acquire(),
                        () -> empty.get(),
                        () -> full.put("item"),
                        () -> unfinished.join(),
                        () -> blocked.await(),
                        () -> blocked.get(),
                        () -> pool.spawn(() -> {}),
                        () -> pool.waitall(),
                        () -> pool.imap(i -> i, List.of(1)).next(),
                        () -> Eventlet.sleep(LONG));

        for (var wait : waits) {
            assertThat(catchThrowable(() -> Timeout.silent(SHORT, wait))).isNull();
        }

        assertThat(gate.waiting()).isEqualTo(2);
        gate.release();
        gate.release();
        blocked.await();
        member.await();
        pool.waitall();
    }

    /// Defect 15 of Eventlet, mended: there a timeout that has passed fires at the next switch,
    /// even if what is waited for is there.
    @Test
    void timeoutThatHasPassedDoesNotBeatAnItemThatIsThere() {
        var queue = GreenQueue.<String>unbounded();
        queue.put("there");

        try (var timeout = Timeout.after(Duration.ZERO)) {
            while (!timeout.isExpired()) {
                Thread.onSpinWait();
            }
            assertThat(queue.get()).isEqualTo("there");
            assertThatExceptionOfType(TimeoutExpired.class).isThrownBy(queue::get);
        }
    }

    /// Defect 15 of Eventlet, mended, for sockets.
    @Test
    @Tag("hub-only")
    void timeoutThatHasPassedDoesNotBeatBytesThatAreThere() throws Exception {
        try (var listener = Eventlet.listen("127.0.0.1", 0);
                var client = Eventlet.connect("127.0.0.1", listener.getLocalPort());
                var server = listener.accept()) {
            client.getOutputStream().write("ab".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            int first = server.getInputStream().read();

            try (var timeout = Timeout.after(Duration.ZERO)) {
                while (!timeout.isExpired()) {
                    Thread.onSpinWait();
                }
                assertThat(server.getInputStream().read()).isEqualTo('b');
                assertThatExceptionOfType(TimeoutExpired.class)
                        .isThrownBy(() -> server.getInputStream().read());
            }

            client.getOutputStream().write('c');
            assertThat(first).isEqualTo('a');
            assertThat(server.getInputStream().read()).isEqualTo('c');
        }
    }

    /// As in Eventlet: deadlines are looked at by calls that wait or yield.
    @Test
    void timeoutReachesAThreadThatOnlyYields() {
        assertThatExceptionOfType(TimeoutExpired.class)
                .isThrownBy(() ->
                        Eventlet.withTimeout(
                                SHORT,
                                () -> {
                                    while (true) {
                                        Eventlet.yield();
                                    }
                                }));
    }

    @Test
    void timeoutIsACancellationLikeAKill() {
        assertThatExceptionOfType(Cancelled.class)
                .isThrownBy(() -> Eventlet.withTimeout(SHORT, () -> acquireForever()));
    }

    @Test
    void causeThatCannotBeMadeIsThrownItself() {
        var failure = new IllegalStateException("no cause today");

        var waiter =
                Eventlet.spawn(() -> {
                    try (var _ =
                            Timeout.after(
                                    SHORT,
                                    () -> {
                                        throw failure;
                                    })) {
                        Eventlet.sleep(Duration.ofDays(1));
                    }
                });

        assertThatThrownBy(waiter::await).cause().isSameAs(failure);
    }

    @Test
    void causeThatNobodyWillSeeIsNotMade() {
        var computing =
                Eventlet.spawn(() -> {
                    var timeout =
                            Timeout.after(
                                    SHORT,
                                    () -> {
                                        throw new IllegalStateException("nobody asked");
                                    });
                    Eventually.until(() -> !timeout.isPending());
                    return "done";
                });

        assertThat(computing.await()).isEqualTo("done");
    }
}
