// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// How an imap is stopped, and what a kill does to it.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ImapStopTest {
    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final GreenSemaphore gate = new GreenSemaphore(0);

    private static List<Integer> upTo(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    private int blocked(int i) {
        gate.acquire();
        return i;
    }

    private static <T> List<Object> outcomesOf(Imap<T> imap) {
        var outcomes = new ArrayList<>();
        while (imap.hasNext()) {
            try {
                outcomes.add(imap.next());
            } catch (TaskFailed e) {
                outcomes.add(e.getCause().getClass());
            }
        }
        return outcomes;
    }

    @Test
    void closeStopsTheCrewAndDropsTheResults() {
        var pool = new GreenPool(4);
        var imap = pool.imap(i -> i == 0 ? i : blocked(i), upTo(10));
        Eventually.until(() -> gate.waiting() == 3);

        imap.close();

        assertThat(imap.hasNext()).isFalse();
        pool.waitall();
        assertThat(gate.waiting()).isZero();
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void closeOfOneThatHasEndedDoesNothing() {
        var pool = new GreenPool(4);
        var imap = pool.imap(i -> i, upTo(2));
        assertThat(outcomesOf(imap)).containsExactly(0, 1);

        imap.close();
        imap.close();

        assertThat(imap.hasNext()).isFalse();
    }

    @Test
    void closeOfOneWhoseCrewWaitsForRoomTakesItOutOfTheQueue() {
        var pool = new GreenPool(1);
        pool.spawn(() -> gate.acquire());
        var imap = pool.imap(i -> i, upTo(10));
        assertThat(pool.waiting()).isEqualTo(1);

        imap.close();

        assertThat(pool.waiting()).isZero();
        gate.release();
        pool.waitall();
        assertThat(pool.free()).isEqualTo(1);
    }

    @Test
    void waitallReturnsWhenTheLastOfACrewInTheQueueIsTakenOut() {
        var pool = new GreenPool(0);
        var imap = pool.imap(i -> i, upTo(10));
        var waiter = Eventlet.spawn(() -> pool.waitall());
        Eventually.until(() -> waiter.thread().getState() == Thread.State.WAITING);

        imap.close();

        assertThat(waiter.await()).isNull();
    }

    @Test
    void nothingComesAfterCloseEvenFromACrewThatGoesOn() {
        var pool = new GreenPool(2);
        var caught = new GreenSemaphore(0);
        var imap =
                pool.imapUnordered(
                        i -> {
                            try {
                                gate.acquire();
                            } catch (GreenThreadKilled e) {
                                caught.acquire();
                            }
                            return i;
                        },
                        upTo(10));
        Eventually.until(() -> gate.waiting() == 2);
        imap.close();
        Eventually.until(() -> caught.waiting() == 2);

        caught.release();
        caught.release();
        pool.waitall();

        assertThat(imap.hasNext()).isFalse();
    }

    @Test
    void itemThatWasTakenWhenItWasClosedIsNotWorkedOn() {
        var pool = new GreenPool(2);
        var begun = new GreenSemaphore(0);
        var worked = new AtomicInteger();
        Iterator<Integer> source =
                Stream.generate(
                                () -> {
                                    try {
                                        begun.release();
                                        gate.acquire();
                                    } catch (GreenThreadKilled e) {
                                        // gives one all the same
                                    }
                                    return 1;
                                })
                        .iterator();
        var imap = pool.imap(i -> worked.incrementAndGet(), source);
        begun.acquire();

        imap.close();
        pool.waitall();

        assertThat(worked.get()).isZero();
        assertThat(imap.hasNext()).isFalse();
    }

    @Test
    void killOfTheConsumerStopsTheCrew() {
        var pool = new GreenPool(3);
        var consumer = Eventlet.spawn(() -> pool.imap(this::blocked, upTo(10)).next());
        Eventually.until(() -> gate.waiting() == 3);

        consumer.kill();

        pool.waitall();
        assertThat(gate.waiting()).isZero();
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(consumer::await)
                .withCauseInstanceOf(GreenThreadKilled.class);
    }

    @Test
    void interruptOfTheConsumerStopsTheCrew() throws Exception {
        var pool = new GreenPool(3);
        var consumer =
                Thread.ofPlatform()
                        .start(() -> {
                            var ignored =
                                    catchThrowable(() -> pool.imap(this::blocked, upTo(10)).next());
                        });
        Eventually.until(() -> gate.waiting() == 3);

        consumer.interrupt();

        consumer.join();
        pool.waitall();
        assertThat(gate.waiting()).isZero();
    }

    @Test
    void killOfThePoolsMembersFailsTheItemsTheyWorkOnAndNoOthers() {
        var pool = new GreenPool(3);
        var imap = pool.imap(i -> i < 3 ? blocked(i) : i, upTo(6));
        Eventually.until(() -> gate.waiting() == 3);

        pool.kill();

        assertThat(outcomesOf(imap))
                .containsExactly(
                        GreenThreadKilled.class,
                        GreenThreadKilled.class,
                        GreenThreadKilled.class,
                        3,
                        4,
                        5);
        assertThat(reported.list()).isEmpty();
    }

    /// A kill that ends a wait inside the JDK must not hit the next item as well.
    @Test
    void killThatTheJdkHidesFailsOneItemOnly() {
        var pool = new GreenPool(1);
        var latch = new CountDownLatch(1);
        var begun = new GreenSemaphore(0);
        var imap =
                pool.imap(
                        i -> {
                            if (i == 0) {
                                begun.release();
                                latch.await();
                            }
                            Eventlet.sleep();
                            return i;
                        },
                        upTo(3));
        begun.acquire();

        pool.kill();

        assertThat(outcomesOf(imap)).containsExactly(GreenThreadKilled.class, 1, 2);
    }

    @Test
    void killThatTheFunctionSwallowsDoesNotHitTheNextItem() {
        var pool = new GreenPool(1);
        var latch = new CountDownLatch(1);
        var begun = new GreenSemaphore(0);
        var imap =
                pool.imap(
                        i -> {
                            if (i == 0) {
                                begun.release();
                                try {
                                    latch.await();
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                                return i;
                            }
                            Eventlet.sleep();
                            return i;
                        },
                        upTo(3));
        begun.acquire();

        pool.kill();

        assertThat(outcomesOf(imap)).containsExactly(0, 1, 2);
    }

    @Test
    void killOfTheLeaderAtTheSourceEndsTheSource() {
        var pool = new GreenPool(2);
        Iterator<Integer> source =
                IntStream.iterate(0, i -> i + 1)
                        .map(i -> i < 2 ? i : blocked(i))
                        .boxed()
                        .iterator();
        var imap = pool.imap(i -> i, source);
        assertThat(imap.next()).isZero();
        Eventually.until(() -> gate.waiting() == 1);

        pool.kill();

        assertThat(outcomesOf(imap)).containsExactly(1, GreenThreadKilled.class);
    }

    @Test
    void membersKilledBeforeTheyBeginAreReplaced() {
        var pool = new GreenPool(2);
        for (int i = 0; i < 50; i++) {
            var imap = pool.imap(n -> n, upTo(2));
            pool.kill();

            assertThat(outcomesOf(imap)).hasSize(2);
        }
    }

    @Test
    void streamIsClosedWhenItsItemsHaveBeenTaken() {
        var closed = new AtomicInteger();
        var pool = new GreenPool(2);

        var imap = pool.imap(i -> i, upTo(5).stream().onClose(closed::incrementAndGet));

        assertThat(outcomesOf(imap)).hasSize(5);
        assertThat(closed.get()).isEqualTo(1);
        imap.close();
        assertThat(closed.get()).isEqualTo(1);
    }

    @Test
    void streamIsClosedWithTheImap() {
        var closed = new AtomicInteger();
        var pool = new GreenPool(2);
        var imap =
                pool.imapUnordered(
                        i -> i, Stream.generate(() -> 1).onClose(closed::incrementAndGet));
        int first = imap.next();
        pool.waitall();

        imap.close();

        assertThat(first).isEqualTo(1);
        assertThat(closed.get()).isEqualTo(1);
    }

    @Test
    void streamIsClosedByTheLeaderThatIsAtIt() {
        var closed = new AtomicInteger();
        var pool = new GreenPool(2);
        var imap =
                pool.imap(
                        i -> i, Stream.generate(() -> blocked(1)).onClose(closed::incrementAndGet));
        Eventually.until(() -> gate.waiting() == 1);

        imap.close();
        pool.waitall();

        assertThat(closed.get()).isEqualTo(1);
    }

    @Test
    void streamThatFailsToCloseIsReportedAfterItsResults() {
        var error = new IllegalStateException("cannot close");
        var pool = new GreenPool(2);
        var imap =
                pool.imap(
                        i -> i,
                        Stream.of(1)
                                .onClose(() -> {
                                    throw error;
                                }));

        assertThat(imap.next()).isEqualTo(1);
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(imap::next)
                .havingCause()
                .isSameAs(error);
    }

    @Test
    void killOfTheConsumerWithACauseOfTheCallersStopsTheCrewToo() {
        var pool = new GreenPool(3);
        var consumer = Eventlet.spawn(() -> pool.imap(this::blocked, upTo(10)).next());
        Eventually.until(() -> gate.waiting() == 3);

        consumer.kill(new IllegalStateException("enough"));

        pool.waitall();
        assertThat(gate.waiting()).isZero();
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(consumer::await)
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void timeoutThatThrowsAnExceptionOfTheCallersLosesNothing() {
        var pool = new GreenPool(2);
        var imap = pool.imap(this::blocked, upTo(2));

        try (var _ =
                io.eventlet.Timeout.after(
                        Duration.ofMillis(2), () -> new IllegalStateException("late"))) {
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(imap::next);
        }

        gate.release();
        gate.release();
        assertThat(outcomesOf(imap)).containsExactly(0, 1);
    }
}
