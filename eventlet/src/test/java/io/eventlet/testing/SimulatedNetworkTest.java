// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.server.GreenServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// Hosts and links of a simulation: addresses, time, refusals.
@Tag("hub-only")
@Timeout(60)
class SimulatedNetworkTest extends TwoHosts {
    // ---- hosts

    @Test
    void aHostListensOnItsAddressAndConnectsFromIt() throws Exception {
        connected(pair -> {
            assertThat(pair.near().getInetAddress()).isEqualTo(server.address());
            assertThat(pair.far().getInetAddress()).isEqualTo(client.address());
            assertThat(client.address()).isNotEqualTo(server.address());
        });
    }

    @Test
    void hostsHaveTheSamePortsWithoutConflict() throws Exception {
        simulation.run(() -> {
            var one = listen(80);
            var other = client.call(() -> Eventlet.listen(80));

            client.run(() -> Eventlet.connect("localhost", 80));

            other.setSoTimeout(1);
            assertThat(other.accept().isConnected()).isTrue();
            one.setSoTimeout(1);
            assertThatThrownBy(one::accept).isInstanceOf(SocketTimeoutException.class);
        });
    }

    @Test
    void aHostDoesNotListenOnTheAddressOfAnother() throws Exception {
        simulation.run(() ->
                client.run(() ->
                        assertThatThrownBy(() -> Eventlet.listen(server.at(80)))
                                .isInstanceOf(BindException.class)
                                .hasMessageContaining("Cannot assign requested address")));
    }

    @Test
    void whatAHostSpawnsRunsOnIt() throws Exception {
        simulation.run(() -> {
            var listener = listen(80);

            client.spawn(() -> Eventlet.spawn(() -> Eventlet.connect(server.at(80))).await());

            assertThat(listener.accept().getInetAddress()).isEqualTo(client.address());
        });
    }

    @Test
    void aHostIsKnownByItsName() {
        assertThat(network.host("client")).isSameAs(client);
        assertThat(client.name()).isEqualTo("client");
        assertThat(client).hasToString("client");
        assertThat(client.at(80).getHostString()).isEqualTo("client");
    }

    // ---- time

    @Test
    void aConnectIsThereAndBack() throws Exception {
        network.between(client, server).latency(ms(30));

        connected(_ -> assertThat(now()).isEqualTo(ms(60)));
    }

    @Test
    void bytesAreOnTheirWayForTheLatency() throws Exception {
        network.between(client, server).latency(ms(30));

        connected(pair -> {
            pair.near().sendAll(new byte[] {1});
            assertThat(now()).isEqualTo(ms(60));
            assertThat(pair.far().getInputStream().available()).isZero();

            assertThat(pair.far().getInputStream().read()).isEqualTo(1);

            assertThat(now()).isEqualTo(ms(90));
        });
    }

    @Test
    void aReadThatEndsBeforeTheBytesArriveTimesOut() throws Exception {
        network.between(client, server).latency(ms(30));

        connected(pair -> {
            pair.near().sendAll(new byte[] {1});
            pair.far().setSoTimeout(29);

            assertThatThrownBy(() -> pair.far().getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(pair.far().getInputStream().read()).isEqualTo(1);
        });
    }

    @Test
    void bandwidthIsSharedByAllConnections() throws Exception {
        network.between(client, server).bandwidth(1000);

        simulation.run(() -> {
            var one = connect();
            var other = connect();
            one.near().sendAll(new byte[500]);
            other.near().sendAll(new byte[500]);

            one.far().getInputStream().readNBytes(500);
            assertThat(now()).isEqualTo(ms(500));
            other.far().getInputStream().readNBytes(500);
            assertThat(now()).isEqualTo(ms(1000));
        });
    }

    @Test
    void jitterKeepsTheOrderOfBytes() throws Exception {
        network.everywhere().latency(ms(10)).jitter(ms(1000));

        connected(pair -> {
            for (int i = 0; i < 100; i++) {
                pair.near().sendAll(new byte[] {(byte) i});
            }
            pair.near().shutdownOutput();

            var received = pair.far().getInputStream().readAllBytes();

            assertThat(received).hasSize(100);
            for (int i = 0; i < 100; i++) {
                assertThat(received[i]).isEqualTo((byte) i);
            }
        });
    }

    @Test
    void theEndArrivesAfterTheData() throws Exception {
        network.between(client, server).latency(ms(30));

        connected(pair -> {
            pair.near().sendAll(new byte[10]);
            pair.near().shutdownOutput();

            assertThat(pair.far().getInputStream().readNBytes(10)).hasSize(10);
            assertThat(pair.far().getInputStream().read()).isEqualTo(-1);
            pair.far().sendAll(new byte[] {2}); // half closed: the other way is open

            assertThat(pair.near().getInputStream().read()).isEqualTo(2);
        });
    }

    @Test
    void readsComeInPieces() throws Exception {
        network.everywhere().inPieces();

        connected(pair -> {
            pair.near().sendAll(new byte[1000]);
            int reads = 0;
            for (int left = 1000; left > 0; left -= pair.far().recv(new byte[1000])) {
                reads++;
            }

            assertThat(reads).isGreaterThan(1);
        });
    }

    @Test
    void rulesOfAPairStandInThePlaceOfThoseOfAll() throws Exception {
        network.everywhere().latency(ms(1000));
        network.between(client, server).latency(ms(1));

        connected(_ -> assertThat(now()).isEqualTo(ms(2)));
    }

    @Test
    void addressesWithoutAHostHaveRulesToo() throws Exception {
        var address = InetAddress.getByName("192.0.2.1");
        network.between(address, address).latency(ms(5));

        simulation.run(() -> {
            try (var listener = Eventlet.listen("192.0.2.1", 80)) {
                Eventlet.connect(new InetSocketAddress(address, 80)).close();
                listener.accept().close();
            }
        });

        assertThat(now()).isEqualTo(ms(10));
    }

    // ---- refusals and full backlogs

    @Test
    void aRefusalTakesItsTime() throws Exception {
        network.between(client, server).latency(ms(30));

        simulation.run(() ->
                client.run(() ->
                        assertThatExceptionOfType(ConnectException.class)
                                .isThrownBy(() -> Eventlet.connect(server.at(80)))));

        assertThat(now()).isEqualTo(ms(60));
    }

    @Test
    void connectsAreRefusedAtRandom() throws Exception {
        network.between(client, server).refuseRandomly(0.5);
        int[] refused = new int[1];

        simulation.run(() -> {
            var ignored = listen(80);
            for (int i = 0; i < 100; i++) {
                try {
                    client.run(() -> Eventlet.connect(server.at(80)).close());
                } catch (ConnectException e) {
                    refused[0]++;
                }
            }
        });

        assertThat(refused[0]).isBetween(1, 99);
    }

    @Test
    void aFullBacklogKeepsAConnectWaitingUntilItGivesUp() throws Exception {
        network.giveUpAfter(Duration.ofMinutes(2));

        simulation.run(() -> {
            var ignored = new GreenServerSocket(80, 1, server.address());
            Eventlet.connect(server.at(80));

            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> Eventlet.connect(server.at(80)))
                    .withMessageContaining("timed out");
        });

        assertThat(now()).isEqualTo(Duration.ofMinutes(2));
    }

