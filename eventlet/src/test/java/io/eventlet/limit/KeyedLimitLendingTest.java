// SPDX-License-Identifier: Apache-2.0
package io.eventlet.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenPool;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreads;
import io.eventlet.LimitExpired;
import io.eventlet.Ready;
import io.eventlet.Select;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Members of a full pool that wait for tasks of a limit in that pool: these have their permit
/// meanwhile.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class KeyedLimitLendingTest {
    private static final Duration SHORT = Duration.ofMillis(2);

    private final KeyedLimit<String> perHost = new KeyedLimit<>(1);
    private final GreenPool pool = new GreenPool(1);
    private final Event<String> gate = new Event<>();
    private final List<Object> steps = new CopyOnWriteArrayList<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    @AfterEach
    void nothingIsLeft() {
        boolean ignored = gate.trySend("opened");
        pool.waitall();
        Eventually.until(() -> perHost.keys() == 0);
        assertThat(pool.running() + pool.waiting()).isZero();
        assertThat(pool.free()).isEqualTo(pool.size());
    }

    private GreenThread<String> task(String host) {
        return perHost.spawn(
                pool,
                host,
                () -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Eventlet.yield();
                    running.decrementAndGet();
                    steps.add(host);
                    return host;
                });
    }

    private GreenThread<String> blocked(String host) {
        return perHost.spawn(pool, host, () -> gate.await());
    }

    // ---- what a member may wait for

    @Test
    void memberMayAwaitATask() {
        var member = pool.spawn(() -> task("a").await());

        assertThat(member.await()).isEqualTo("a");
    }

    @Test
    void memberMayJoinTasks() {
        var member =
                pool.spawn(() -> {
                    var tasks = List.of(task("a"), task("b"), task("a"));
                    GreenThreads.joinAll(tasks);
                    return steps.size();
                });

        assertThat(member.await()).isEqualTo(3);
        assertThat(most.get()).isEqualTo(1);
    }

    @Test
    void memberMayGetATaskAsAFuture() {
        var member = pool.spawn(() -> task("a").get());

        assertThat(member.await()).isEqualTo("a");
    }

    @Test
    void memberMaySelectTheEndOfATask() {
        var member =
                pool.spawn(() -> {
                    var a = task("a");
                    var b = task("b");
                    return Select.first(a.onEnd(x -> x), b.onEnd(x -> x), gate.onSend(x -> x));
                });

        assertThat(member.await()).isIn("a", "b");
    }

    @Test
    void memberMayTakeTasksAsTheyGetReady() {
        var member =
                pool.spawn(() -> {
                    var names = new ArrayList<String>();
                    for (var ready : Ready.of(List.of(task("a"), task("b"), task("a")))) {
                        names.add(ready.await());
                    }
                    return names;
                });

        assertThat(member.await()).containsExactlyInAnyOrder("a", "b", "a");
        assertThat(most.get()).isLessThanOrEqualTo(2); // it goes on while its permit is lent
    }

    @Test
    void memberMayWaitForATaskBehindOthersOfItsKey() {
        var member =
                pool.spawn(() -> {
                    task("a");
                    task("a");
                    return task("a").await();
                });

        assertThat(member.await()).isEqualTo("a");
        assertThat(steps).hasSize(3);
    }

    @Test
    void memberMayEnterAKeyThatATaskHas() {
        var member =
                pool.spawn(() -> {
                    var task = task("a");
                    try (var _ = perHost.enter("a")) {
                        steps.add("member");
                    }
                    return task.await();
                });

        assertThat(member.await()).isEqualTo("a");
        assertThat(steps).containsExactly("a", "member");
    }

    @Test
    void memberMayAwaitATaskOfSomebodyElse() {
        var spawned = new Event<GreenThread<String>>();
        var member = pool.spawn(() -> spawned.await().await());

        spawned.send(task("a"));

        assertThat(member.await()).isEqualTo("a");
    }

    @Test
    void memberMayAwaitATaskWhoseKeySomebodyElseHas() {
        var permit = perHost.enter("a");
        var member = pool.spawn(() -> task("a").await());
        Eventually.until(() -> perHost.waiting("a") == 1);

        permit.close();

        assertThat(member.await()).isEqualTo("a");
    }

    @Test
    void memberMayAwaitATaskBehindOneThatComesToWaitForThePoolLater() {
        var permit = perHost.enter("a");
        var first = task("a");
        var member = pool.spawn(() -> task("a").await());
        Eventually.until(() -> perHost.waiting("a") == 2);

        permit.close();

        assertThat(member.await()).isEqualTo("a");
        assertThat(first.await()).isEqualTo("a");
        assertThat(steps).hasSize(2);
    }

    /// A task of another pool that waits for a key which a task of this pool has.
    @Test
    void memberMayAwaitATaskOfAnotherPoolBehindOneOfItsOwn() {
        var other = new GreenPool(1);
        var member =
                pool.spawn(() -> {
                    task("a");
                    return perHost.spawn(other, "a", () -> "other").await();
                });

        assertThat(member.await()).isEqualTo("other");
        other.waitall();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void membersMayNestTasks(int size) {
        var nested = new GreenPool(size);
        var limit = new KeyedLimit<String>(2);

        int pages = nested.spawn(() -> pages(nested, limit, 5)).await();

        assertThat(pages).isEqualTo(63);
        nested.waitall();
        assertThat(nested.free()).isEqualTo(size);
        assertThat(most.get()).isLessThanOrEqualTo(size);
    }

    private int pages(GreenPool nested, KeyedLimit<String> limit, int depth) {
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        Eventlet.yield();
        running.decrementAndGet();
        if (depth == 0) {
            return 1;
        }
        var children = new ArrayList<GreenThread<Integer>>();
        for (int i = 0; i < 2; i++) {
            String host = depth + "-" + i;
            children.add(limit.spawn(nested, host, () -> pages(nested, limit, depth - 1)));
        }
        return 1 + children.stream().mapToInt(GreenThread::await).sum();
    }

    // ---- what becomes of the permit

    @Test
    void memberThatGivesUpWaitingGoesOnAndTheTaskToo() {
        var task = new Event<GreenThread<String>>();
        var member =
                pool.spawn(() -> {
                    task.send(blocked("a"));
                    assertThatExceptionOfType(LimitExpired.class)
                            .isThrownBy(() -> task.await().await(SHORT));
                    return pool.running();
                });

        assertThat(member.await()).isEqualTo(2); // one too many until somebody ends
        assertThat(pool.running()).isEqualTo(1);
        gate.send("go");
        assertThat(task.await().await()).isEqualTo("go");
    }

    @Test
    void permitOfAMemberThatIsKilledIsTheTasks() {
        var member = pool.spawn(() -> blocked("a").await());
        Eventually.until(() -> gate.waiting() == 1);

        member.kill();

        member.join();
        assertThat(pool.running()).isEqualTo(1);
        assertThat(pool.free()).isZero();
    }

    @Test
    void nobodyElseGetsThePermitThatIsLent() {
        var member = pool.spawn(() -> blocked("a").await());
        Eventually.until(() -> gate.waiting() == 1);
        var spawner = Eventlet.spawn(() -> pool.spawn(() -> steps.add("spawner")).await());
        Eventually.until(() -> pool.waiting() == 1);

        assertThat(steps).isEmpty();

        gate.send("go");
        member.await();
        spawner.await();
        assertThat(steps).containsExactly("spawner");
    }

    @Test
    void taskThatIsKilledWhileItHasThePermitGivesItBack() {
        var task = new Event<GreenThread<String>>();
        var member =
                pool.spawn(() -> {
                    task.send(blocked("a"));
                    task.await().join();
                    return pool.running();
                });
        Eventually.until(() -> gate.waiting() == 1);

        task.await().kill();

        assertThat(member.await()).isEqualTo(1);
    }

    // ---- who is not held up

    /// The tasks that have not begun may wait for the caller's permit.
    @Test
    void memberOfAnyPoolOfALimitIsNotHeldUpByTasksThatWait() {
        var small = new KeyedLimit<String>(1, 1);
        var other = new GreenPool(1);
        var member =
                pool.spawn(() -> {
                    small.spawn(pool, "a", () -> steps.add("a"));
                    return small.spawn(other, "b", () -> "b").await();
                });

        assertThat(member.await()).isEqualTo("b");
        pool.waitall();
        assertThat(steps).containsExactly("a");
        other.waitall();
    }
}
