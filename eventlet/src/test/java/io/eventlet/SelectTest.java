// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.eventlet.hub.Hub;
import io.eventlet.queue.GreenQueue;
import io.eventlet.queue.QueueClosed;
import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.function.Supplier;

/// The first of several things that can be done.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class SelectTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final GreenQueue<String> first = GreenQueue.unbounded();
    private final GreenQueue<String> second = GreenQueue.unbounded();
    private final GreenQueue<String> meeting = GreenQueue.rendezvous();
    private final Event<String> event = new Event<>();
    private final GreenSemaphore semaphore = new GreenSemaphore(0);

    private <R> GreenThread<R> spawnWaiting(Supplier<R> select) {
        var thread = Eventlet.<R>spawn(select::get);
        Until.waiting(thread);
        return thread;
    }

    private static Clause<String> get(GreenQueue<String> queue) {
        return queue.onGet(item -> "got " + item);
    }

    private static Clause<String> put(GreenQueue<String> queue, String item) {
        return queue.onPut(item, () -> "put " + item);
    }

    // ---- what is there

    @Test
    void whatIsThereIsTakenAtOnce() {
        second.put("item");

        assertThat(Select.<String>first(get(first), get(second))).isEqualTo("got item");
        assertThat(second.isEmpty()).isTrue();
    }

    @Test
    void onlyOneOfThoseThatCouldBeDoneIsDone() {
        first.put("one");
        second.put("two");
        event.send("news");
        semaphore.release();

        var done =
                Select.<String>first(
                        get(first),
                        get(second),
                        event.onSend(news -> "sent " + news),
                        semaphore.onAcquire(() -> "permit"),
                        put(meeting, "nobody gets it"));

        assertThat(done).isIn("got one", "got two", "sent news", "permit");
        assertThat(first.size() + second.size() + semaphore.available())
                .isEqualTo(done.equals("sent news") ? 3 : 2);
    }

    @Test
    void amongThoseThatCanBeDoneLotsAreDrawn() {
        var counts = new HashMap<String, Integer>();
        for (int i = 0; i < 1000; i++) {
            first.put("one");
            second.put("two");
        }

        for (int i = 0; i < 1000; i++) {
            counts.merge(Select.first(get(first), get(second)), 1, Integer::sum);
        }

        assertThat(counts.get("got one")).isBetween(300, 700); // of 500, 12 sigma
        assertThat(counts.get("got two")).isBetween(300, 700);
    }

    @Test
    void roomIsTakenAtOnce() {
        var full = GreenQueue.<String>bounded(1);
        full.put("old");

        assertThat(Select.<String>first(put(full, "a"), put(first, "b"))).isEqualTo("put b");
        assertThat(first.tryGet()).isEqualTo("b");
        assertThat(full.size()).isEqualTo(1);
    }

    @Test
    void threadThatHasEndedIsTakenAtOnce() {
        var thread = Eventlet.spawn(() -> "result");
        thread.join();

        assertThat(Select.<String>first(get(first), thread.onEnd(r -> "ended with " + r)))
                .isEqualTo("ended with result");
    }

    // ---- waiting

    @Test
    void selectWaitsForTheFirst() {
        var select = spawnWaiting(() -> Select.<String>first(get(first), get(second)));

        second.put("item");

        assertThat(select.await()).isEqualTo("got item");
        assertThat(first.getting()).isZero();
        assertThat(second.getting()).isZero();
    }

    @Test
    void selectWaitsForAnEvent() {
        var select = spawnWaiting(() -> Select.<String>first(get(first), event.onSend(n -> n)));

        event.send("news");

        assertThat(select.await()).isEqualTo("news");
        first.put("item");
        assertThat(first.size()).isEqualTo(1);
    }

    @Test
    void selectWaitsForAPermit() {
        var select =
                spawnWaiting(() ->
                        Select.<String>first(get(first), semaphore.onAcquire(() -> "permit")));

        semaphore.release();

        assertThat(select.await()).isEqualTo("permit");
        assertThat(semaphore.available()).isZero();
        assertThat(first.getting()).isZero();
    }

    @Test
    void selectWaitsForTheEndOfAThread() {
        var thread = spawnWaiting(event::await);
        var select =
                spawnWaiting(() ->
                        Select.<String>first(get(first), thread.onEnd(r -> "ended with " + r)));

        event.send("news");

        assertThat(select.await()).isEqualTo("ended with news");
    }

    @Test
    void selectWaitsForRoom() {
        var full = GreenQueue.<String>bounded(1);
        full.put("old");
        var select = spawnWaiting(() -> Select.<String>first(put(full, "new"), get(first)));

        assertThat(full.get()).isEqualTo("old");

        assertThat(select.await()).isEqualTo("put new");
        assertThat(full.get()).isEqualTo("new");
        assertThat(full.unfinishedTasks()).isEqualTo(2);
    }

    @Test
    void whoCameBeforeTheSelectIsServedBeforeIt() {
        var before = spawnWaiting(first::get);
        var select = spawnWaiting(() -> Select.<String>first(get(first), get(second)));

        first.put("a");
        first.put("b");

        assertThat(before.await()).isEqualTo("a");
        assertThat(select.await()).isEqualTo("got b");
    }

    @Test
    void whatWasNotChosenGoesToTheNextWhoWaits() {
        var select = spawnWaiting(() -> Select.<String>first(get(first), get(second)));
        var after = spawnWaiting(first::get);

        second.put("for the select");
        first.put("for the other");

        assertThat(select.await()).isEqualTo("got for the select");
        assertThat(after.await()).isEqualTo("for the other");
    }

    @Test
    void putterThatChoseSomethingElseIsNotSeenByGetters() {
        var select = spawnWaiting(() -> Select.<String>first(put(meeting, "item"), get(first)));

        first.put("something else");

        assertThat(meeting.tryPeek()).isNull();
        assertThat(meeting.tryGet()).isNull();
        assertThat(select.await()).isEqualTo("got something else");
    }

    @Test
    void twoSelectsMeet() {
        var getter = spawnWaiting(() -> Select.<String>first(get(meeting), get(first)));

        var done = Select.<String>first(put(meeting, "item"), get(second));

        assertThat(done).isEqualTo("put item");
        assertThat(getter.await()).isEqualTo("got item");
    }

    @Test
    void selectDoesNotMeetItself() {
        assertThatExceptionOfType(LimitExpired.class)
                .isThrownBy(
                        () -> Select.<String>first(SHORT, get(meeting), put(meeting, "to itself")));
        assertThat(meeting.putting() + meeting.getting()).isZero();
    }

    @Test
    void sameQueueTwiceIsLikeOnce() {
        var select = spawnWaiting(() -> Select.<String>first(get(first), get(first)));

        first.put("item");

        assertThat(select.await()).isEqualTo("got item");
        assertThat(first.getting()).isZero();
    }

    @Test
    void selectOverQueuesOfOtherHubs() {
        try (var hub = Hub.start()) {
            var putter = Eventlet.spawnOn(hub, () -> second.put("from afar"));

            assertThat(Select.<String>first(get(first), get(second))).isEqualTo("got from afar");
            putter.await();
        }
    }

    // ---- limits

    @Test
    void limitThatPassesTakesNothing() {
        assertThatExceptionOfType(LimitExpired.class)
                .isThrownBy(() ->
                        Select.<String>first(
                                SHORT,
                                get(first),
                                put(meeting, "item"),
                                event.onSend(n -> n),
                                semaphore.onAcquire(() -> "permit")))
                .withMessageContaining("select of 4")
                .withMessageContaining("2 ms");
        assertThat(first.getting() + meeting.putting() + event.waiting() + semaphore.waiting())
                .isZero();
    }

    @Test
    void zeroLimitTakesWhatIsThere() {
        first.put("item");

        assertThat(Select.<String>first(Duration.ZERO, get(first), get(second)))
                .isEqualTo("got item");
    }

    @Test
    void otherwiseIsDoneWhenNothingElseCan() {
        assertThat(Select.<String>firstOr(() -> "nothing", get(first), put(meeting, "a")))
                .isEqualTo("nothing");
        assertThat(first.getting() + meeting.putting()).isZero();
    }

    @Test
    void otherwiseIsNotDoneWhenSomethingCan() {
        first.put("item");

        assertThat(Select.<String>firstOr(() -> "nothing", get(first), get(second)))
                .isEqualTo("got item");
    }

    @Test
    void killedSelectHasTakenNothing() {
        var select = spawnWaiting(() -> Select.<String>first(get(first), put(meeting, "item")));

        select.kill();
        select.join();
        first.put("kept");

        assertThat(first.tryGet()).isEqualTo("kept");
        assertThat(meeting.tryGet()).isNull();
    }

    @Test
    void timeoutEndsASelect() {
        assertThatExceptionOfType(TimeoutExpired.class)
                .isThrownBy(() ->
                        Timeout.call(SHORT, () -> Select.<String>first(get(first), get(second))));
        assertThat(first.getting()).isZero();
    }

    // ---- outcomes that are errors

    @Test
    void closedQueueEndsASelect() {
        var select = spawnWaiting(() -> Select.<String>first(get(first), get(second)));

        second.close();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(select::await)
                .withCauseInstanceOf(QueueClosed.class);
    }

    @Test
    void closedQueueCanBeAnOutcome() {
        first.close();

        assertThat(Select.<String>first(first.onGet(i -> i, () -> "closed"), get(second)))
                .isEqualTo("closed");
    }

    @Test
    void whatIsLeftInAClosedQueueIsGot() {
        first.put("left");
        first.close();

        assertThat(Select.<String>first(first.onGet(i -> i, () -> "closed"))).isEqualTo("left");
    }

    @Test
    void putIntoAClosedQueueThrows() {
        first.close();

        assertThatExceptionOfType(QueueClosed.class)
                .isThrownBy(() -> Select.<String>first(put(first, "late"), get(second)));
    }

    @Test
    void queueThatIsClosedWhileASelectWaitsToPutThrows() {
        var select = spawnWaiting(() -> Select.<String>first(put(meeting, "late"), get(second)));

        meeting.close();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(select::await)
                .withCauseInstanceOf(QueueClosed.class);
    }

    @Test
    void errorOfAnEventIsThrown() {
        event.sendError(new IOException("bad news"));

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(() -> Select.<String>first(get(first), event.onSend(n -> n)))
                .withCauseInstanceOf(IOException.class);
    }

    @Test
    void errorOfAThreadIsThrown() {
        var thread =
                Eventlet.<String>spawn(() -> {
                    throw new IOException("failed");
                });

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(() -> Select.<String>first(get(first), thread.onEnd(n -> n)))
                .withCauseInstanceOf(IOException.class);
    }

    @Test
    void itemThatTheOrderRefusesIsThrownAtTheSelect() {
        Comparator<String> refusing =
                (one, other) -> {
                    if (one.equals("b")) {
                        throw new IllegalStateException("no place for b");
                    }
                    return one.compareTo(other);
                };
        var queue = GreenQueue.priority(refusing, 2);
        queue.put("a");

        assertThatIllegalStateException()
                .isThrownBy(() -> Select.<String>first(put(queue, "b")))
                .withMessage("no place for b");
        assertThat(queue.size()).isEqualTo(1);
    }

    @Test
    void selectNeedsAClause() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Select.<String>first())
                .withMessageContaining("needs a clause");
    }

    @Test
    void nullIsNoItemOfAClause() {
        assertThatNullPointerException().isThrownBy(() -> put(first, null));
    }
}
