// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.queue.GreenQueue;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Links, timers and waiters, so many that each must not be found by looking at the others: that
/// would take minutes.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class ManyAtOnceTest {
    private static final int MANY = 300_000;

    private final Event<String> go = new Event<>();
    private final List<Integer> called = new ArrayList<>();

    private GreenThread<String> blocked() {
        return Eventlet.spawn(() -> go.await());
    }

    private static Consumer<GreenThread<String>> link(Runnable action) {
        return _ -> action.run();
    }

    @Test
    void manyLinksAreTakenBack() {
        var thread = blocked();
        var links = IntStream.range(0, MANY).mapToObj(i -> link(() -> called.add(i))).toList();
        links.forEach(thread::link);

        links.reversed().forEach(each -> assertThat(thread.unlink(each)).isTrue());

        assertThat(thread.unlink(links.getFirst())).isFalse();
        go.send("on");
        thread.join();
        assertThat(called).isEmpty();
    }

    @Test
    void manyLinksAreCalledInTheirOrderEachAsOftenAsItWasAdded() throws InterruptedException {
        var thread = blocked();
        var twice = link(() -> called.add(-1));
        thread.link(twice);
        var expected = new ArrayList<Integer>();
        expected.add(-1);
        for (int i = 0; i < 100; i++) {
            int number = i;
            thread.link(_ -> called.add(number));
            expected.add(number);
        }
        thread.link(twice);
        expected.add(-1);
        thread.link(twice);
        assertThat(thread.unlink(twice)).isTrue();
        expected.removeFirst();
        expected.add(-1);

        go.send("on");
        thread.thread().join(); // which ends after the links

        assertThat(called).isEqualTo(expected);
    }

    @Test
    void manyTimeoutsAreClosed() {
        var timeouts = new ArrayList<Timeout>();
        for (int i = 0; i < MANY; i++) {
            timeouts.add(Timeout.after(Duration.ofHours(i % 100 + 1)));
        }

        timeouts.reversed().forEach(Timeout::close);

        assertThat(timeouts).noneMatch(Timeout::isPending);
    }

    @Test
    void manyThingsThatAreWaitedForTogetherAreLeft() {
        var event = new Event<String>();
        var things = new ArrayList<Waitable>();
        for (int i = 0; i < MANY; i++) {
            things.add(event);
        }

        Ready.of(things).close();

        assertThat(event.waiting()).isZero();
    }

    @Test
    void manyWaitersOfAQueueAreKilled() {
        var queue = GreenQueue.<String>unbounded();
        var threads = new ArrayList<GreenThread<String>>();
        for (int i = 0; i < MANY / 10; i++) {
            threads.add(Eventlet.spawn(() -> queue.get()));
        }
        Eventually.until(() -> queue.getting() == threads.size());

        GreenThreads.killAll(threads.reversed());

        assertThat(queue.getting()).isZero();
    }
}
