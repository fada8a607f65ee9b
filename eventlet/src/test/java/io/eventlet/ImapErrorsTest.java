// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/// Sources that fail, and mappings that end with the first error.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class ImapErrorsTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final GreenSemaphore gate = new GreenSemaphore(0);

    private static List<Integer> upTo(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    /// Defect 2 of Eventlet, mended: there the consumer hangs for ever. From gevent's
    /// test__pool.py: TestErrorInIterator.
    @Test
    void sourceThatFailsIsReportedAtItsPlace() {
        var pool = new GreenPool(2);
        var error = new IllegalStateException("no more input");

        for (int failing = 0; failing < 4; failing++) {
            var imap = pool.imap(i -> i, new FailingSource(failing, error, false));

            for (int i = 0; i < failing; i++) {
                assertThat(imap.next()).isEqualTo(i);
            }
            assertNextIs(error, imap);
        }
    }

    @Test
    void sourceThatFailsInHasNextIsReportedAtItsPlace() {
        var error = new IllegalStateException("no more input");
        var imap = new GreenPool(2).imap(i -> i, new FailingSource(1, error, true));

        assertThat(imap.next()).isZero();
        assertNextIs(error, imap);
    }

    @Test
    void sourceThatFailsIsReportedUnorderedToo() {
        var error = new IllegalStateException("no more input");
        var imap = new GreenPool(2).imapUnordered(i -> i, new FailingSource(0, error, false));

        assertNextIs(error, imap);
    }

    /// Gives 0, 1, ... and fails at a place.
    private static final class FailingSource implements Iterator<Integer> {
        private final int failing;
        private final RuntimeException error;
        private final boolean inHasNext;
        private int given;

        FailingSource(int failing, RuntimeException error, boolean inHasNext) {
            this.failing = failing;
            this.error = error;
            this.inHasNext = inHasNext;
        }

        @Override
        public boolean hasNext() {
            if (inHasNext && given == failing) {
                throw error;
            }
            return true;
        }

        @Override
        @SuppressWarnings("IteratorNextThrowsNoSuchElement") // it does not end, it fails
        public Integer next() {
            if (given == failing) {
                throw error;
            }
            return given++;
        }
    }

    @Test
    void failFastThrowsTheFirstErrorOfAnyItemAndEnds() {
        var pool = new GreenPool(3);
        var error = new IllegalStateException("item 2");
        var imap =
                pool.imap(
                                i -> {
                                    if (i == 2) {
                                        throw error;
                                    }
                                    gate.acquire();
                                    return i;
                                },
                                upTo(10))
                        .failFast();

        assertNextIs(error, imap);
        pool.waitall();
        assertThat(gate.waiting()).isZero();
    }

    @Test
    void failFastKnowsErrorsThatCameBeforeIt() {
        var pool = new GreenPool(3);
        var error = new IllegalStateException("item 1");
        var imap =
                pool.imap(
                        i -> {
                            if (i == 1) {
                                throw error;
                            }
                            return i;
                        },
                        upTo(3));
        pool.waitall();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(() -> imap.failFast().next())
                .havingCause()
                .isSameAs(error);
    }

    @Test
    void failFastIsForFailingSourcesToo() {
        var pool = new GreenPool(3);
        var error = new IllegalStateException("no more input");
        var imap =
                pool.imap(
                                i -> {
                                    gate.acquire();
                                    return i;
                                },
                                new FailingSource(1, error, false))
                        .failFast();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(imap::next)
                .havingCause()
                .isSameAs(error);
        pool.waitall();
        assertThat(gate.waiting()).isZero();
    }

    /// A time limit of the function's own is an error of its item, not the end of its crew.
    @Test
    void timeoutsOfTheFunctionAreErrorsOfTheirItems() {
        var pool = new GreenPool(1);
        var imap =
                pool.imap(
                        i ->
                                Timeout.call(
                                        SHORT,
                                        () -> {
                                            if (i == 1) {
                                                gate.acquire();
                                            }
                                            return i;
                                        }),
                        upTo(3));

        assertThat(imap.next()).isZero();
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(imap::next)
                .withCauseInstanceOf(TimeoutExpired.class);
        assertThat(imap.next()).isEqualTo(2);
    }

    /// One whose only item waits at the gate, and whose source then fails.
    private Imap<Integer> gatedThenFailing(GreenPool pool, RuntimeException error) {
        return pool.imapUnordered(
                i -> {
                    gate.acquire();
                    return i;
                },
                new FailingSource(1, error, false));
    }

    private static void assertNextIs(RuntimeException error, Imap<Integer> imap) {
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(imap::next)
                .havingCause()
                .isSameAs(error);
        assertThat(imap.hasNext()).isFalse();
    }

    @Test
    void failureOfTheSourceComesAfterTheResultsUnorderedToo() {
        var error = new IllegalStateException("no more input");
        var imap = gatedThenFailing(new GreenPool(2), error);
        Eventually.until(() -> gate.waiting() == 1);

        gate.release();

        assertThat(imap.next()).isZero();
        assertNextIs(error, imap);
    }

    @Test
    void failureOfTheSourceEndsAFailFastIterationAtOnce() {
        var error = new IllegalStateException("no more input");
        var pool = new GreenPool(2);
        var imap = gatedThenFailing(pool, error).failFast();

        assertNextIs(error, imap);
        pool.waitall();
    }
}
