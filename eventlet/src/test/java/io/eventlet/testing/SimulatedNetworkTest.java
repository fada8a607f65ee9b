// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.ThrowingConsumer;
import io.eventlet.net.GreenServer;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.GreenSocket;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Latency, bandwidth, partitions and losses between the hosts of a simulation.
@Tag("hub-only")
@Timeout(60)
class SimulatedNetworkTest {
    private final Simulation simulation = Simulation.withSeed(42);
    private final MemoryNetwork network = simulation.network();
    private final Host client = network.host("client");
    private final Host server = network.host("server");

    private record Pair(GreenSocket near, GreenSocket far) {}

    /// Runs a body with a connection from the client to the server.
    private void connected(ThrowingConsumer<Pair> body) throws Exception {
        simulation.run(() -> body.accept(connect()));
    }

    private Pair connect() throws IOException {
        try (var listener = listen(80)) {
            var near = client.call(() -> Eventlet.connect(server.at(80)));
            return new Pair(near, listener.accept());
        }
    }

    private GreenServerSocket listen(int port) throws IOException {
        return server.call(() -> Eventlet.listen(port));
    }

    private Duration now() {
        return simulation.clock().elapsed();
    }

    private static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }

    // ---- hosts

    @Test
    void aHostListensOnItsAddressAndConnectsFromIt() throws Exception {
        connected(pair -> {
            assertThat(pair.near.getInetAddress()).isEqualTo(server.address());
            assertThat(pair.far.getInetAddress()).isEqualTo(client.address());
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
            pair.near.sendAll(new byte[] {1});
            assertThat(now()).isEqualTo(ms(60));
            assertThat(pair.far.getInputStream().available()).isZero();

            assertThat(pair.far.getInputStream().read()).isEqualTo(1);

            assertThat(now()).isEqualTo(ms(90));
        });
    }

    @Test
    void aReadThatEndsBeforeTheBytesArriveTimesOut() throws Exception {
        network.between(client, server).latency(ms(30));

        connected(pair -> {
            pair.near.sendAll(new byte[] {1});
            pair.far.setSoTimeout(29);

            assertThatThrownBy(() -> pair.far.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(pair.far.getInputStream().read()).isEqualTo(1);
        });
    }

    @Test
    void bandwidthIsSharedByAllConnections() throws Exception {
        network.between(client, server).bandwidth(1000);

        simulation.run(() -> {
            var one = connect();
            var other = connect();
            one.near.sendAll(new byte[500]);
            other.near.sendAll(new byte[500]);

            one.far.getInputStream().readNBytes(500);
            assertThat(now()).isEqualTo(ms(500));
            other.far.getInputStream().readNBytes(500);
            assertThat(now()).isEqualTo(ms(1000));
        });
    }

    @Test
    void jitterKeepsTheOrderOfBytes() throws Exception {
        network.everywhere().latency(ms(10)).jitter(ms(1000));

        connected(pair -> {
            for (int i = 0; i < 100; i++) {
                pair.near.sendAll(new byte[] {(byte) i});
            }
            pair.near.shutdownOutput();

            var received = pair.far.getInputStream().readAllBytes();

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
            pair.near.sendAll(new byte[10]);
            pair.near.shutdownOutput();

            assertThat(pair.far.getInputStream().readNBytes(10)).hasSize(10);
            assertThat(pair.far.getInputStream().read()).isEqualTo(-1);
            pair.far.sendAll(new byte[] {2}); // half closed: the other way is open

            assertThat(pair.near.getInputStream().read()).isEqualTo(2);
        });
    }

    @Test
    void readsComeInPieces() throws Exception {
        network.everywhere().inPieces();

        connected(pair -> {
            pair.near.sendAll(new byte[1000]);
            int reads = 0;
            for (int left = 1000; left > 0; left -= pair.far.recv(new byte[1000])) {
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

    // ---- resets

    @Test
    void aResetLosesWhatIsUnderWay() throws Exception {
        var link = network.between(client, server).latency(ms(30));

        connected(pair -> {
            pair.near.sendAll(new byte[] {1});
            Eventlet.sleep(ms(30));
            pair.near.sendAll(new byte[] {2});

            link.reset();

            assertThat(pair.far.getInputStream().read()).isEqualTo(1);
            assertThatThrownBy(() -> pair.far.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            assertThatThrownBy(() -> pair.near.sendAll(new byte[] {3}))
                    .isInstanceOf(SocketException.class);
        });
    }

    @Test
    void aResetWakesReaders() throws Exception {
        connected(pair -> {
            var reader = Eventlet.spawn(() -> pair.near.getInputStream().read());
            Eventlet.yield();

            network.everywhere().reset();

            assertThatThrownBy(reader::await).hasRootCauseInstanceOf(SocketException.class);
        });
    }

    @Test
    void aRandomResetLosesAllOfAWriteOrNothing() throws Exception {
        network.between(client, server).resetRandomly(1);
        var outcomes = new HashSet<String>();

        simulation.run(() -> {
            for (int i = 0; i < 20; i++) {
                var pair = connect();
                pair.near.sendAll(new byte[10]);
                try {
                    outcomes.add("arrived " + pair.far.recv(new byte[20]));
                } catch (SocketException e) {
                    outcomes.add("lost");
                }
                assertThatThrownBy(() -> pair.near.getInputStream().read())
                        .isInstanceOf(SocketException.class);
            }
        });

        assertThat(outcomes).containsExactlyInAnyOrder("arrived 10", "lost");
    }

    // ---- partitions

    @Test
    void whatIsSentDuringAPartitionArrivesAfterIt() throws Exception {
        network.between(client, server).latency(ms(30));

        connected(pair -> {
            network.partition(client, server);
            pair.near.sendAll(new byte[] {1});
            pair.near.close();
            pair.far.setSoTimeout(60_000);
            assertThatThrownBy(() -> pair.far.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);

            network.heal();
            var healed = now();

            assertThat(pair.far.getInputStream().read()).isEqualTo(1);
            assertThat(now()).isEqualTo(healed.plus(ms(30)));
            assertThat(pair.far.getInputStream().read()).isEqualTo(-1);
        });
    }

    @Test
    void whatIsUnderWayWhenAPartitionBeginsArrivesAfterIt() throws Exception {
        network.between(client, server).latency(ms(30));

        connected(pair -> {
            pair.near.sendAll(new byte[] {1});
            network.partition(Set.of(client), Set.of(server));
            Eventlet.spawnAfter(ms(500), network::heal);
            var begin = now();

            assertThat(pair.far.getInputStream().read()).isEqualTo(1);

            assertThat(now()).isEqualTo(begin.plus(ms(530)));
        });
    }

    @Test
    void aConnectWaitsForTheEndOfAPartition() throws Exception {
        network.between(client, server).latency(ms(30));
        network.partition(client, server);

        simulation.run(() -> {
            Eventlet.spawnAfter(ms(100), network::heal);
            var ignored = connect();
        });

        assertThat(now()).isEqualTo(ms(160));
    }

    @Test
    void aConnectIntoAPartitionKeepsToItsLimit() throws Exception {
        network.partition(client, server);

        simulation.run(() -> {
            var ignored = listen(80);
            client.run(() ->
                    assertThatExceptionOfType(SocketTimeoutException.class)
                            .isThrownBy(() -> Eventlet.connect(server.at(80), ms(100))));
        });

        assertThat(now()).isEqualTo(ms(100));
    }

    @Test
    void aSenderGivesUpAndItsPeerIsNotTold() throws Exception {
        network.giveUpAfter(Duration.ofMinutes(5));

        connected(pair -> {
            network.partition(client, server);
            pair.near.sendAll(new byte[] {1});

            assertThatThrownBy(() -> pair.near.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("timed out");
            assertThat(now()).isEqualTo(Duration.ofMinutes(5));
            network.heal();
            pair.far.setSoTimeout(60_000);
            assertThatThrownBy(() -> pair.far.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
            pair.far.sendAll(new byte[] {2});
            assertThatThrownBy(() -> pair.far.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        });
    }

    @Test
    void aReaderThatSendsNothingNeverGivesUp() throws Exception {
        connected(pair -> {
            network.partition(client, server);
            pair.near.setSoTimeout((int) Duration.ofDays(20).toMillis());

            assertThatThrownBy(() -> pair.near.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
        });
    }

    @Test
    void othersGoOnDuringAPartition() throws Exception {
        var third = network.host("third");
        network.partition(third, server);

        connected(pair -> {
            pair.near.sendAll(new byte[] {1});

            assertThat(pair.far.getInputStream().read()).isEqualTo(1);
        });
    }

    // ---- hosts that are gone

    @Test
    void aPeerThatHasCrashedSaysNothing() throws Exception {
        network.giveUpAfter(Duration.ofMinutes(5));

        connected(pair -> {
            server.crash();
            pair.near.sendAll(new byte[] {1}); // vanishes
            pair.near.setSoTimeout(1000);
            assertThatThrownBy(() -> pair.near.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
            pair.near.setSoTimeout(0);

            assertThatThrownBy(() -> pair.near.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("timed out");
            assertThat(now()).isEqualTo(Duration.ofMinutes(5));
            assertThatThrownBy(() -> pair.near.sendAll(new byte[] {2}))
                    .isInstanceOf(SocketException.class);
        });
    }

    @Test
    void socketsOfACrashedHostFail() throws Exception {
        connected(pair -> {
            var reader = Eventlet.spawn(() -> pair.far.getInputStream().read());
            var listener = listen(81);
            var acceptor = Eventlet.spawn(() -> listener.accept());
            Eventlet.yield();

            server.crash();

            assertThatThrownBy(reader::await)
                    .hasRootCauseInstanceOf(SocketException.class)
                    .hasRootCauseMessage("Host is down");
            assertThatThrownBy(acceptor::await).hasRootCauseInstanceOf(SocketException.class);
            pair.far.close(); // nobody hears of it
            pair.near.setSoTimeout(1000);
            assertThatThrownBy(() -> pair.near.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
        });
    }

    @Test
    void aHostThatIsBackResetsConnectionsOfBeforeAndTakesNewOnes() throws Exception {
        connected(pair -> {
            server.crash();
            Eventlet.sleep(ms(1000));
            server.restart();

            client.run(() ->
                    assertThatExceptionOfType(ConnectException.class)
                            .isThrownBy(() -> Eventlet.connect(server.at(80))));
            pair.near.sendAll(new byte[] {1});
            assertThatThrownBy(() -> pair.near.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            assertThat(connect().near.isConnected()).isTrue();
        });
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
