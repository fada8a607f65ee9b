// SPDX-License-Identifier: Apache-2.0
package io.eventlet.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.net.GreenServerSocket;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/// Resets, partitions, and peers that are gone, in a simulation.
@Tag("hub-only")
@Timeout(60)
class SimulatedFaultsTest extends TwoHosts {
    // ---- resets

    @Test
    void aResetLosesWhatIsUnderWay() throws Exception {
        var link = network.between(client, server).latency(ms(30));

        connected(pair -> {
            pair.near().sendAll(new byte[] {1});
            Eventlet.sleep(ms(30));
            pair.near().sendAll(new byte[] {2});

            link.reset();

            assertThat(pair.far().getInputStream().read()).isEqualTo(1);
            assertThatThrownBy(() -> pair.far().getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            assertThatThrownBy(() -> pair.near().sendAll(new byte[] {3}))
                    .isInstanceOf(SocketException.class);
        });
    }

    @Test
    void aResetWakesReaders() throws Exception {
        connected(pair -> {
            var reader = Eventlet.spawn(() -> pair.near().getInputStream().read());
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
                pair.near().sendAll(new byte[10]);
                try {
                    outcomes.add("arrived " + pair.far().recv(new byte[20]));
                } catch (SocketException e) {
                    outcomes.add("lost");
                }
                assertThatThrownBy(() -> pair.near().getInputStream().read())
                        .isInstanceOf(SocketException.class);
            }
        });

        assertThat(outcomes).containsExactlyInAnyOrder("arrived 10", "lost");
    }

    @Test
    void aWriteToAPeerThatHasClosedIsAnsweredByAResetARoundTripLater() throws Exception {
        network.between(client, server).latency(ms(30));

        connected(pair -> {
            pair.far().close();
            assertThat(pair.near().getInputStream().read()).isEqualTo(-1);

            pair.near().sendAll(new byte[] {1}); // and is lost
            Eventlet.sleep(ms(59));
            pair.near().sendAll(new byte[] {2});
            Eventlet.sleep(ms(1));

            assertThatThrownBy(() -> pair.near().sendAll(new byte[] {3}))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Broken pipe");
            assertThat(pair.near().getInputStream().read()).isEqualTo(-1);
        });
    }

    @Test
    void aWriteToAPeerThatHasClosedIsNotAnsweredDuringAPartition() throws Exception {
        network.between(client, server).latency(ms(30));

        connected(pair -> {
            pair.far().close();
            assertThat(pair.near().getInputStream().read()).isEqualTo(-1);
            network.partition(client, server);
            pair.near().sendAll(new byte[] {1});
            Eventlet.sleep(ms(1000));
            pair.near().sendAll(new byte[] {2});
            network.heal();
            Eventlet.sleep(ms(60));

            assertThatThrownBy(() -> pair.near().sendAll(new byte[] {3}))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Broken pipe");
        });
    }

    // ---- partitions

    @Test
    void whatIsSentDuringAPartitionArrivesAfterIt() throws Exception {
        network.between(client, server).latency(ms(30));

        connected(pair -> {
            network.partition(client, server);
            pair.near().sendAll(new byte[] {1});
            pair.near().close();
            pair.far().setSoTimeout(60_000);
            assertThatThrownBy(() -> pair.far().getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);

            network.heal();
            var healed = now();

            assertThat(pair.far().getInputStream().read()).isEqualTo(1);
            assertThat(now()).isEqualTo(healed.plus(ms(30)));
            assertThat(pair.far().getInputStream().read()).isEqualTo(-1);
        });
    }

    @Test
    void whatIsUnderWayWhenAPartitionBeginsArrivesAfterIt() throws Exception {
        network.between(client, server).latency(ms(30));

        connected(pair -> {
            pair.near().sendAll(new byte[] {1});
            network.partition(Set.of(client), Set.of(server));
            Eventlet.spawnAfter(ms(500), network::heal);
            var begin = now();

            assertThat(pair.far().getInputStream().read()).isEqualTo(1);

            assertThat(now()).isEqualTo(begin.plus(ms(530)));
        });
    }

