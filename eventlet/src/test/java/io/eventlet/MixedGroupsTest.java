// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.dag.DagPool;
import io.eventlet.offload.Offload;
import io.eventlet.queue.GreenQueue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.concurrent.CountDownLatch;

/// Green threads and groups of them, selects, dags and offloads, between threads of all kinds: the
/// one waits for the end of what the other one lets go on.
class MixedGroupsTest extends MixedUse {
    private final Event<String> event = new Event<>();

    @ParameterizedTest
    @MethodSource("pairs")
    void endOfAGreenThreadWakesWhoAwaitsIt(On waiter, On ender) throws Exception {
        var child = Eventlet.spawn(() -> event.await());
        var awaiting = start(waiter, child::await).waiting();
        var joining = start(waiter, Body.callable(child::join)).waiting();

        run(ender, () -> event.send("result"));

        assertThat(awaiting.get()).isEqualTo("result");
        assertThat(joining.get()).isNull();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void lastOfSeveralWakesWhoJoinsThem(On waiter, On ender) throws Exception {
        var children =
                List.of(Eventlet.spawn(() -> event.await()), Eventlet.spawn(() -> event.await()));
        var waiting = start(waiter, Body.callable(() -> GreenThreads.joinAll(children))).waiting();

        run(ender, () -> event.send("go"));

        assertThat(waiting.get()).isNull();
        assertThat(children).allMatch(GreenThread::isDead);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void firstOfARaceWakesWhoRunsIt(On owner, On ender) throws Exception {
        var never = new Event<String>();
        var racing = start(owner, () -> GreenThreads.race(List.of(never::await, event::await)));
        Eventually.until(() -> event.waiting() == 1 && never.waiting() == 1);
        racing.waiting();

        run(ender, () -> event.send("won"));

        assertThat(racing.get()).isEqualTo("won");
        assertThat(never.waiting()).isZero();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void resultOfAPileWakesWhoTakesIt(On taker, On ender) throws Exception {
        var pile = new GreenPile<String>(2);
        pile.spawn(event::await);
        pile.spawn(() -> "second");
        var waiting = start(taker, () -> List.of(pile.next(), pile.next())).waiting();

        run(ender, () -> event.send("first"));

        assertThat(waiting.get()).containsExactly("first", "second");
        assertThat(pile.outstanding()).isZero();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void killEndsAGreenThread(On waiter, On killer) throws Exception {
        var child = Eventlet.spawn(() -> event.await());
        var waiting = start(waiter, Body.callable(child::join)).waiting();
        Eventually.until(() -> event.waiting() == 1);

        run(killer, child::kill);

        assertThat(waiting.get()).isNull();
        assertThat(event.waiting()).isZero();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void selectIsWokenByOneOfItsClauses(On waiter, On sender) throws Exception {
        var queue = GreenQueue.<String>bounded(1);
        var waiting =
                start(
                        waiter,
                        () ->
                                Select.<String>first(
                                        queue.onGet(item -> "got " + item),
                                        event.onSend(news -> "told " + news)));
        Eventually.until(() -> queue.getting() == 1 && event.waiting() == 1);

        run(sender, () -> queue.put("item"));

        assertThat(waiting.get()).isEqualTo("got item");
        assertThat(event.waiting()).isZero();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void readyThingWakesWhoWaitsForOne(On waiter, On sender) throws Exception {
        var permits = new GreenSemaphore(0);
        var waiting =
                start(
                        waiter,
                        () -> {
                            try (var ready = Ready.of(List.of(event, permits))) {
                                return ready.next();
                            }
                        });
        Eventually.until(() -> event.waiting() == 1);
        waiting.waiting();

        run(sender, permits::release);

        assertThat(waiting.get()).isSameAs(permits);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void placeThatGetsFreeWakesWhoSpawns(On spawner, On ender) throws Exception {
        var pool = new GreenPool(1);
        pool.spawnN(() -> event.await());
        var spawning = start(spawner, () -> pool.spawn(() -> "spawned"));
        Eventually.until(() -> pool.waiting() == 1);

        run(ender, () -> event.send("go"));

        assertThat(spawning.get().await()).isEqualTo("spawned");
        pool.waitall();
        assertThat(pool.free()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void lastMemberWakesWhoWaitsForAll(On waiter, On ender) throws Exception {
        var pool = new GreenPool(2);
        pool.spawnN(() -> event.await());
        pool.spawnN(() -> event.await());
        var waiting = start(waiter, Body.callable(pool::waitall)).waiting();

        run(ender, () -> event.send("go"));

        assertThat(waiting.get()).isNull();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void resultOfAnImapWakesItsReader(On reader, On ender) throws Exception {
        var pool = new GreenPool(2);
        var reading =
                start(
                        reader,
                        () -> pool.map(item -> item + event.await(), List.of("one ", "two ")));
        Eventually.until(() -> event.waiting() == 2);

        run(ender, () -> event.send("done"));

        assertThat(reading.get()).containsExactly("one done", "two done");
        pool.waitall();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void scopeEndsWithItsLastThread(On owner, On ender) throws Exception {
        var waiting =
                start(
                        owner,
                        () ->
                                GreenScope.call(scope -> {
                                    var child = scope.spawn(() -> event.await());
                                    scope.spawn(() -> event.await());
                                    return child;
                                }));
        Eventually.until(() -> event.waiting() == 2);
        waiting.waiting();

        run(ender, () -> event.send("go"));

        assertThat(waiting.get().await()).isEqualTo("go");
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void endOfAnOffloadedTaskWakesItsCaller(On caller, On ender) throws Exception {
        var latch = new CountDownLatch(1);
        try (var offload = Offload.named("mixed", 1)) {
            var waiting =
                    start(
                            caller,
                            () ->
                                    offload.call(() -> {
                                        latch.await();
                                        return "result";
                                    }));
            Eventually.until(() -> offload.statistics().busy() == 1);
            waiting.waiting();

            run(ender, latch::countDown);

            assertThat(waiting.get()).isEqualTo("result");
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void valueOfAKeyWakesWhoGetsIt(On getter, On poster) throws Exception {
        var dag = new DagPool<String, Integer>();
        dag.spawn("b", List.of("a"), (_, results) -> results.all().get("a") + 1);
        var waiting = start(getter, () -> dag.get("b")).waiting();

        run(poster, () -> dag.post("a", 1));

        assertThat(waiting.get()).isEqualTo(2);
    }
}
