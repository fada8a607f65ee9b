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
import io.eventlet.ReportedErrors;
import io.eventlet.StopServe;
import io.eventlet.TimeoutExpired;
import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.OpenFiles;
import io.eventlet.net.SocketPair;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Servers as objects: what they are, how they end.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenServerTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final GreenSemaphore entered = new GreenSemaphore(0);
    private final GreenSemaphore leave = new GreenSemaphore(0);

    @AfterEach
    void close() throws Exception {
        for (var one : opened.reversed()) {
            one.close();
        }
    }

    private GreenServer.Builder builder(ConnectionHandler handler) {
        return GreenServer.builder(handler)
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private GreenServer start(GreenServer.Builder builder) throws IOException {
        var server = builder.start();
        opened.add(() -> server.close(Duration.ZERO));
        return server;
    }

    private Socket connect(GreenServer server) throws IOException {
        var client = new Socket(server.address().getAddress(), server.port());
        client.setSoTimeout(50_000);
        opened.add(client);
        return client;
    }

    private static void echo(Socket client) throws IOException {
        client.getInputStream().transferTo(client.getOutputStream());
    }

    /// A handler that stays until it is let go.
    private void stay(Socket client) throws IOException {
        entered.release();
        leave.acquire();
        client.getOutputStream().write(1);
    }

    private static void assertEchoes(Socket client) throws IOException {
        client.getOutputStream().write('e');
        assertThat(client.getInputStream().read()).isEqualTo('e');
    }

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

    // ---- stopping

    @Test
    void stopServeStopsIt() throws Exception {
        var server =
                start(
                        builder(client -> {
                            throw new StopServe();
                        }));
        connect(server);

        server.await();

        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> connect(server));
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
        assertThat(server.active()).isZero();
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
        assertThat(server.active()).isZero();
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