    @Test
    void aPartitionByAnotherThreadGoesByTheClockOfTheSimulation() throws Exception {
        network.between(client, server).latency(ms(30));

        connected(pair -> {
            pair.near().sendAll(new byte[] {1});
            Thread.ofPlatform().start(() -> network.partition(client, server)).join();
            Eventlet.spawnAfter(ms(500), network::heal);
            var begin = now();

            assertThat(pair.far().getInputStream().read()).isEqualTo(1);

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
            pair.near().sendAll(new byte[] {1});

            assertThatThrownBy(() -> pair.near().getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("timed out");
            assertThat(now()).isEqualTo(Duration.ofMinutes(5));
            network.heal();
            pair.far().setSoTimeout(60_000);
            assertThatThrownBy(() -> pair.far().getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
            pair.far().sendAll(new byte[] {2});
            assertThatThrownBy(() -> pair.far().getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        });
    }

    @Test
    void aReaderThatSendsNothingNeverGivesUp() throws Exception {
        connected(pair -> {
            network.partition(client, server);
            pair.near().setSoTimeout((int) Duration.ofDays(20).toMillis());

            assertThatThrownBy(() -> pair.near().getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
        });
    }

    @Test
    void othersGoOnDuringAPartition() throws Exception {
        var third = network.host("third");
        network.partition(third, server);

        connected(pair -> {
            pair.near().sendAll(new byte[] {1});

            assertThat(pair.far().getInputStream().read()).isEqualTo(1);
        });
    }

    // ---- hosts that are gone

    @Test
    void aPeerThatHasCrashedSaysNothing() throws Exception {
        network.giveUpAfter(Duration.ofMinutes(5));

        connected(pair -> {
            server.crash();
            pair.near().sendAll(new byte[] {1}); // vanishes
            pair.near().setSoTimeout(1000);
            assertThatThrownBy(() -> pair.near().getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
            pair.near().setSoTimeout(0);

            assertThatThrownBy(() -> pair.near().getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("timed out");
            assertThat(now()).isEqualTo(Duration.ofMinutes(5));
            assertThatThrownBy(() -> pair.near().sendAll(new byte[] {2}))
                    .isInstanceOf(SocketException.class);
        });
    }

    @Test
    void aCrashDoesNotRefuseWhoWaitsInABacklog() throws Exception {
        network.giveUpAfter(Duration.ofMinutes(2));

        simulation.run(() -> {
            var ignored = new GreenServerSocket(80, 1, server.address());
            Eventlet.spawnAfter(Duration.ofMinutes(1), server::crash);
            client.run(() -> {
                Eventlet.connect(server.at(80));

                assertThatExceptionOfType(ConnectException.class)
                        .isThrownBy(() -> Eventlet.connect(server.at(80)))
                        .withMessageContaining("timed out");
            });
        });

        assertThat(now()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void socketsOfACrashedHostFail() throws Exception {
        connected(pair -> {
            var reader = Eventlet.spawn(() -> pair.far().getInputStream().read());
            var listener = listen(81);
            var acceptor = Eventlet.spawn(() -> listener.accept());
            Eventlet.yield();

            server.crash();

            assertThatThrownBy(reader::await)
                    .hasRootCauseInstanceOf(SocketException.class)
                    .hasRootCauseMessage("Host is down");
            assertThatThrownBy(acceptor::await).hasRootCauseInstanceOf(SocketException.class);
            pair.far().close(); // nobody hears of it
            pair.near().setSoTimeout(1000);
            assertThatThrownBy(() -> pair.near().getInputStream().read())
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
            pair.near().sendAll(new byte[] {1});
            assertThatThrownBy(() -> pair.near().getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            assertThat(connect().near().isConnected()).isTrue();
        });
    }

    @Test
    void aServerThatHasCrashedDoesNotKeepTimeRunning() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> simulation.run(this::waitForACrashedServer))
                .withMessageContaining("nothing is left that could end that");
    }

    private void waitForACrashedServer() throws IOException {
        var listener = listen(80);
        var ignored =
                server.spawn(() ->
                        Eventlet.serve(
                                listener,
                                one -> one.getInputStream().transferTo(one.getOutputStream())));
        client.run(() -> {
            var socket = Eventlet.connect(server.at(80));
            Eventlet.sleep(ms(1000));
            server.crash();
            socket.getInputStream().read();
        });
    }

    @Test
    void servingEndsWhenTheHostCrashes() throws Exception {
        simulation.run(() -> {
            var listener = listen(80);
            var serving = server.spawn(() -> Eventlet.serve(listener, _ -> {}));
            Eventlet.yield();

            server.crash();

            serving.await();
        });
    }
}
