// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenSemaphore;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.StopServe;
import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.net.SocketPair;
import io.eventlet.testing.KeptPort;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// How servers end.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenServerStopTest extends RunningServers {
    @Test
    void stopServeStopsIt() throws Exception {
        try (var port = new KeptPort()) {
            var server =
                    start(
                            builder(
                                            client -> {
                                                throw new StopServe();
                                            })
                                    .address(port.address()));
            connect(server);

            server.await();

            assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> connect(server));
        }
    }

    @Test
    void failureStopsItIfThatIsThePolicy() throws Exception {
        var failure = new IllegalStateException("of the handler");
        var server =
                start(
                        builder(
                                        client -> {
                                            throw failure;
                                        })
                                .handlerErrors(HandlerErrors.STOP));
        connect(server);

        assertThatExceptionOfType(HandlerFailed.class).isThrownBy(server::await).withCause(failure);
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void closingWaitsForConnectionsToEnd() throws Exception {
        var server = start(builder(this::stay));
        var client = connect(server);
        entered.acquire();
        var closing = Eventlet.spawn(() -> server.close(HOUR));
        SocketPair.awaitParked(closing);
        assertThatExceptionOfType(SocketException.class) // refused, or reset while it closes
                .isThrownBy(() -> connect(server));

        leave.release();

        assertThat(closing.await()).isTrue();
        assertThat(client.getInputStream().read()).isEqualTo(1);
        server.await();
    }

    @Test
    void closingKillsThoseWhoDoNotEnd() throws Exception {
        var ended = new CompletableFuture<Throwable>();
        var server =
                start(
                        builder(client -> {
                            try {
                                stay(client);
                            } catch (Throwable e) {
                                ended.complete(e);
                                throw e;
                            }
                        }));
        var client = connect(server);
        entered.acquire();

        assertThat(server.close(Duration.ofMillis(20))).isFalse();

        assertThat(ended.get()).isInstanceOf(GreenThreadKilled.class);
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        Eventually.until(() -> server.active() == 0);
    }

    @Test
    void closingAtOnceKillsAtOnce() throws Exception {
        var server = start(builder(this::stay));
        var client = connect(server);
        entered.acquire();

        assertThat(server.close(Duration.ZERO)).isFalse();

        assertThat(client.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void closingTwiceIsFine() throws Exception {
        var server = start(builder(GreenServerTest::echo).hubs(2));

        assertThat(server.close(Duration.ZERO)).isTrue();
        assertThat(server.close(Duration.ZERO)).isTrue();
        server.close();
    }

    @Test
    void closedByManyAtOnce() throws Exception {
        var server = start(builder(GreenServerTest::echo).hubs(2));
        assertEchoes(connect(server));
        var closers = new ArrayList<GreenThread<Boolean>>();
        for (int i = 0; i < 10; i++) {
            closers.add(Eventlet.spawn(() -> server.close(Duration.ofMillis(1))));
        }

        closers.forEach(GreenThread::await);
        Eventually.until(() -> server.active() == 0);
    }

    @Test
    void handlerClosesItsServer() throws Exception {
        var server = new CompletableFuture<GreenServer>();
        server.complete(
                start(
                        builder(client -> {
                            assertThat(server.get().close(HOUR)).isTrue();
                            client.getOutputStream().write(1);
                        })));

        assertThat(connect(server.get()).getInputStream().read()).isEqualTo(1);
        server.get().await();
    }

    @Test
    @Tag("hub-only")
    void handlerClosesItsServerOnHubsOfItsOwn() throws Exception {
        var server = new CompletableFuture<GreenServer>();
        server.complete(
                start(
                        builder(
                                        client -> {
                                            server.get().close(HOUR);
                                            client.setSoTimeout(50_000);
                                            int b = client.getInputStream().read();
                                            client.getOutputStream().write(b);
                                        })
                                .hubs(2)));
        var client = connect(server.get());
        server.get().await();

        assertEchoes(client);
        assertThat(client.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void whoWaitsForItIsToldOfTheClose() throws Exception {
        var server = start(builder(GreenServerTest::echo));
        var waiting = Eventlet.spawn(server::await);
        SocketPair.awaitParked(waiting);

        server.close();

        waiting.await();
    }

    @Test
    void killedCloserLeavesNothingRunning() throws Exception {
        var server = start(builder(this::stay).hubs(2));
        var client = connect(server);
        entered.acquire();
        var closing = Eventlet.spawn(() -> server.close(HOUR));
        SocketPair.awaitParked(closing);

        closing.kill();

        assertThat(client.getInputStream().read()).isEqualTo(-1);
        Eventually.until(() -> server.active() == 0);
    }

    @Test
    void closingClosesAllHubsThoughAHandlerStays() throws Exception {
        var hubs = ConcurrentHashMap.<Hub>newKeySet();
        var server =
                start(
                        builder(
                                        client -> {
                                            hubs.add(Hub.current());
                                            entered.release();
                                            acquireWhateverComes(leave);
                                        })
                                .hubs(2));
        for (int i = 0; i < 20; i++) { // the kernel divides them
            connect(server);
            entered.acquire();
        }

        assertThat(server.close(Duration.ZERO)).isFalse();

        assertThat(hubs).isNotEmpty().noneMatch(Hub::isOpen);
        for (int i = 0; i < 20; i++) {
            leave.release();
        }
        Eventually.until(() -> server.active() == 0);
    }

    private static void acquireWhateverComes(GreenSemaphore permits) {
        while (isCancelledIn(permits::acquire)) {
            Thread.yield();
        }
    }

    private static boolean isCancelledIn(Runnable wait) {
        try {
            wait.run();
            return false;
        } catch (Cancelled e) {
            return true;
        }
    }

    @Test
    void negativeGraceIsRefused() throws Exception {
        var server = start(builder(client -> {}));

        assertThatIllegalArgumentException().isThrownBy(() -> server.close(Duration.ofSeconds(-1)));
    }
}
