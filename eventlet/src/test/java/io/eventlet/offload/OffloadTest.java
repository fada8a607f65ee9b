// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenSemaphore;
import io.eventlet.GreenThread;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.FileNotFoundException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

/// Tasks that platform threads do for green ones.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class OffloadTest {
    private final CountDownLatch gate = new CountDownLatch(1);
    private final Offload offload = Offload.named("files", 2);
    private final List<Object> steps = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeOffload() {
        gate.countDown();
        offload.close();
        assertThat(offload.statistics().threads()).isZero();
    }

    private GreenThread<?> occupy(Offload pool) {
        int before = pool.statistics().busy();
        var caller = Eventlet.spawn(() -> pool.run(gate::await));
        Eventually.until(() -> pool.statistics().busy() == before + 1);
        return caller;
    }

    @Test
    void taskRunsOnADaemonThreadOfThePlatform() {
        Thread thread = offload.call(Thread::currentThread);

        assertThat(thread.isVirtual()).isFalse();
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).isEqualTo("files-1");
    }

    @Test
    void resultMayBeNull() {
        assertThat(Eventlet.<Object>run(() -> offload.call(() -> null))).isNull();
    }

    /// As in Eventlet: only the calling green thread waits.
    @Test
    @Tag("hub-only")
    void otherGreenThreadsGoOnMeanwhile() {
        Eventlet.run(() -> {
            var caller = Eventlet.spawn(() -> offload.run(gate::await));
            while (offload.statistics().busy() == 0) {
                Eventlet.yield();
            }
            steps.add("others");
            gate.countDown();
            caller.await();
            steps.add("caller");
        });

        assertThat(steps).containsExactly("others", "caller");
    }

    /// From Eventlet's tpool_test.py: TestTpool.test_raising_exceptions.
    @Test
    void callThrowsWhatTheTaskThrowsWithItsType() {
        var error = new FileNotFoundException("no such file");

        assertThatThrownBy(() -> offload.run(() -> fail(error))).isSameAs(error);
        assertThat(offload.statistics().failed()).isEqualTo(1);
    }

    @Test
    void errorShowsBothStackTraces() {
        var error = new FileNotFoundException("no such file");

        assertThatThrownBy(() -> offload.run(() -> fail(error))).isSameAs(error);

        assertThat(error.getSuppressed()).hasSize(1);
        assertThat(error.getSuppressed()[0])
                .hasMessageStartingWith("offloaded to 'files' by Thread");
        assertThat(error.getSuppressed()[0].getStackTrace())
                .anyMatch(f -> f.getMethodName().equals("errorShowsBothStackTraces"));
        assertThat(error.getStackTrace())
                .anyMatch(f -> f.getMethodName().equals("errorShowsBothStackTraces"));
    }

    @Test
    void errorThatIsThrownAgainAndAgainDoesNotGrow() {
        var error = new FileNotFoundException("the same");

        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> offload.run(() -> fail(error))).isSameAs(error);
        }

        assertThat(error.getSuppressed()).hasSizeLessThan(20);
    }

    private static void fail(FileNotFoundException error) throws FileNotFoundException {
        throw error;
    }

    /// Better than Eventlet, where an exit inside a call kills the worker and hangs the caller.
    @Test
    void noErrorKillsAThreadOfThePool() {
        class Death extends Error {
            private static final long serialVersionUID = 1;
        }

        for (int i = 0; i < 5; i++) {
            assertThatExceptionOfType(Death.class)
                    .isThrownBy(() ->
                            offload.run(() -> {
                                throw new Death();
                            }));
        }

        assertThat(offload.call(() -> "alive")).isEqualTo("alive");
        assertThat(offload.statistics().threads()).isBetween(1, 2);
    }

    @Test
    void overflowOfTheStackReachesTheCaller() {
        assertThatExceptionOfType(StackOverflowError.class)
                .isThrownBy(() -> offload.call(() -> depth(0)));

        assertThat(offload.call(() -> "alive")).isEqualTo("alive");
    }

    private static int depth(int n) {
        return n < 0 ? n : depth(n + 1) + 1;
    }

    @Test
    void taskThatInterruptsItsThreadLeavesItUsable() {
        var single = Offload.named("single", 1);

        boolean was =
                single.call(() -> {
                    Thread.currentThread().interrupt();
                    return true;
                });
        boolean is = single.call(() -> Thread.currentThread().isInterrupted());

        assertThat(was).isTrue();
        assertThat(is).isFalse();
        single.close();
    }

    @Test
    void timeoutThatATaskLeavesPendingDoesNotHitTheNext() {
        var single = Offload.named("single", 1);

        single.run(() -> {
            var left = io.eventlet.Timeout.after(Duration.ZERO);
            Eventually.until(left::isExpired);
            Thread.interrupted();
        });
        var next = single.call(() -> new GreenSemaphore(0).acquire(Duration.ofNanos(1)));

        assertThat(next).isFalse();
        single.close();
    }

    @Test
    void taskMayWaitForGreenThings() {
        var event = new Event<String>();
        var caller = Eventlet.spawn(() -> offload.call(event::await));
        Eventually.until(() -> event.waiting() == 1);

        Eventlet.run(() -> event.send("news"));

        assertThat(caller.await()).isEqualTo("news");
    }

    @Test
    void everyKindOfThreadMayCall() throws Exception {
        var platform = new FutureTask<>(() -> offload.call(() -> "platform"));
        var virtual = new FutureTask<>(() -> offload.call(() -> "virtual"));
        Thread.ofPlatform().start(platform);
        Thread.ofVirtual().start(virtual);
        var green = Eventlet.spawn(() -> offload.call(() -> "green"));

        assertThat(List.of(platform.get(), virtual.get(), green.await()))
                .containsExactly("platform", "virtual", "green");
    }

    @Test
    void tasksWaitInTheOrderOfTheCalls() {
        var single = Offload.named("single", 1);
        occupy(single);
        for (int i = 0; i < 5; i++) {
            int number = i;
            Eventlet.spawn(() -> single.run(() -> steps.add(number)));
            Eventually.until(() -> single.statistics().waiting() == number + 1);
        }

        gate.countDown();
        single.close();

        assertThat(steps).containsExactly(0, 1, 2, 3, 4);
    }

    /// As in Eventlet: a call from a thread of the pool runs inline.
    @Test
    void callFromATaskOfAFullPoolRunsWhereItIs() {
        var single = Offload.named("single", 1);

        var threads =
                single.call(() ->
                        List.of(
                                Thread.currentThread(),
                                single.call(() -> single.call(Thread::currentThread))));

        assertThat(threads.get(0)).isSameAs(threads.get(1));
        single.close();
    }

    @Test
    void callThatComesBackThroughAnotherPoolDoesNotHang() {
        var one = Offload.named("one", 1);
        var two = Offload.named("two", 1);

        String name =
                one.call(() -> two.call(() -> one.call(() -> Thread.currentThread().getName())));

        assertThat(name).isEqualTo("two-1");
        one.close();
        two.close();
    }

    @Test
    void callOfAFullPoolIsRefusedWhenAsManyWaitAsMay() {
        var small = Offload.builder("small").threads(1).maxWaiting(1).open();
        occupy(small);
        var waiting = Eventlet.spawn(() -> small.call(() -> "waited"));
        Eventually.until(() -> small.statistics().waiting() == 1);

        assertThatExceptionOfType(OffloadFull.class)
                .isThrownBy(() -> small.call(() -> "too many"))
                .withMessage("offload 'small' is full: 1 of 1 threads are busy, 1 tasks wait");

        gate.countDown();
        assertThat(waiting.await()).isEqualTo("waited");
        assertThat(small.statistics().refused()).isEqualTo(1);
        small.close();
    }

    @Test
    void poolWithoutAQueueTakesWhatItHasThreadsFor() {
        var direct = Offload.builder("direct").threads(2).maxWaiting(0).open();
        occupy(direct);
        occupy(direct);

        assertThatExceptionOfType(OffloadFull.class).isThrownBy(() -> direct.call(() -> 1));

        gate.countDown();
        direct.close();
    }

    @Test
    void valuesOfTheCallerAreNotThoseOfTheTask() {
        var scoped = ScopedValue.<String>newInstance();

        boolean bound = ScopedValue.where(scoped, "mine").call(() -> offload.call(scoped::isBound));

        assertThat(bound).isFalse();
    }

    @Test
    void facadeHasASharedPool() {
        assertThat(Eventlet.offload(() -> Thread.currentThread().getName())).startsWith("offload-");
        Eventlet.offload(() -> steps.add("run"));
        assertThat(steps).containsExactly("run");
        assertThat(Offload.shared().statistics().size()).isEqualTo(20);
        assertThatThrownBy(Offload.shared()::close).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void badSizeOfTheSharedPoolIsNamed() {
        assertThat(Offload.size("3")).isEqualTo(3);
        for (var bad : List.of("0", "-1", "many", "")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Offload.size(bad))
                    .withMessage(
                            "-Deventlet.offload.size=%s: expected a number of threads, 1 or more",
                            bad);
        }
    }

    @Test
    void badSizesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Offload.named("none", 0))
                .withMessage("the threads of an offload must be 1 or more: 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Offload.builder("bad").maxWaiting(-1))
                .withMessage("the tasks that may wait must not be negative: -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Offload.builder("bad").idle(Duration.ofSeconds(-1)))
                .withMessage("the time a thread may be idle must not be negative: -1 s");
        assertThatIllegalArgumentException().isThrownBy(() -> offload.resize(-3));
    }
}