    // ---- chance

    private static List<String> trace(Simulation simulation) throws Exception {
        var trace = new ArrayList<String>();
        var network = simulation.network();
        network.everywhere()
                .latency(ms(10))
                .jitter(ms(20))
                .bandwidth(100_000)
                .resetRandomly(0.02)
                .refuseRandomly(0.1)
                .inPieces();
        simulation.run(() -> {
            var server = GreenServer.builder(socket -> echo(socket)).port(80).start();
            var clients = new ArrayList<GreenThread<?>>();
            for (int i = 0; i < 10; i++) {
                var host = network.host("client " + i);
                clients.add(host.spawn(() -> talk(simulation, host.name(), trace)));
            }
            clients.forEach(thread -> thread.await());
            server.close();
        });
        return trace;
    }

    private static void echo(Socket socket) throws IOException {
        socket.getInputStream().transferTo(socket.getOutputStream());
    }

    private static void talk(Simulation simulation, String name, List<String> trace) {
        try (var socket = Eventlet.connect("192.0.2.1", 80)) {
            for (int i = 0; i < 20; i++) {
                socket.sendAll(new byte[100]);
                for (int left = 100; left > 0; ) {
                    int n = socket.recv(new byte[left]);
                    if (n < 0) {
                        return;
                    }
                    left -= n;
                    trace.add(name + " got " + n + " at " + simulation.clock().elapsed());
                }
            }
        } catch (IOException e) {
            trace.add(name + ": " + e.getMessage() + " at " + simulation.clock().elapsed());
        }
    }

    @Test
    void theSameSeedGivesTheSameTrace() throws Exception {
        var traces = new HashSet<List<String>>();
        for (long seed = 0; seed < 10; seed++) {
            var trace = trace(Simulation.withSeed(seed));

            assertThat(trace(Simulation.withSeed(seed))).isEqualTo(trace);
            traces.add(trace);
        }

        assertThat(traces).hasSize(10);
        assertThat(trace(Simulation.inOrder())).isEqualTo(trace(Simulation.inOrder()));
    }

    @Test
    void anExplorationHandsOutTheSimulation() {
        var clocks = new HashSet<VirtualClock>();

        Simulation.explore(
                10,
                each -> {
                    Eventlet.sleep(ms(10));
                    assertThat(each.clock().elapsed()).isEqualTo(ms(10));
                    clocks.add(each.clock());
                });

        assertThat(clocks).hasSize(10);
    }

    @Test
    void rulesMustMakeSense() {
        var link = network.everywhere();

        assertThatIllegalArgumentException().isThrownBy(() -> link.latency(ms(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> link.jitter(ms(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> link.bandwidth(0));
        assertThatIllegalArgumentException().isThrownBy(() -> link.resetRandomly(1.1));
        assertThatIllegalArgumentException().isThrownBy(() -> link.refuseRandomly(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> network.giveUpAfter(ms(-1)));
    }
}
