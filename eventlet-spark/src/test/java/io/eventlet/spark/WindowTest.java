// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TaskFailed;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/// The results of green threads in the order of the items, without Spark.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class WindowTest {
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();
    private final Event<String> gate = new Event<>();
    private final Semaphore begun = new Semaphore(0); // of those that can be killed in their wait

    private Iterator<Integer> numbers(int count) {
        return IntStream.range(0, count).peek(_ -> taken.incrementAndGet()).iterator();
    }

    private <T> Window<Integer, T> window(
            int items, int size, Function<Integer, GreenThread<T>> start) {
        return new Window<>(numbers(items), size, start, ends::incrementAndGet);
    }

    @Test
    void givesResultsInTheOrderOfTheItems() {
        var later = IntStream.range(0, 100).mapToObj(_ -> new Event<Integer>()).toList();
        var window =
                window(
                        100,
                        100,
                        i ->
                                Eventlet.spawn(() -> {
                                    if (i < 99) {
                                        later.get(i + 1).await(); // the last is ready first
                                    }
                                    later.get(i).send(i);
                                    return i;
                                }));

        var results = new ArrayList<Integer>();
        window.forEachRemaining(results::add);

        assertThat(results).isEqualTo(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void takesNoMoreItemsThanItsSizeBeforeAResultIsTaken() {
        var window = window(10, 3, _ -> Eventlet.spawn(() -> gate.await()));

        assertThat(window.hasNext()).isTrue();
        assertThat(window.hasNext()).isTrue();
        assertThat(taken).hasValue(3);
        gate.send("open");

        assertThat(window).toIterable().hasSize(10);
    }

    @Test
    void resultThatIsThereIsNotHeldUpByTheSource() {
        var window =
                window(
                        10,
                        5,
                        i -> {
                            var ended = Eventlet.spawn(() -> i);
                            ended.join();
                            return ended;
                        });

        assertThat(window.hasNext()).isTrue();

        assertThat(taken).hasValue(1);
        assertThat(window).toIterable().hasSize(10);
    }

    @Test
    void endIsToldOnceWhenAllResultsHaveBeenTaken() {
        var window = window(2, 5, i -> Eventlet.spawn(() -> i));

        window.next();
        window.next();
        assertThat(ends).hasValue(0);
        assertThat(window.hasNext()).isFalse();
        assertThat(window.hasNext()).isFalse();

        assertThat(ends).hasValue(1);
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(window::next);
    }

    @Test
    void nextThrowsWhatEndedTheThread() {
        var window =
                window(
                        1,
                        5,
                        _ ->
                                Eventlet.spawn(() -> {
                                    throw new IllegalStateException("broken");
                                }));

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(window::next)
                .withRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void stopKillsWhatRunsAndTakesNoMore() {
        var kills = new AtomicInteger();
        var window =
                window(
                        10,
                        3,
                        _ ->
                                Eventlet.spawn(() -> {
                                    try {
                                        begun.release();
                                        return gate.await();
                                    } catch (GreenThreadKilled e) {
                                        kills.incrementAndGet();
                                        throw e;
                                    }
                                }));
        assertThat(window.hasNext()).isTrue();
        begun.acquireUninterruptibly(3);

        window.stop();

        assertThat(window.awaitEnd(Duration.ofSeconds(30))).isTrue();
        assertThat(kills).hasValue(3);
        assertThatExceptionOfType(TaskFailed.class).isThrownBy(window::next);
        assertThat(taken).hasValue(3);
    }

    @Test
    void awaitEndDoesNotWaitForeverForWhoIgnoresTheKill() {
        var window =
                window(
                        1,
                        1,
                        _ ->
                                Eventlet.spawn(() -> {
                                    try {
                                        begun.release();
                                        return gate.await();
                                    } catch (GreenThreadKilled e) {
                                        return gate.await();
                                    }
                                }));
        assertThat(window.hasNext()).isTrue();
        begun.acquireUninterruptibly();
        window.stop();

        boolean ended = window.awaitEnd(Duration.ofMillis(1));

        assertThat(ended).isFalse();
        gate.send("open");
        assertThat(window.awaitEnd(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void awaitEndGoesOnAndKeepsTheInterruptOfItsCaller() {
        var window = window(1, 1, _ -> Eventlet.spawn(() -> gate.await()));
        assertThat(window.hasNext()).isTrue();
        window.stop();
        Thread.currentThread().interrupt();

        boolean ended = window.awaitEnd(Duration.ofSeconds(30));

        assertThat(ended).isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void itemThatIsTakenWhileItIsStoppedIsKilledToo() {
        var windows = new ArrayList<Window<Integer, String>>();
        var started = new ArrayList<GreenThread<String>>();
        windows.add(
                window(
                        5,
                        5,
                        _ -> {
                            windows.getFirst().stop();
                            var one = Eventlet.spawn(() -> gate.await());
                            started.add(one);
                            return one;
                        }));

        assertThat(windows.getFirst().hasNext()).isTrue();

        assertThat(windows.getFirst().awaitEnd(Duration.ofSeconds(30))).isTrue();
        assertThat(List.copyOf(started)).hasSize(1);
    }
}
