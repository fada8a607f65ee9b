// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.testing.Host;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;

/// Addresses, some of which are dead.
@Tag("hub-only") // simulations are
@Timeout(60)
@ExtendWith(NoLeaks.class)
class HappyEyeballsTest {
    private final Simulation simulation = Simulation.inOrder();
    private final Host client = simulation.network().host("client");
    private final Host dead = simulation.network().host("dead");
    private final Host alive = simulation.network().host("alive");

    /// A server that answers what it is, on port 80.
    private static void serve(Host host) {
        host.spawn(() -> {
            try (var listener = Eventlet.listen(host.at(80))) {
                while (true) {
                    try (var socket = listener.accept()) {
                        var _ = socket.recv(new byte[1000]);
                        socket.sendAll(
                                RawServer.ok(host.name())
                                        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
                    }
                }
            }
        });
    }

    private static HttpClient.Builder resolving(InetAddress... addresses) {
        return HttpClient.builder().resolver(_ -> List.of(addresses));
    }

    private static String get(HttpClient.Builder how) throws IOException {
        try (var http = how.build();
                var response = http.get("http://a.test/")) {
            return response.text();
        }
    }

    @Test
    void deadAddressCostsAQuarterOfASecond() throws Exception {
        simulation.network().partition(client, dead);
        simulation.run(() -> {
            serve(alive);
            Eventlet.yield();

            var answer = client.call(() -> get(resolving(dead.address(), alive.address())));

            assertThat(answer).isEqualTo("alive");
            assertThat(simulation.clock().elapsed()).isEqualTo(Duration.ofMillis(250));
        });
    }

    @Test
    void deadAddressIsAskedOnce() throws Exception {
        simulation.network().partition(client, dead);
        simulation.run(() -> {
            serve(alive);
            Eventlet.yield();

            client.run(() -> {
                var how = resolving(dead.address(), alive.address());
                try (var http = how.build();
                        var first = http.get("http://a.test/1");
                        var second = http.get("http://a.test/2")) {
                    assertThat(first.text() + second.text()).isEqualTo("alivealive");
                }
            });

            assertThat(simulation.clock().elapsed()).isEqualTo(Duration.ofMillis(250));
        });
    }

    @Test
    void addressThatRefusesCostsNothing() throws Exception {
        simulation.run(() -> {
            serve(alive);
            Eventlet.yield();

            var answer = client.call(() -> get(resolving(dead.address(), alive.address())));

            assertThat(answer).isEqualTo("alive");
            assertThat(simulation.clock().elapsed()).isZero();
        });
    }

    @Test
    void addressThatAnswersLateStillWinsIfItIsTheFirst() throws Exception {
        simulation.network().between(client, alive).latency(Duration.ofMillis(200));
        simulation.network().partition(client, dead);
        simulation.run(() -> {
            serve(alive);
            Eventlet.yield();

            var answer = client.call(() -> get(resolving(alive.address(), dead.address())));

            assertThat(answer).isEqualTo("alive");
        });
    }

    @Test
    void onlyDeadAddressesEndAtTheLimit() throws Exception {
        simulation.network().partition(client, dead);
        simulation.network().partition(client, alive);
        simulation.run(() ->
                client.run(() -> {
                    var how =
                            resolving(dead.address(), alive.address())
                                    .connectLimit(Duration.ofSeconds(3));

                    assertThatThrownBy(() -> get(how))
                            .isInstanceOf(SocketTimeoutException.class)
                            .hasMessageContaining("connecting to http://a.test:80");
                    assertThat(simulation.clock().elapsed()).isEqualTo(Duration.ofSeconds(3));
                }));
    }

    @Test
    void refusalsOfAllAddressesAreTold() throws Exception {
        simulation.run(() ->
                client.run(() ->
                        assertThatThrownBy(() -> get(resolving(dead.address(), alive.address())))
                                .isInstanceOf(ConnectException.class)));
    }

    @Test
    void limitOfTheWholeHoldsAlsoForConnecting() throws Exception {
        simulation.network().partition(client, dead);
        simulation.run(() ->
                client.run(() -> {
                    var how = resolving(dead.address()).limit(Duration.ofSeconds(2));

                    assertThatThrownBy(() -> get(how)).isInstanceOf(SocketTimeoutException.class);
                    assertThat(simulation.clock().elapsed()).isEqualTo(Duration.ofSeconds(2));
                }));
    }

    private static InetAddress address(int... numbers) throws IOException {
        var bytes = new byte[numbers.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) numbers[i];
        }
        return InetAddress.getByAddress(bytes);
    }

    @Test
    void familiesTakeTurns() throws Exception {
        var six = address(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
        var otherSix = address(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2);
        var four = address(127, 0, 0, 1);
        var otherFour = address(127, 0, 0, 2);

        assertThat(HappyEyeballs.ordered(List.of(six, otherSix, four, otherFour)))
                .containsExactly(six, four, otherSix, otherFour);
        assertThat(HappyEyeballs.ordered(List.of(four, otherFour, six)))
                .containsExactly(four, six, otherFour);
    }

    @Test
    void idleConnectionIsClosedAfterItsTime() throws Exception {
        simulation.run(() -> {
            var ended = new io.eventlet.Event<Duration>();
            alive.spawn(() -> {
                try (var listener = Eventlet.listen(alive.at(80));
                        var socket = listener.accept()) {
                    var buffer = new byte[1000];
                    var _ = socket.recv(buffer);
                    socket.sendAll(
                            RawServer.ok("x")
                                    .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
                    assertThat(socket.recv(buffer)).isNegative();
                    ended.send(simulation.clock().elapsed());
                }
            });
            Eventlet.yield();

            client.run(() -> {
                var how = resolving(alive.address()).keepAlive(Duration.ofSeconds(7));
                try (var http = how.build();
                        var response = http.get("http://a.test/")) {
                    var _ = response.bytes();
                    assertThat(ended.await()).isEqualTo(Duration.ofSeconds(7));
                    assertThat(http.idle()).isZero();
                }
            });
        });
    }
}
