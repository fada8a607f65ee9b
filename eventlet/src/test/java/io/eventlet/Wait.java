// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;

import io.eventlet.dag.DagPool;
import io.eventlet.limit.KeyedLimit;
import io.eventlet.limit.RateLimiter;
import io.eventlet.offload.Offload;
import io.eventlet.queue.GreenQueue;
import io.eventlet.resource.TokenPool;

import org.junit.jupiter.api.Named;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// A call that waits for what does not come by itself; how many wait; and the use of what is waited
/// for once nobody does, which fails if a wait that was ended has left or taken something.
record Wait(Task call, IntSupplier waiting, Task use) {
    private static final Duration HOUR = Duration.ofHours(1);

    /// One of each kind.
    static Stream<Named<Supplier<Wait>>> all() {
        return Stream.of(
                named("put", Wait::put),
                named("put at a rendezvous", Wait::putAtRendezvous),
                named("get", Wait::get),
                named("get at a rendezvous", Wait::getAtRendezvous),
                named("peek", Wait::peek),
                named("join of a queue", Wait::joinOfQueue),
                named("event", Wait::event),
                named("semaphore", Wait::semaphore),
                named("acquire", Wait::acquire),
                named("release", Wait::release),
                named("item of a pool", Wait::itemOfPool),
                named("rate limiter", Wait::rateLimiter),
                named("keyed limit", Wait::keyedLimit),
                named("select", Wait::select),
                named("ready", Wait::ready),
                named("spawn", Wait::spawn),
                named("waitall", Wait::waitall),
                named("map", Wait::map),
                named("pile", Wait::pile),
                named("join", Wait::join),
                named("join of several", Wait::joinAll),
                named("race", Wait::race),
                named("scope", Wait::scope),
                named("value of a key", Wait::valueOfKey),
                named("offload", Wait::offload));
    }

    private static Wait put() {
        var queue = GreenQueue.<Integer>bounded(1);
        queue.put(1);
        return new Wait(
                () -> queue.put(2),
                queue::putting,
                () -> {
                    assertThat(queue.closeNow()).containsExactly(1);
                    assertThat(queue.unfinishedTasks()).isZero();
                });
    }

    private static Wait putAtRendezvous() {
        var queue = GreenQueue.<Integer>rendezvous();
        return new Wait(
                () -> queue.put(1), queue::putting, () -> assertThat(queue.tryGet()).isNull());
    }

    private static Wait get() {
        var queue = GreenQueue.<Integer>bounded(1);
        return new Wait(queue::get, queue::getting, () -> assertTakesOne(queue));
    }

    private static Wait getAtRendezvous() {
        var queue = GreenQueue.<Integer>rendezvous();
        return new Wait(queue::get, queue::getting, () -> assertThat(queue.tryPut(1)).isFalse());
    }

    private static Wait peek() {
        var queue = GreenQueue.<Integer>bounded(1);
        return new Wait(queue::peek, queue::peeking, () -> assertTakesOne(queue));
    }

    private static void assertTakesOne(GreenQueue<Integer> queue) {
        queue.put(1);
        assertThat(queue.closeNow()).containsExactly(1);
    }

    private static Wait joinOfQueue() {
        var queue = GreenQueue.unbounded(List.of(1));
        return new Wait(
                queue::join,
                () -> 0,
                () -> {
                    assertThat(queue.get()).isEqualTo(1);
                    queue.taskDone();
                    queue.join();
                });
    }

    private static Wait event() {
        var event = new Event<Integer>();
        return new Wait(
                event::await,
                event::waiting,
                () -> {
                    event.send(1);
                    assertThat(event.await()).isEqualTo(1);
                });
    }

    private static Wait semaphore() {
        var semaphore = new GreenSemaphore(0);
        return new Wait(
                semaphore::acquire,
                semaphore::waiting,
                () -> {
                    semaphore.release();
                    assertThat(semaphore.tryAcquire()).isTrue();
                });
    }

    private static Wait acquire() {
        var semaphore = new CappedSemaphore(0, 1);
        return new Wait(
                semaphore::acquire,
                semaphore::acquiring,
                () -> {
                    semaphore.release();
                    assertThat(semaphore.tryAcquire()).isTrue();
                });
    }

    private static Wait release() {
        var semaphore = new CappedSemaphore(1, 1);
        return new Wait(
                semaphore::release,
                semaphore::releasing,
                () -> {
                    semaphore.acquire();
                    assertThat(semaphore.tryAcquire()).isFalse();
                });
    }

    private static Wait itemOfPool() {
        var tokens = new TokenPool(1);
        var lease = tokens.item();
        return new Wait(
                tokens::item,
                tokens::waiting,
                () -> {
                    lease.close();
                    tokens.item().close();
                    assertThat(tokens.free()).isEqualTo(1);
                });
    }

