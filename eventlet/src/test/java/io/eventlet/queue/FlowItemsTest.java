// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.GreenExecutor;
import io.eventlet.TaskFailed;
import io.eventlet.TimeoutExpired;
import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.SubmissionPublisher;

/// Reactive publishers, and green threads that take their items.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class FlowItemsTest {
    private static final Duration MOMENT = Duration.ofMillis(20);

    /// Publishes what the test says, when it says so, on the caller.
    private static final class Source implements Flow.Publisher<String>, Flow.Subscription {
        Flow.@Nullable Subscriber<? super String> subscriber;
        long requested;
        boolean cancelled;

        @Override
        public void subscribe(Flow.Subscriber<? super String> one) {
            subscriber = one;
            one.onSubscribe(this);
        }

        Flow.Subscriber<? super String> subscriber() {
            return Objects.requireNonNull(subscriber);
        }

        @Override
        public void request(long n) {
            requested += n;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    private final Source source = new Source();

    @Test
    void itemsAreTakenInOrderUntilThePublisherCompletes() {
        try (var items = FlowItems.of(source, 10)) {
            source.subscriber().onNext("one");
            source.subscriber().onNext("two");
            source.subscriber().onComplete();
            var all = new ArrayList<String>();

            for (var item : items) {
                all.add(item);
            }

            assertThat(all).containsExactly("one", "two");
            assertThatExceptionOfType(NoSuchElementException.class)
                    .isThrownBy(items.iterator()::next);
        }
    }

    @Test
    void nextBlocksOnlyItsGreenThread() {
        try (var items = FlowItems.of(source, 1)) {
            var reader = Eventlet.spawn(items.iterator()::next);
            Until.waiting(reader);

            Eventlet.run(() -> source.subscriber().onNext("hello"));

            assertThat(reader.await()).isEqualTo("hello");
        }
    }

    @Test
    void noMoreIsAskedForThanThereIsRoom() {
        try (var items = FlowItems.of(source, 3)) {
            assertThat(source.requested).isEqualTo(3);
            source.subscriber().onNext("one");

            assertThat(items.iterator().hasNext()).isTrue();
            assertThat(source.requested).isEqualTo(3);
            assertThat(items.iterator().next()).isEqualTo("one");

            assertThat(source.requested).isEqualTo(4);
        }
    }

    @Test
    void failureIsThrownAfterWhatCameBefore() {
        try (var items = FlowItems.of(source, 3)) {
            source.subscriber().onNext("one");
            source.subscriber().onError(new IOException("gone"));

            assertThat(items.iterator().next()).isEqualTo("one");

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(items.iterator()::hasNext)
                    .withCauseInstanceOf(IOException.class);
            assertThatExceptionOfType(TaskFailed.class).isThrownBy(items.iterator()::next);
        }
    }

    @Test
    void timeoutEndsAWaitAndLosesNothing() {
        try (var items = FlowItems.of(source, 1)) {
            assertThatExceptionOfType(TimeoutExpired.class)
                    .isThrownBy(() -> Eventlet.withTimeout(MOMENT, items.iterator()::next));

            source.subscriber().onNext("late");

            assertThat(items.iterator().next()).isEqualTo("late");
        }
    }

    @Test
    void closeCancelsTheSubscriptionAndDropsWhatComes() {
        var items = FlowItems.of(source, 1);

        items.close();
        source.subscriber().onNext("nobody takes this");

        assertThat(source.cancelled).isTrue();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(items.iterator()::next);
    }

    @Test
    void aSubscriptionThatComesAfterTheCloseIsCancelled() {
        var late = new Source();
        var items = FlowItems.of((Flow.Publisher<String>) one -> late.subscriber = one, 1);

        items.close();
        late.subscriber().onSubscribe(late);

        assertThat(late.cancelled).isTrue();
        assertThat(late.requested).isZero();
    }

    @Test
    void nothingAheadIsRefused() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> FlowItems.of(source, 0));
    }

    @Test
    void publisherOfTheJdkWaitsForItsReader() {
        var publisher = new SubmissionPublisher<Integer>(ForkJoinPool.commonPool(), 4);
        var items = FlowItems.of(publisher, 2);
        var writer =
                Eventlet.spawn(() -> {
                    for (int i = 0; i < 1000; i++) {
                        publisher.submit(i);
                    }
                    publisher.close();
                });
        Until.waiting(writer); // nobody reads

        var sum =
                Eventlet.<Integer>spawn(() -> {
                    int all = 0;
                    for (int item : items) {
                        all += item;
                    }
                    return all;
                });

        assertThat(sum.await()).isEqualTo(499_500);
        writer.await();
    }

    /// What green threads offer: a publisher of the JDK whose subscribers run in green threads.
    @Test
    void publisherRunsItsSubscribersInGreenThreads() {
        var seen = new ArrayList<Boolean>();
        try (var executor = GreenExecutor.named("subscriber")) {
            var publisher = new SubmissionPublisher<String>(executor, 4);
            var done = publisher.consume(_ -> seen.add(Eventlet.current() != null));

            Eventlet.run(() -> List.of("one", "two").forEach(publisher::submit));
            publisher.close();
            done.join();
        }

        assertThat(seen).containsExactly(true, true);
    }
}
