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
import java.util.concurrent.atomic.AtomicReference;

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
        GreenThread<String> caller = Eventlet.spawn(() -> calls.call(() -> answer(entered, never)));
        awaitUninterruptibly(entered);

        caller.kill();

        assertThatThrownBy(caller::await)
                .isInstanceOf(TaskFailed.class)
                .hasCauseInstanceOf(GreenThreadKilled.class);
        never.countDown();
    }

    @Test
    void aKilledCallerGetsTheAnswerOfACallThatMustFinishAndEndsAtItsNextWait() {
        var entered = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var answer = new AtomicReference<String>();
        GreenThread<String> caller =
                Eventlet.spawn(() -> {
                    answer.set(calls.finish(() -> answer(entered, goOn)));
                    Eventlet.sleep(Duration.ofMinutes(1));
                    return "not killed";
                });
        awaitUninterruptibly(entered);

        caller.kill();
        assertThat(caller.isDead()).isFalse();
        goOn.countDown();

        assertThatThrownBy(caller::await)
                .isInstanceOf(TaskFailed.class)
                .hasCauseInstanceOf(GreenThreadKilled.class);
        assertThat(answer).hasValue("done");
    }

    private static String answer(CountDownLatch entered, CountDownLatch goOn)
            throws InterruptedException {
        entered.countDown();
        goOn.await();
        return "done";
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
