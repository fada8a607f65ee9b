// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TaskFailed;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

@Timeout(60)
class BlockingCallsTest {
    private final BlockingCalls calls = new BlockingCalls("test", 2);

    @Test
    void runsOnAPlatformThreadAndGivesTheAnswer() throws Exception {
        assertThat(Eventlet.run(() -> calls.call(() -> Thread.currentThread().isVirtual())))
                .isFalse();
    }

    @Test
    void throwsWhatTheCallThrew() {
        assertThatThrownBy(() ->
                        calls.call(() -> {
                            throw new IOException("no such disk");
                        }))
                .isInstanceOf(IOException.class)
                .hasMessage("no such disk");
    }

    @Test
    void aKilledCallerDoesNotWaitForACall() {
        var entered = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        GreenThread<String> caller = spawnCaller(entered, never, new AtomicBoolean(), false);
        awaitUninterruptibly(entered);

        caller.kill();

        assertThatThrownBy(caller::await)
                .isInstanceOf(TaskFailed.class)
                .hasCauseInstanceOf(GreenThreadKilled.class);
        never.countDown();
    }

    @Test
    void aKilledCallerWaitsForTheEndOfACallThatMustFinish() {
        var entered = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var finished = new AtomicBoolean();
        GreenThread<String> caller = spawnCaller(entered, goOn, finished, true);
        awaitUninterruptibly(entered);

        caller.kill();
        assertThat(caller.isDead()).isFalse();
        goOn.countDown();

        assertThatThrownBy(caller::await)
                .isInstanceOf(TaskFailed.class)
                .hasCauseInstanceOf(GreenThreadKilled.class);
        assertThat(finished).isTrue();
    }

    private GreenThread<String> spawnCaller(
            CountDownLatch entered,
            CountDownLatch goOn,
            AtomicBoolean finished,
            boolean mustFinish) {
        return Eventlet.spawn(() -> {
            java.util.concurrent.Callable<String> call =
                    () -> {
                        entered.countDown();
                        goOn.await();
                        finished.set(true);
                        return "done";
                    };
            String answer = mustFinish ? calls.finish(call) : calls.call(call);
            Eventlet.sleep(Duration.ofMinutes(1)); // where a kill is felt at the latest
            return answer;
        });
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