    /// A second permit would be due after an hour, a third after two.
    private static Wait rateLimiter() {
        var limiter = RateLimiter.of(1, HOUR);
        limiter.acquire();
        return new Wait(
                limiter::acquire,
                limiter::waiting,
                () -> {
                    assertThat(limiter.tryAcquire()).isFalse();
                    assertThat(limiter.delay()).isLessThanOrEqualTo(HOUR);
                });
    }

    private static Wait keyedLimit() {
        var limit = new KeyedLimit<String>(1);
        var permit = limit.enter("a");
        return new Wait(
                () -> limit.enter("a"),
                () -> limit.waiting("a"),
                () -> {
                    permit.close();
                    limit.enter("a").close();
                    assertThat(limit.keys()).isZero();
                });
    }

    private static Wait select() {
        var queue = GreenQueue.<Integer>bounded(1);
        var event = new Event<Integer>();
        return new Wait(
                () -> Select.<Integer>first(queue.onGet(i -> i), event.onSend(i -> i)),
                () -> queue.getting() + event.waiting(),
                () -> {
                    event.send(2);
                    assertTakesOne(queue);
                });
    }

    private static Wait ready() {
        var event = new Event<Integer>();
        var ready = Ready.of(event);
        return new Wait(
                ready::next,
                () -> 0,
                () -> {
                    event.send(1);
                    assertThat(ready.next()).isSameAs(event);
                });
    }

    private static Wait spawn() {
        var pool = new GreenPool(1);
        var gate = new Event<String>();
        pool.spawnN(() -> gate.await());
        return new Wait(
                () -> pool.spawn(() -> "spawned"),
                pool::waiting,
                () -> {
                    gate.send("go");
                    assertThat(pool.spawn(() -> 1).await()).isEqualTo(1);
                    assertIsFree(pool);
                });
    }

    private static Wait waitall() {
        var pool = new GreenPool(1);
        var gate = new Event<String>();
        pool.spawnN(() -> gate.await());
        return new Wait(
                pool::waitall,
                () -> 0,
                () -> {
                    gate.send("go");
                    assertIsFree(pool);
                });
    }

    private static Wait map() {
        var pool = new GreenPool(2);
        var gate = new Event<String>();
        return new Wait(
                () -> pool.map(item -> item + gate.await(), List.of("one ", "two ", "three ")),
                () -> 0,
                () -> {
                    gate.send("done");
                    assertIsFree(pool);
                });
    }

    private static void assertIsFree(GreenPool pool) {
        pool.waitall();
        assertThat(pool.free()).isEqualTo(pool.size());
    }

    private static Wait pile() {
        var pile = new GreenPile<String>(1);
        var gate = new Event<String>();
        pile.spawn(gate::await);
        return new Wait(
                pile::next,
                () -> 0,
                () -> {
                    gate.send("result");
                    assertThat(pile.next()).isEqualTo("result");
                    assertThat(pile.hasNext()).isFalse();
                });
    }

    private static Wait join() {
        var gate = new Event<String>();
        var child = Eventlet.spawn(() -> gate.await());
        return new Wait(
                child::join,
                () -> 0,
                () -> {
                    gate.send("result");
                    assertThat(child.await()).isEqualTo("result");
                });
    }

    private static Wait joinAll() {
        var gate = new Event<String>();
        var children =
                List.of(Eventlet.spawn(() -> gate.await()), Eventlet.spawn(() -> gate.await()));
        return new Wait(
                () -> GreenThreads.joinAll(children),
                () -> 0,
                () -> {
                    gate.send("result");
                    assertThat(GreenThreads.awaitAll(children)).containsOnly("result");
                });
    }

    private static Wait race() {
        var gate = new Event<String>();
        return new Wait(
                () -> GreenThreads.race(List.of(gate::await, gate::await)),
                gate::waiting, // none runs on
                () -> gate.send("won"));
    }

    private static Wait scope() {
        var gate = new Event<String>();
        return new Wait(
                () -> GreenScope.run(scope -> scope.spawn(() -> gate.await())),
                gate::waiting, // likewise
                () -> gate.send("go"));
    }

    private static Wait valueOfKey() {
        var dag = new DagPool<String, Integer>();
        dag.spawn("b", List.of("a"), (_, results) -> results.all().get("a") + 1);
        return new Wait(
                () -> dag.get("b"),
                () -> 0,
                () -> {
                    dag.post("a", 1);
                    assertThat(dag.get("b")).isEqualTo(2);
                });
    }

    private static Wait offload() {
        var offload = Offload.named("waited for", 1);
        var latch = new CountDownLatch(1);
        return new Wait(
                () -> offload.run(latch::await),
                () -> 0,
                () -> {
                    latch.countDown();
                    assertThat(offload.<Integer, RuntimeException>call(() -> 1)).isEqualTo(1);
                    offload.close();
                });
    }
}
