// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.StopServe;
import io.eventlet.TimeoutExpired;
import io.eventlet.hub.Hub;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.OpenFiles;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Servers as objects: what they are, how they begin.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenServerTest extends RunningServers {
    /// From gevent's test__server.py: TestDefaultSpawn.
    @Test
    void servesManyAtOnce() throws Exception {
        var server = start(builder(GreenServerTest::echo));
        var clients = new ArrayList<Socket>();
        for (int i = 0; i < 100; i++) {
            clients.add(connect(server));
        }
        for (var client : clients) {
            assertEchoes(client);
        }

        assertThat(server.active()).isEqualTo(100);
        assertThat(server.accepted()).isEqualTo(100);
        assertThat(server.address().getPort()).isEqualTo(server.port());
    }

    @Test
    void listenerOfTheCallersIsServedAndClosedWithTheServer() throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var listener = GreenServerSocket.listen(address);

        var server = start(GreenServer.builder(GreenServerTest::echo).listener(listener));
        assertEchoes(connect(server));
        server.close(Duration.ZERO);

        assertThat(server.port()).isEqualTo(listener.getLocalPort());
        assertThat(listener.isClosed()).isTrue();
    }

    /// From gevent's test__server.py: TestDefaultSpawn.test_server_closes_client_sockets.
    @Test
    void connectionIsClosedWhenTheHandlerReturns() throws Exception {
        var server = start(builder(client -> {}));

        assertThat(connect(server).getInputStream().read()).isEqualTo(-1);
        Eventually.until(() -> server.active() == 0);
    }

    /// From gevent's test__server.py: TestDefaultSpawn.test_error_in_spawn.
    @Test
    void connectionIsClosedWhenTheHandlerFailsWhichIsReported() throws Exception {
        var failure = new IllegalStateException("of the handler");
        var server =
                start(
                        builder(client -> {
                            throw failure;
                        }));

        assertThat(connect(server).getInputStream().read()).isEqualTo(-1);
        assertThat(connect(server).getInputStream().read()).isEqualTo(-1);
        Eventually.until(() -> reported.count(failure) == 2);
    }

    @Test
    void timeoutThatTheHandlerDoesNotCatchIsReported() throws Exception {
        var server =
                start(
                        builder(client ->
                                Eventlet.withTimeout(
                                        Duration.ofMillis(10),
                                        () -> client.getInputStream().read())));

        assertThat(connect(server).getInputStream().read()).isEqualTo(-1);
        Eventually.until(() -> !reported.list().isEmpty());
        assertThat(reported.list().getFirst()).isInstanceOf(TimeoutExpired.class);
    }

    // ---- limits

    /// From gevent's test__server.py: TestPoolSpawn.test_pool_full.
    @Test
    void connectionBeyondTheLimitIsNotAccepted() throws Exception {
        var server = start(builder(this::stay).concurrency(2));
        connect(server);
        connect(server);
        entered.acquire();
        entered.acquire();

        var third = connect(server);
        assertThat(server.accepted()).isEqualTo(2);
        leave.release();
        entered.acquire();

        assertThat(server.accepted()).isEqualTo(3);
        leave.release();
        leave.release();
        assertThat(third.getInputStream().read()).isEqualTo(1);
    }

    @Test
    void limitsMustMakeSense() {
        var builder = builder(client -> {});

        assertThatIllegalArgumentException().isThrownBy(() -> builder.concurrency(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.hubs(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.backlog(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.handshakeLimit(Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.hubs(3).concurrency(2).start())
                .withMessageContaining("3 hubs");
    }

    // ---- starting

    @Test
    void portThatIsTakenIsAnErrorAndLeavesNothing() throws Exception {
        try (var taken = Eventlet.listen("127.0.0.1", 0)) {
            int before = OpenFiles.count();

            for (int i = 0; i < 20; i++) {
                assertThatExceptionOfType(BindException.class)
                        .isThrownBy(() ->
                                GreenServer.builder(client -> {})
                                        .address((InetSocketAddress) taken.getLocalSocketAddress())
                                        .hubs(2)
                                        .start())
                        .withMessageContaining("Address already in use");
            }

            Eventually.until(() -> OpenFiles.count() <= before);
        }
    }

    @Test
    void serverStartedInAGreenThreadServesOnItsHub() throws Exception {
        var hub = new CompletableFuture<Hub>();
        try (var own = Hub.start("own")) {
            var server =
                    Eventlet.spawnOn(
                                    own,
                                    () -> start(builder(client -> hub.complete(Hub.current()))))
                            .await();
            connect(server);

            assertThat(hub.get()).isSameAs(own);
            server.close();
        }
    }

    // ---- several hubs

    @Test
    @Tag("hub-only")
    void hubsShareThePortAndAllServe() throws Exception {
        Set<String> hubs = ConcurrentHashMap.newKeySet();
        var server =
                start(
                        builder(
                                        client -> {
                                            hubs.add(Hub.current().name());
                                            echo(client);
                                        })
                                .name("shared")
                                .hubs(3));

        while (hubs.size() < 3) { // the kernel chooses by a hash of the addresses
            try (var client = new Socket(server.address().getAddress(), server.port())) {
                assertEchoes(client);
            }
        }

        assertThat(hubs).containsExactlyInAnyOrder("shared-1", "shared-2", "shared-3");
    }

    @Test
    void limitIsDividedAmongHubs() throws Exception {
        var most = new AtomicInteger();
        var now = new AtomicInteger();
        var server =
                start(
                        builder(
                                        client -> {
                                            most.accumulateAndGet(now.incrementAndGet(), Math::max);
                                            client.getOutputStream().write(1);
                                            Eventlet.sleep();
                                            now.decrementAndGet();
                                        })
                                .hubs(2)
                                .concurrency(3));
        for (int i = 0; i < 50; i++) {
            var client = connect(server);
            assertThat(client.getInputStream().read()).isEqualTo(1);
        }

        assertThat(most.get()).isLessThanOrEqualTo(3);
        assertThat(server.accepted()).isEqualTo(50);
    }

    @Test
    void stopServeStopsAllHubs() throws Exception {
        var server =
                start(
                        builder(
                                        client -> {
                                            throw new StopServe();
                                        })
                                .hubs(3));
        connect(server);

        server.await();
    }
}
