// SPDX-License-Identifier: Apache-2.0
package io.eventlet.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThread;
import io.eventlet.Timeout;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Queues that hold nothing: Eventlet's Queue(0), a channel.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class RendezvousTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final List<Object> steps = new CopyOnWriteArrayList<>();
    private final GreenQueue<String> channel = GreenQueue.rendezvous();

    /// From Eventlet's queue_test.py: TestQueue.test_zero_max_size.
    @Test
    void putEndsWhenTheItemHasBeenTaken() {
        var putter =
                Eventlet.spawn(() -> {
                    channel.put("hi");
                    steps.add("sent");
                });
        Eventually.until(() -> channel.putting() == 1);
        assertThat(steps).isEmpty();
        assertThat(channel.isEmpty()).isTrue();
        assertThat(channel.isFull()).isTrue();

        assertThat(channel.get()).isEqualTo("hi");
        putter.await();

        assertThat(steps).containsExactly("sent");
    }

    /// From Eventlet's queue_test.py: TestQueue.test_channel_send.
    @Test
    @Tag("hub-only")
    void receiverRunsBeforeTheSenderGoesOn() {
        Eventlet.run(() -> {
            Eventlet.spawn(() -> {
                steps.add(channel.get());
                steps.add(channel.get());
            });
            steps.add("sending");
            channel.put("hello");
            steps.add("sent hello");
            channel.put("world");
            steps.add("sent world");
        });

        assertThat(steps).containsExactly("sending", "hello", "sent hello", "world", "sent world");
    }

    /// From Eventlet's queue_test.py: TestQueue.test_channel_wait.
    @Test
    @Tag("hub-only")
    void receiverThatWaitsRunsBeforeTheSenderGoesOnToo() {
        Eventlet.run(() -> {
            Eventlet.spawn(() -> {
                steps.add("sending hello");
                channel.put("hello");
                steps.add("sending world");
                channel.put("world");
                steps.add("sent world");
            });
            steps.add("waiting");
            steps.add(channel.get());
            steps.add(channel.get());
            assertThat(steps)
                    .containsExactly("waiting", "sending hello", "hello", "sending world", "world");
            Eventlet.sleep();
            assertThat(steps).endsWith("world", "sent world");
        });
    }

    /// From Eventlet's queue_test.py: TestQueue.test_channel_send, kind S: "sent x" after the
    /// receiver has x.
    @Test
    void itemIsTakenWhenItsPutHasEnded() {
        var sender =
                Eventlet.spawn(() -> {
                    for (String item : List.of("a", "b", "c")) {
                        channel.put(item);
                        steps.add("sent " + item);
                    }
                });

        for (String item : List.of("a", "b", "c")) {
            assertThat(steps).doesNotContain("sent " + item);
            assertThat(channel.get()).isEqualTo(item);
        }
        sender.await();

        assertThat(steps).containsExactly("sent a", "sent b", "sent c");
    }

    /// From Eventlet's queue_test.py: TestQueue.test_channel_sender_timing_out.
    @Test
    void putThatTimesOutLeavesNothing() {
        assertThatExceptionOfType(QueueFull.class).isThrownBy(() -> channel.put("hi", SHORT));
        boolean inTime = Timeout.silent(SHORT, () -> channel.put("hi"));

        assertThat(inTime).isFalse();
        assertThat(channel.tryGet()).isNull();
        assertThat(channel.putting()).isZero();
        assertThat(channel.unfinishedTasks()).isZero();
    }

    /// Defect 10 of Eventlet, mended: there get_nowait() ignores a putter that waits, while
    /// put_nowait() with a getter that waits works.
    @Test
    void tryGetTakesFromAPutterThatWaits() {
        var putter = Eventlet.spawn(() -> channel.put("hi"));
        Eventually.until(() -> channel.putting() == 1);

        assertThat(channel.tryGet()).isEqualTo("hi");

        putter.await();
        assertThat(channel.tryGet()).isNull();
    }

    /// From Eventlet's queue_test.py: TestNoWait.test_put_nowait_unlock.
    @Test
    void tryPutGivesToAGetterThatWaits() {
        assertThat(channel.tryPut("nobody")).isFalse();
        var getter = Eventlet.spawn(() -> channel.get());
        Eventually.until(() -> channel.getting() == 1);

        assertThat(channel.tryPut("hi")).isTrue();
        assertThat(channel.tryPut("nobody")).isFalse();

        assertThat(getter.await()).isEqualTo("hi");
    }

    /// From Eventlet's queue_test.py: TestQueue.test_zero_length_queue_nonblocking_put.
    @Test
    void killedGettersTakeNothingFromTheLivingOnes() {
        var living = new ArrayList<GreenThread<String>>();
        var killed = new ArrayList<GreenThread<String>>();
        for (int i = 0; i < 20; i++) {
            (i % 2 == 0 ? living : killed).add(Eventlet.spawn(() -> channel.get()));
            int waiting = i + 1;
            Eventually.until(() -> channel.getting() == waiting);
        }
        killed.forEach(GreenThread::kill);
        Eventually.until(() -> channel.getting() == 10);

        for (int i = 0; i < 10; i++) {
            assertThat(channel.tryPut("item " + i)).isTrue();
        }

        assertThat(channel.tryPut("nobody")).isFalse();
        for (int i = 0; i < 10; i++) {
            assertThat(living.get(i).await()).isEqualTo("item " + i);
        }
    }

    /// As in Eventlet: task_done and join are for channels too.
    @Test
    void itemIsUnfinishedFromWhenItIsTaken() {
        var putter = Eventlet.spawn(() -> channel.put("hi"));
        Eventually.until(() -> channel.putting() == 1);
        assertThat(channel.unfinishedTasks()).isZero();

        channel.get();
        putter.await();
        assertThat(channel.unfinishedTasks()).isEqualTo(1);

        channel.taskDone();
        channel.join();
    }

    /// From Eventlet's queue_test.py: TestQueue.test_channel_waiters, which promises no order.
    @Test
    void gettersAndPuttersMeetInTheOrderInWhichTheyCame() {
        for (int i = 0; i < 4; i++) {
            int number = i;
            Eventlet.spawn(() -> channel.put("item " + number));
            Eventually.until(() -> channel.putting() == number + 1);
        }

        for (int i = 0; i < 4; i++) {
            assertThat(channel.get()).isEqualTo("item " + i);
        }
    }
}
