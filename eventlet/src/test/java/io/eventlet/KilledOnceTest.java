// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.errors.Cancelled;
import io.eventlet.net.server.GreenServer;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/// Whatever ends green threads kills each of them once: clean-up that waits is not ended as well.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class KilledOnceTest {
    private final Event<String> work = new Event<>();
    private final Event<String> tidying = new Event<>();
    private final List<String> steps = new CopyOnWriteArrayList<>();

    private String workThenTidyUp() {
        try {
            return work.await();
        } catch (GreenThreadKilled kill) {
            tidyUp();
            throw kill;
        }
    }

    private void tidyUp() {
        try {
            tidying.await();
            steps.add("tidied up");
        } catch (Cancelled again) {
            steps.add("killed again");
            throw again;
        }
    }

    private static void awaitParkedIn(String what, GreenThread<?> thread) {
        Eventually.until(() -> {
            var blocker = LockSupport.getBlocker(thread.thread());
            return thread.isDead() || (blocker != null && blocker.toString().startsWith(what));
        });
    }

    /// Kills a thread that waits for others, and returns when it has dealt with that and waits for
    /// them again: then it meets the second kill.
    private static void killWhoWaits(GreenThread<?> thread) {
        var kill = new GreenThreadKilled("killed by the test");
        thread.kill(kill);
        thread.kill(new GreenThreadKilled("killed while it waits again"));
        Eventually.until(() -> kill.getSuppressed().length > 0);
    }

    private void assertTidiesUp(GreenThread<?> after) {
        tidying.send("go on");
        after.join();

        assertThat(steps).containsExactly("tidied up");
    }

    @Test
    void scopeWhoseBodyWaitsKillsOnceWhenAThreadFails() {
        var caller =
                Eventlet.spawn(() ->
                        GreenScope.call(scope -> {
                            scope.spawn(this::workThenTidyUp);
                            scope.spawn(() -> {
                                Eventually.until(() -> work.waiting() == 2);
                                throw new IOException("failed");
                            });
                            return work.await();
                        }));

        Eventually.until(() -> tidying.waiting() == 1);
        awaitParkedIn("scope", caller);

        assertTidiesUp(caller);
        assertThatExceptionOfType(TaskFailed.class).isThrownBy(caller::await);
    }

    @Test
    void scopeThatIsKilledKillsOnceThoughAThreadFailsMeanwhile() {
        var caller =
                Eventlet.spawn(() ->
                        GreenScope.run(scope -> {
                            scope.spawn(this::workThenTidyUp);
                            scope.spawn(() -> {
                                try {
                                    work.await();
                                } catch (GreenThreadKilled e) {
                                    Eventually.until(() -> tidying.waiting() == 1);
                                    throw new IOException("failed");
                                }
                            });
                        }));
        Eventually.until(() -> work.waiting() == 2);

        killWhoWaits(caller);
        awaitParkedIn("scope with 1", caller);

        assertTidiesUp(caller);
    }

    @Test
    void raceThatIsKilledWhenItIsWonKillsTheLosersOnce() {
        var race =
                Eventlet.spawn(() ->
                        GreenThreads.<String>race(
                                this::workThenTidyUp,
                                () -> {
                                    Eventually.until(() -> work.waiting() == 1);
                                    return "won";
                                }));
        Eventually.until(() -> tidying.waiting() == 1);
        awaitParkedIn("scope", race);

        killWhoWaits(race);

        assertTidiesUp(race);
    }

    @Test
    void poolThatWasShutDownNowDoesNotKillAgainWhenItsCloserIsKilled() {
        var pool = new GreenPool(2);
        var member = pool.spawn(this::workThenTidyUp);
        Eventually.until(() -> work.waiting() == 1);
        pool.shutdownNow();
        Eventually.until(() -> tidying.waiting() == 1);
        var closer = Eventlet.spawn(pool::close);
        awaitParkedIn("pool", closer);

        killWhoWaits(closer);

        assertTidiesUp(member);
        closer.join();
    }

    @Test
    void serverThatIsClosedAgainDoesNotKillItsHandlersAgain() throws Exception {
        var server =
                GreenServer.builder(_ -> workThenTidyUp())
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .start();
        try (var client = new Socket(server.address().getAddress(), server.port())) {
            Eventually.until(() -> work.waiting() == 1);
            var first = Eventlet.spawn(() -> server.close(Duration.ZERO));
            Eventually.until(() -> tidying.waiting() == 1);
            var second = Eventlet.spawn(() -> server.close(Duration.ZERO));
            awaitParkedIn("end of 1", second);

            assertTidiesUp(first);

            second.join();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }
}
