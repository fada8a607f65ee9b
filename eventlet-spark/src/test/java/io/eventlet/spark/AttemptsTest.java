// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TaskFailed;
import io.eventlet.TimeoutExpired;
import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/// The attempts for one item, without Spark.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class AttemptsTest {
    private static final Duration AT_ONCE = Duration.ZERO;

    private final AtomicInteger calls = new AtomicInteger();
    private boolean unwanted;

    private Attempted<String, String> attempt(Calls how, Attempts.Work<String, String> work) {
        return attempt(how, null, work);
    }

    private Attempted<String, String> attempt(
            Calls how, @Nullable KeyLimits<String> limits, Attempts.Work<String, String> work) {
        try (var shared = SharedLimits.of(UUID.randomUUID().toString(), how, limits)) {
            var attempts = new Attempts<>(work, how, limits, shared);
            return Eventlet.spawn(() -> attempts.of("item", () -> unwanted)).await();
        }
    }

    private String failBefore(int success) throws IOException {
        if (calls.incrementAndGet() < success) {
            throw new IOException("call " + calls.get());
        }
        return "value";
    }

    @Test
    void retriesUntilItSucceeds() {
        var attempted = attempt(Calls.atOnce(1).retries(5, AT_ONCE), _ -> failBefore(3));

        assertThat(attempted.value()).isEqualTo("value");
        assertThat(attempted.error()).isNull();
        assertThat(attempted.attempts()).isEqualTo(3);
    }

    @Test
    void givesTheLastFailureAfterAllRetries() {
        var attempted = attempt(Calls.atOnce(1).retries(2, AT_ONCE), _ -> failBefore(9));

        assertThat(attempted.error()).hasMessage("call 3");
        assertThat(attempted.attempts()).isEqualTo(3);
        assertThat(attempted.outcome())
                .isEqualTo(new Outcome<>("item", null, "java.io.IOException: call 3", 3));
        assertThatExceptionOfType(CallFailed.class)
                .isThrownBy(attempted::valueOrThrow)
                .withMessageContaining("'item'")
                .withCauseInstanceOf(IOException.class);
    }

    @Test
    void doesNotRetryWhatThePredicateDoesNotWant() {
        var how =
                Calls.atOnce(1).retries(5, AT_ONCE).retryIf(e -> !"call 2".equals(e.getMessage()));

        var attempted = attempt(how, _ -> failBefore(9));

        assertThat(attempted.attempts()).isEqualTo(2);
    }

    @Test
    void doesNotRetryWhatNobodyWantsAnyMore() {
        unwanted = true;

        var attempted = attempt(Calls.atOnce(1).retries(5, AT_ONCE), _ -> failBefore(9));

        assertThat(attempted.attempts()).isEqualTo(1);
    }

    @Test
    void timeoutIsAFailureOfTheItem() {
        var how = Calls.atOnce(1).timeout(Duration.ofMillis(1)).retries(1, AT_ONCE);

        var attempted = attempt(how, _ -> new Event<String>().await());

        assertThat(attempted.error()).isInstanceOf(TimeoutExpired.class);
        assertThat(attempted.attempts()).isEqualTo(2);
    }

    @Test
    void killEndsTheThreadAndIsNoFailureOfTheItem() {
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(() ->
                        attempt(
                                Calls.atOnce(1).retries(5, AT_ONCE),
                                _ -> {
                                    calls.incrementAndGet();
                                    throw new GreenThreadKilled("enough");
                                }))
                .withCauseInstanceOf(GreenThreadKilled.class);
        assertThat(calls).hasValue(1);
    }

    @Test
    void classThatIsMissingIsNoFailureOfTheItem() {
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(() ->
                        attempt(
                                Calls.atOnce(1),
                                _ -> {
                                    throw new NoClassDefFoundError("gone");
                                }))
                .withCauseInstanceOf(NoClassDefFoundError.class);
    }

    @Test
    void predicateThatThrowsLosesNothingOfTheFailure() {
        var how =
                Calls.atOnce(1)
                        .retries(5, AT_ONCE)
                        .retryIf(e -> "".charAt(e.hashCode() | 1) == '!');

        var attempted = attempt(how, _ -> failBefore(9));

        assertThat(attempted.attempts()).isEqualTo(1);
        assertThat(attempted.error()).isInstanceOf(IOException.class).hasMessage("call 1");
        assertThat(attempted.errorText())
                .startsWith("java.io.IOException: call 1 (not retried, as retryIf threw ")
                .contains("StringIndexOutOfBoundsException");
    }

    @Test
    void errorThatIsThrownAgainTellsOnceOfThePredicate() {
        var error = new IOException("one for all");
        var how =
                Calls.atOnce(1)
                        .retries(5, AT_ONCE)
                        .retryIf(e -> {
                            throw (IOException) e;
                        });
        Attempts.Work<String, String> work =
                _ -> {
                    throw error;
                };

        attempt(how, work);
        attempt(how, work);

        assertThat(error.getSuppressed()).hasSize(1);
    }

    @Test
    void killWithinThePredicateIsNoFailureOfTheItem() {
        var how =
                Calls.atOnce(1)
                        .retries(5, AT_ONCE)
                        .retryIf(_ -> {
                            throw new GreenThreadKilled("enough");
                        });

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(() -> attempt(how, _ -> failBefore(9)))
                .withCauseInstanceOf(GreenThreadKilled.class);
    }

    @Test
    void itemWhoseKeyIsNullHasFailedWithoutAnAttempt() {
        var byHost = KeyLimits.<String>by(url -> URI.create("http://a_b/").getHost(), 1).atOnce(1);

        var attempted = attempt(Calls.atOnce(1), byHost, _ -> failBefore(1));

        assertThat(attempted.attempts()).isZero();
        assertThat(attempted.errorText())
                .isEqualTo("java.lang.IllegalArgumentException: the key of 'item' is null");
        assertThat(calls).hasValue(0);
        assertThatExceptionOfType(CallFailed.class)
                .isThrownBy(attempted::valueOrThrow)
                .withMessageStartingWith("there is no key for 'item': ");
    }

    @Test
    void itemWhoseKeyThrowsHasFailedWithoutAnAttempt() {
        var byHost = KeyLimits.<String>by(_ -> URI.create("a b").getHost(), 1).atOnce(1);

        var attempted = attempt(Calls.atOnce(1), byHost, _ -> failBefore(1));

        assertThat(attempted.attempts()).isZero();
        assertThat(attempted.error()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pausesDoubleUpToAMinute() {
        var first = Duration.ofMillis(200);

        assertThat(Attempts.pause(first, 1)).isEqualTo(first);
        assertThat(Attempts.pause(first, 3)).isEqualTo(Duration.ofMillis(800));
        assertThat(Attempts.pause(first, 1000)).isEqualTo(Duration.ofMinutes(1));
        assertThat(Attempts.pause(Duration.ofDays(1000), 2)).isEqualTo(Duration.ofMinutes(1));
        assertThat(Attempts.pause(Duration.ZERO, 7)).isZero();
    }
}
