// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenSemaphore;
import io.eventlet.errors.Cancelled;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Pinned;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Servers on several hubs: one listener, of which each hub takes what it has room for.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ServerHubsTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Map<Hub, AtomicInteger> served = new ConcurrentHashMap<>();
    private volatile boolean computing;

    @AfterEach
    void close() throws Exception {
        computing = false;
        for (var one : opened.reversed()) {
            one.close();
        }
    }

    private static GreenServer.Builder builder(ConnectionHandler handler) {
        return GreenServer.builder(handler).address(new InetSocketAddress(LOOPBACK, 0));
    }

    private GreenServer start(GreenServer.Builder builder) throws IOException {
        var server = builder.start();
        opened.add(() -> server.close(Duration.ZERO));
        return server;
    }

    private Socket connect(GreenServer server) throws IOException {
        var client = new Socket(LOOPBACK, server.port());
        client.setSoTimeout(50_000);
        opened.add(client);
        return client;
    }

    private void echo(Socket client) throws IOException {
        served.computeIfAbsent(Hub.current(), _ -> new AtomicInteger()).incrementAndGet();
        client.getInputStream().transferTo(client.getOutputStream());
    }

    private static void assertEchoes(Socket client) throws IOException {
        client.getOutputStream().write('e');
        assertThat(client.getInputStream().read()).isEqualTo('e');
    }

    @Test
    void secondServerOnThePortIsRefused() throws Exception {
        var first = start(builder(this::echo).hubs(2));

        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() ->
                        builder(this::echo)
                                .address(new InetSocketAddress(LOOPBACK, first.port()))
                                .hubs(2)
                                .start())
                .withMessageContaining("Address already in use")
                .withMessageContaining("" + first.port());
    }

    @Test
    void noClientWaitsForAHubThatIsFull() throws Exception {
        var server = start(builder(this::echo).hubs(4).concurrency(4));
        assertEchoes(connect(server)); // stays, and fills its hub

        for (int i = 0; i < 50; i++) {
            try (var client = connect(server)) {
                assertEchoes(client);
            }
        }

        assertThat(server.accepted()).isEqualTo(51);
    }

    @Test
    void clientIsServedByTheFirstHubThatHasRoomAgain() throws Exception {
        var server = start(builder(this::echo).hubs(3).concurrency(3));
        for (int i = 0; i < 30; i++) {
            var staying = List.of(connect(server), connect(server), connect(server));
            for (var client : staying) {
                assertEchoes(client);
            }
            var next = connect(server);

            staying.get(i % 3).close();

            assertEchoes(next);
            next.close();
            for (var client : staying) {
                client.close();
            }
        }
    }

    @Test
    @Tag("hub-only") // in portable mode hubs share the threads of the JDK
    void noClientWaitsForAHubThatComputes() throws Exception {
        computing = true;
        var begun = new CompletableFuture<Hub>();
        var server =
                start(
                        builder(
                                        client -> {
                                            if (client.getInputStream().read() == 'c') {
                                                begun.complete(Hub.current());
                                                while (computing) {
                                                    Thread.onSpinWait();
                                                }
                                            }
                                            echo(client);
                                        })
                                .hubs(3));
        connect(server).getOutputStream().write('c');
        var busy = begun.get();

        for (int i = 0; i < 30; i++) {
            try (var client = connect(server)) {
                client.getOutputStream().write('n');
                assertEchoes(client);
            }
        }

        assertThat(served.keySet()).doesNotContain(busy);
    }

    @Test
    @Tag("hub-only")
    void noClientWaitsForAHubWhoseThreadSleeps() throws Exception {
        var asleep = new CompletableFuture<Hub>();
        var woken = new CompletableFuture<String>();
        var server =
                start(
                        builder(
                                        client -> {
                                            if (client.getInputStream().read() == 's') {
                                                var ignored =
                                                        Pinned.call(() -> {
                                                            asleep.complete(Hub.current());
                                                            return woken.join();
                                                        });
                                            }
                                            echo(client);
                                        })
                                .hubs(3));
        var sleeper = connect(server);
        sleeper.getOutputStream().write('s');
        asleep.join();

        for (int i = 0; i < 30; i++) {
            try (var client = connect(server)) {
                client.getOutputStream().write('n');
                assertEchoes(client);
            }
        }

        assertThat(woken).isNotDone();
        woken.complete("woken");
        assertEchoes(sleeper);
    }

    @Test
    @Tag("hub-only")
    void allHubsHaveSomeOfThoseWhoComeOneByOne() throws Exception {
        var server = start(builder(this::echo).hubs(4));

        for (int i = 0; i < 100; i++) {
            assertEchoes(connect(server));
        }

        assertThat(served).hasSize(4); // how many each has is the kernel's choice
    }

    @Test
    @Tag("hub-only")
    void noHubHasMoreThanItsPart() throws Exception {
        var server = start(builder(this::echo).hubs(4).concurrency(42));

        for (int i = 0; i < 42; i++) {
            assertEchoes(connect(server)); // and stays
        }

        assertThat(served.values().stream().map(AtomicInteger::get))
                .containsExactlyInAnyOrder(11, 11, 10, 10);
    }

    @Test
    @Tag("hub-only")
    void allHubsHaveSomeOfACrowd() throws Exception {
        var server = start(builder(this::echo).hubs(4));
        var clients = new ArrayList<Socket>();

        for (int i = 0; i < 500; i++) {
            clients.add(connect(server));
        }
        for (var client : clients) {
            assertEchoes(client);
        }

        assertThat(served).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void cleanUpOfTheKilledIsNotCutShort(int hubs) throws Exception {
        var entered = new GreenSemaphore(0);
        var cleanUp = new CompletableFuture<String>();
        var server =
                start(
                        builder(
                                        client -> {
                                            try {
                                                entered.release();
                                                Eventlet.sleep(Duration.ofHours(1));
                                            } finally {
                                                cleanUp.complete(saysBye(client));
                                            }
                                        })
                                .hubs(hubs));
        var client = connect(server);
        entered.acquire();

        assertThat(server.close(Duration.ZERO)).isFalse();

        assertThat(cleanUp.get()).isEqualTo("done");
        assertThat(client.getInputStream().read()).isEqualTo('b');
    }

    private static String saysBye(Socket client) throws IOException {
        try {
            Eventlet.sleep(Duration.ofMillis(50));
            client.getOutputStream().write('b');
            return "done";
        } catch (Cancelled e) {
            return e.toString();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void itsThreadsHaveItsName(int hubs) throws Exception {
        var name = new CompletableFuture<String>();
        var server =
                start(
                        builder(client -> name.complete(Thread.currentThread().getName()))
                                .name("web")
                                .hubs(hubs));
        connect(server);

        assertThat(name.get()).isEqualTo("web");
        Eventually.until(() ->
                Eventlet.dump().toString().lines().filter(line -> line.contains("'web'")).count()
                        >= hubs);
    }

    @Test
    @Tag("hub-only")
    void inASimulationItRunsOnTheHubOfThatAndTouchesNoRealPort() throws Exception {
        Set<Hub> hubs = ConcurrentHashMap.newKeySet();

        Simulation.inOrder()
                .run(() -> {
                    ConnectionHandler handler =
                            client -> {
                                hubs.add(Hub.current());
                                client.getOutputStream().write(1);
                            };
                    try (var server = builder(handler).hubs(3).start()) {
                        for (int i = 0; i < 10; i++) {
                            try (var client = Eventlet.connect(server.address())) {
                                assertThat(client.getInputStream().read()).isEqualTo(1);
                            }
                        }
                        assertThatExceptionOfType(ConnectException.class)
                                .isThrownBy(() -> new Socket(LOOPBACK, server.port()).close());
                        assertThat(hubs).containsExactly(Hub.current());
                        assertThat(server.accepted()).isEqualTo(10);
                    }
                });
    }
}
