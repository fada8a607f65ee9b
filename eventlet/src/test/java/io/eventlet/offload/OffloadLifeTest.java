// SPDX-License-Identifier: Apache-2.0
package io.eventlet.offload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Chaos;
import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.ReportedErrors;
import io.eventlet.Task;
import io.eventlet.TimeoutExpired;
import io.eventlet.errors.Cancelled;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/// Calls that are ended, and the threads of an offload, which come and go.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class OffloadLifeTest {
    @RegisterExtension final ReportedErrors reported = new ReportedErrors();

    private final CountDownLatch gate = new CountDownLatch(1);
    private final Offload single = Offload.named("single", 1);
    private final List<Object> steps = new CopyOnWriteArrayList<>();

    @AfterEach
    void closeOffload() {
        gate.countDown();
        single.close();
        assertThat(single.statistics().busy()).isZero();
        assertThat(single.statistics().waiting()).isZero();
    }

    private GreenThread<?> occupy(Offload pool) {
        int before = pool.statistics().busy();
        var caller = Eventlet.spawn(() -> pool.run(gate::await));
        Eventually.until(() -> pool.statistics().busy() == before + 1);
        return caller;
    }

    // ---- calls that are ended

    /// From Eventlet's tpool_test.py: TestTpool.test_timeout, .test_eventlet_timeout.
    @Test
    void timeoutEndsTheWaitAndTheTaskGoesOn() {
        while (single.statistics().busy() == 0) { // a task may not have begun in time
            assertThatExceptionOfType(TimeoutExpired.class).isThrownBy(this::callInVain);
        }
        gate.countDown();
        Eventually.until(() -> single.statistics().busy() == 0);

        assertThat(steps).containsExactly("went on");
        assertThat(single.statistics().abandoned()).isPositive();
        assertThat(single.call(() -> "usable")).isEqualTo("usable");
    }

    private void callInVain() throws InterruptedException {
        try (var _ = io.eventlet.Timeout.after(Duration.ofMillis(1))) {
            single.run(() -> {
                gate.await();
                steps.add("went on");
            });
        }
    }

    @Test
    void killedCallerLeavesItsTaskToItself() {
        var caller = occupy(single);

        caller.kill();
        Eventually.until(caller::isDead);

        assertThatThrownBy(caller::await).hasCauseInstanceOf(GreenThreadKilled.class);
        assertThat(single.statistics().busy()).isEqualTo(1);
    }

    @Test
    void taskOfACallerThatLeavesTheQueueNeverBegins() {
        occupy(single);
        var waiting = Eventlet.spawn(() -> single.run(() -> steps.add("begun")));
        Eventually.until(() -> single.statistics().waiting() == 1);

        waiting.kill();
        Eventually.until(waiting::isDead);

        assertThat(single.statistics().waiting()).isZero();
        gate.countDown();
        single.close();
        assertThat(steps).isEmpty();
    }

    @Test
    void callerThatIsCancelledAlreadyOffloadsNothing() {
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(Cancelled.class)
                .isThrownBy(() -> single.run(() -> steps.add("run")));

        assertThat(single.statistics().threads()).isZero();
    }

    @Test
    void errorOfATaskThatNobodyWaitsForIsReported() {
        var error = new IllegalStateException("late");
        var caller =
                Eventlet.spawn(() ->
                        single.call(() -> {
                            gate.await();
                            throw error;
                        }));
        Eventually.until(() -> single.statistics().busy() == 1);

        caller.kill();
        Eventually.until(caller::isDead);
        gate.countDown();

        Eventually.until(() -> reported.count(error) == 1);
    }

    @Test
    void abandonedTaskIsInterruptedIfThatWasAskedFor() {
        var pool = Offload.builder("interrupted").threads(1).interruptAbandoned().open();
        var caller = occupy(pool);

        caller.kill();
        Eventually.until(() -> pool.statistics().busy() == 0);

        assertThat(pool.<Boolean, RuntimeException>call(Thread::interrupted)).isFalse();
        assertThat(reported.list()).isEmpty();
        pool.close();
    }

    /// An interrupt closes the channel in which the task is, which is code of users.
    @Test
    void othersAreServedWhileTheInterruptOfAnAbandonedTaskTakesItsTime() {
        var pool = Offload.builder("interrupted").threads(2).interruptAbandoned().open();
        var channel =
                new Channel(() -> {
                    var other = new FutureTask<>(() -> pool.call(() -> "served"));
                    Thread.ofPlatform().start(other);
                    steps.add(other.get());
                });
        var caller = Eventlet.spawn(() -> pool.run(() -> channel.use(gate)));
        Eventually.until(channel::isUsed);

        caller.kill();
        caller.join();

        assertThat(steps).containsExactly("served");
        assertThatThrownBy(caller::await).hasCauseInstanceOf(GreenThreadKilled.class);
        pool.close();
    }

    @Test
    void whatTheInterruptOfAnAbandonedTaskThrowsIsReported() {
        var broken = new IllegalStateException("broken");
        var pool = Offload.builder("interrupted").threads(1).interruptAbandoned().open();
        var channel =
                new Channel(() -> {
                    throw broken;
                });
        var caller = Eventlet.spawn(() -> pool.run(() -> channel.use(gate)));
        Eventually.until(channel::isUsed);

        caller.kill();
        caller.join();

        assertThat(reported.list()).containsExactly(broken);
        assertThatThrownBy(caller::await).hasCauseInstanceOf(GreenThreadKilled.class);
        gate.countDown();
        pool.close();
    }

    /// Something that an interrupt of who uses it closes.
    private static final class Channel extends AbstractInterruptibleChannel {
        private final Task closing;
        private volatile boolean used;

        Channel(Task closing) {
            this.closing = closing;
        }

        boolean isUsed() {
            return used;
        }

        void use(CountDownLatch end) throws IOException {
            try {
                begin();
                used = true;
                while (isOpen() && end.getCount() > 0) {
                    Thread.onSpinWait();
                }
            } finally {
                end(true);
            }
        }

        @Override
        protected void implCloseChannel() throws IOException {
            try {
                closing.run();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }

    /// A result and a kill that come together: one of them, and nothing is left.
    @Test
    void killsAtAnyMomentLoseNoThread() {
        var left = new AtomicInteger(3000);
        var returned = new AtomicInteger();
        var pool = Offload.builder("stormy").threads(3).interruptAbandoned().open();
        try (var chaos = new Chaos(7)) {
            chaos.begin(
                    12,
                    random -> {
                        int number = left.getAndDecrement();
                        if (number > 0) {
                            assertThat(pool.<Integer, RuntimeException>call(() -> number))
                                    .isEqualTo(number);
                            returned.getAndIncrement();
                        }
                        return number > 0;
                    });
            chaos.killUntilDone();
        }

        pool.close();

        var statistics = pool.statistics();
        assertThat(statistics.busy() + statistics.waiting() + statistics.threads()).isZero();
        assertThat(statistics.failed()).isZero();
        assertThat(statistics.done()).isGreaterThanOrEqualTo(returned.get());
    }

    // ---- threads that come and go

    @Test
    void threadsAreMadeWhenTheyAreNeeded() {
        var pool = Offload.named("lazy", 3);
        assertThat(pool.statistics().threads()).isZero();

        occupy(pool);
        occupy(pool);

        assertThat(pool.statistics().threads()).isEqualTo(2);
        gate.countDown();
        pool.close();
    }

    @Test
    void idleThreadIsUsedAgain() {
        single.run(() -> {});
        single.run(() -> {});

        assertThat(single.<String, RuntimeException>call(() -> Thread.currentThread().getName()))
                .isEqualTo("single-1");
    }

    @Test
    void threadsThatHaveBeenIdleEnd() {
        var pool = Offload.builder("brief").idle(Duration.ofNanos(1)).open();

        var thread = pool.<Thread, RuntimeException>call(Thread::currentThread);
        Eventually.until(() -> !thread.isAlive());

        assertThat(pool.statistics().threads()).isZero();
        assertThat(pool.call(() -> "again")).isEqualTo("again");
    }

    @Test
    void threadsThatEndAtOnceServeEveryCall() {
        var pool = Offload.builder("brief").threads(2).idle(Duration.ZERO).open();

        int sum = 0;
        for (int i = 0; i < 500; i++) {
            int number = i;
            sum += pool.<Integer, RuntimeException>call(() -> number);
        }

        assertThat(sum).isEqualTo(499 * 500 / 2);
    }

    @Test
    void growingBeginsWhatWaits() {
        occupy(single);
        var waiting = Eventlet.spawn(() -> single.call(() -> "on another thread"));
        Eventually.until(() -> single.statistics().waiting() == 1);

        single.resize(2);

        assertThat(waiting.await()).isEqualTo("on another thread");
    }

    @Test
    void shrinkingEndsThreadsThatAreIdleOrBecomeSo() {
        var pool = Offload.named("shrinking", 3);
        occupy(pool);
        occupy(pool);
        var third = Eventlet.spawn(() -> pool.call(() -> "idle then"));
        third.await();

        pool.resize(1);
        Eventually.until(() -> pool.statistics().threads() == 2);
        gate.countDown();
        Eventually.until(() -> pool.statistics().threads() == 1);

        assertThat(pool.call(() -> "goes on")).isEqualTo("goes on");
        pool.close();
    }

    @Test
    void shrinkingKeepsTheLimitOfWhatMayWait() {
        var pool = Offload.builder("shrinking").threads(2).maxWaiting(0).open();
        occupy(pool);
        occupy(pool);

        pool.resize(1);

        assertThatExceptionOfType(OffloadFull.class)
                .isThrownBy(() -> pool.call(() -> "one too many"))
                .withMessage("offload 'shrinking' is full: 2 of 1 threads are busy, 0 tasks wait");
        gate.countDown();
        pool.close();
    }

    // ---- closing

    /// From Eventlet's tpool_test.py: TestTpool.test_killall_remaining_results.
    @Test
    void closeDeliversWhatIsPending() {
        var running =
                Eventlet.spawn(() ->
                        single.call(() -> {
                            gate.await();
                            return "running";
                        }));
        Eventually.until(() -> single.statistics().busy() == 1);
        var waiting = Eventlet.spawn(() -> single.call(() -> "waiting"));
        Eventually.until(() -> single.statistics().waiting() == 1);
        var closer = Eventlet.spawn(() -> single.close());
        Eventually.until(single::isClosed);

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> single.call(() -> "late"))
                .withMessage("offload 'single' has been closed");
        gate.countDown();
        closer.await();

        assertThat(running.await()).isEqualTo("running");
        assertThat(waiting.await()).isEqualTo("waiting");
        assertThat(single.statistics().threads()).isZero();
    }

    @Test
    void closeWithALimitSaysWhetherAllHasEnded() {
        occupy(single);

        assertThat(single.close(Duration.ofMillis(1))).isFalse();
        gate.countDown();
        single.close();
        assertThat(single.close(Duration.ZERO)).isTrue();
    }

    @Test
    void closerThatIsKilledHasClosedIt() {
        occupy(single);
        var closer = Eventlet.spawn(() -> single.close());
        Eventually.until(single::isClosed);

        closer.kill();
        Eventually.until(closer::isDead);

        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> single.call(() -> "late"));
    }

    @Test
    void taskMustNotCloseItsPool() {
        assertThatIllegalStateException().isThrownBy(() -> single.run(single::close));

        assertThat(single.isClosed()).isFalse();
    }

    @Test
    void statisticsCountAndMeasure() {
        single.run(() -> {});
        assertThatThrownBy(() ->
                single.run(() -> {
                    throw new IllegalStateException();
                }));
        occupy(single);

        var now = single.statistics();

        assertThat(now.done()).isEqualTo(1);
        assertThat(now.failed()).isEqualTo(1);
        assertThat(now.totalRun()).isPositive().isGreaterThanOrEqualTo(now.longestRun());
        assertThat(now.totalWait()).isPositive().isGreaterThanOrEqualTo(now.longestWait());
        assertThat(single.toString())
                .startsWith("offload 'single' of 1 threads: 1 busy, 0 waiting; 1 done, 1 failed");
    }
}
