// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.GreenThreadKilled;
import io.eventlet.Task;
import io.eventlet.hub.Hub;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.GreenSocket;
import io.eventlet.net.server.GreenServer;
import io.eventlet.wait.Clock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/// Green sockets on a hub whose network is in memory.
@Tag("hub-only")
@Timeout(60)
class MemoryNetworkTest {
    private final MemoryNetwork network = new MemoryNetwork();
    private final Hub hub = network.startHub("memory");

    @AfterEach
    void close() {
        hub.close();
    }

    private <T> T onHub(Callable<T> body) {
        return Eventlet.<T>spawnOn(hub, body).await();
    }

    private void onHub(Task body) {
        var ignored = Eventlet.spawnOn(hub, body).await();
    }

    private static void echo(GreenSocket socket) throws IOException {
        try (socket) {
            var bytes = new byte[1000];
            for (int n = socket.recv(bytes); n > 0; n = socket.recv(bytes)) {
                socket.getOutputStream().write(bytes, 0, n);
            }
        }
    }

    private static byte[] exchange(GreenSocket socket, byte[] bytes) throws IOException {
        var writer =
                Eventlet.spawn(() -> {
                    socket.sendAll(bytes);
                    socket.shutdownOutput();
                });
        var answer = socket.getInputStream().readAllBytes();
        var ignored = writer.await();
        return answer;
    }

    @Test
    void socketsOfTheHubRunOverIt() {
        int before = Descriptors.count();

        var answer =
                onHub(() -> {
                    try (var listener = new GreenServerSocket(7)) {
                        var server = Eventlet.spawn(() -> echo(listener.accept()));
                        try (var client = new GreenSocket("10.1.2.3", 7)) {
                            Descriptors.areAtMost(before);
                            var received = exchange(client, new byte[300_000]);
                            var ignored = server.await();
                            return received;
                        }
                    }
                });

        assertThat(answer).hasSize(300_000);
        assertThat(hub.poller()).isEqualTo("memory");
        assertThat(hub.statistics().poller()).isEqualTo("memory");
    }

    @Test
    void aServerRunsOverIt() {
        onHub(() -> {
            try (var server =
                    GreenServer.builder(socket -> echo((GreenSocket) socket)).port(80).start()) {
                for (int i = 0; i < 20; i++) {
                    try (var client = Eventlet.connect(new InetSocketAddress("10.1.2.3", 80))) {
                        assertThat(exchange(client, new byte[] {1, 2, 3})).hasSize(3);
                    }
                }
                assertThat(server.accepted()).isEqualTo(20);
            }
        });
    }

    @Test
    void severalHubsShareIt() {
        try (var other = network.startHub("other")) {
            var listener = onHub(() -> new GreenServerSocket(7));
            var server = Eventlet.spawnOn(hub, () -> echo(listener.accept()));

            var answer =
                    Eventlet.spawnOn(
                                    other,
                                    () -> {
                                        try (var client = new GreenSocket("10.1.2.3", 7)) {
                                            return exchange(client, new byte[1 << 20]);
                                        }
                                    })
                            .await();

            assertThat(answer).hasSize(1 << 20);
            var ignored = server.await();
        }
    }

    @Test
    void nobodyOfAnotherNetworkHearsOfIt() {
        try (var elsewhere = Hub.start("elsewhere", Clock.system(), new MemoryNetwork().poller())) {
            var ignored = onHub(() -> new GreenServerSocket(7));

            assertThatThrownBy(() ->
                            Eventlet.spawnOn(elsewhere, () -> new GreenSocket("10.1.2.3", 7))
                                    .await())
                    .hasCauseInstanceOf(ConnectException.class);
        }
    }

    @Test
    void readsHaveTheTimeoutOfTheirSocket() {
        onHub(() -> {
            try (var listener = new GreenServerSocket(7);
                    var client = new GreenSocket("10.1.2.3", 7);
                    var server = listener.accept()) {
                server.setSoTimeout(10);

                assertThatThrownBy(() -> server.recv(new byte[1]))
                        .isInstanceOf(SocketTimeoutException.class);
                client.sendAll(new byte[1]);

                assertThat(server.recv(new byte[1])).isEqualTo(1);
            }
        });
    }

    @Test
    void aKilledReaderLeavesItsSocketUsable() {
        onHub(() -> {
            try (var listener = new GreenServerSocket(7);
                    var client = new GreenSocket("10.1.2.3", 7);
                    var server = listener.accept()) {
                var reader = Eventlet.spawn(() -> server.recv(new byte[1]));
                Eventlet.yield();

                reader.kill();
                assertThatThrownBy(reader::await).hasCauseInstanceOf(GreenThreadKilled.class);
                client.sendAll(new byte[1]);

                assertThat(server.recv(new byte[1])).isEqualTo(1);
            }
        });
    }

    @Test
    void theHubSleepsAndIsWoken() {
        for (int i = 0; i < 200; i++) {
            onHub(() -> Eventlet.sleep(Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(50))));
        }

        assertThat(hub.statistics().turns()).isPositive();
    }

    @Test
    void buffersAreAsLargeAsItSays() throws IOException {
        var small = new MemoryNetwork(10);
        try (var listener = small.openListener();
                var client = small.open()) {
            listener.listen(1);
            client.connect(listener.localAddress(), Long.MAX_VALUE);

            assertThat(client.write(new byte[100], 0, 100, Long.MAX_VALUE)).isEqualTo(10);
            assertThatThrownBy(() -> client.write(new byte[1], 0, 1, System.nanoTime()))
                    .isInstanceOf(SocketTimeoutException.class);
        }
        assertThatThrownBy(() -> new MemoryNetwork(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
