// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.hub.Hub;
import io.eventlet.hub.HubStrand;
import io.eventlet.hub.Pinned;
import io.eventlet.net.GreenConnection;
import io.eventlet.net.GreenSocket;
import io.eventlet.poll.PollerKind;
import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;
import io.eventlet.wait.Clock;
import io.eventlet.wait.Waits;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/// A server that defers its writes, under load: some clients are killed or break off, and the hub
/// is taken over meanwhile.
@Tag("stress")
@Tag("hub-only")
@Timeout(300)
@ExtendWith(NoLeaks.class)
class DeferredWritesStressTest {
    private static final int CLIENTS = 120;
    private static final int ROUNDS = 200;
    private static final int LARGEST = 6_000;
    private static final int TAKEOVERS = 5;

    private Hub hub;
    private GreenServer server;

    @BeforeEach
    void startServer() throws IOException {
        var poller = PollerKind.IO_URING.open(Waits.PARKING, HubStrand::networkOfCaller);
        hub = Hub.start("ring", Clock.system(), poller);
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server =
                Eventlet.spawnOn(
                                hub,
                                () ->
                                        GreenServer.builder(DeferredWritesStressTest::echo)
                                                .address(anyPort)
                                                .deferredWrites()
                                                .start())
                        .await();
    }

    @AfterEach
    void closeServer() {
        assertThat(server.close(Duration.ofSeconds(30))).isTrue();
        assertThat(hub.close(Duration.ofSeconds(30))).isTrue();
    }

    /// Sends back what comes, in two writes.
    private static void echo(Socket client) throws IOException {
        var connection = (GreenConnection) client;
        var buffer = new byte[LARGEST];
        for (int n; (n = connection.recv(buffer)) >= 0; ) {
            connection.sendAll(buffer, 0, n / 3);
            connection.sendAll(buffer, n / 3, n - n / 3);
        }
    }

    private enum End {
        IN_ORDER,
        BROKEN_OFF,
        KILLED
    }

    /// How many messages came back as they were sent.
    private int talk(Random random, End end) throws IOException {
        try (var socket = Eventlet.connect(server.address())) {
            int rounds = end == End.IN_ORDER ? ROUNDS : random.nextInt(ROUNDS);
            for (int i = 0; i < rounds; i++) {
                exchange(socket, random);
            }
            if (end == End.KILLED) {
                throw new AssertionError("read " + socket.getInputStream().read());
            }
            if (end == End.BROKEN_OFF) {
                for (int i = 0; i < 20; i++) {
                    socket.sendAll(new byte[LARGEST]);
                }
                socket.setSoLinger(true, 0);
            }
            return rounds;
        }
    }

    private static void exchange(GreenSocket socket, Random random) throws IOException {
        var message = new byte[1 + random.nextInt(LARGEST)];
        random.nextBytes(message);
        socket.sendAll(message);
        var back = socket.getInputStream().readNBytes(message.length);
        if (back.length < message.length) {
            throw new EOFException("the echo ended after %d bytes".formatted(back.length));
        }
        assertThat(Arrays.equals(back, message)).isTrue();
    }

    private List<GreenThread<Integer>> startClients(End end) {
        var clients = new ArrayList<GreenThread<Integer>>();
        for (int i = 0; i < CLIENTS / End.values().length; i++) {
            var random = new Random(i);
            clients.add(Eventlet.<Integer>spawn(() -> talk(random, end)));
        }
        return clients;
    }

    /// Leaves a thread behind that goes on when another has taken the hub over.
    private void takeOver(long before) {
        var release = new CountDownLatch(1);
        var pinned =
                Eventlet.spawnOn(
                        hub,
                        () ->
                                Pinned.call(() -> {
                                    release.await();
                                    return "released";
                                }));
        Until.holds(() -> hub.statistics().takeovers() > before);
        release.countDown();
        pinned.await();
    }

    @Test
    void everythingComesBackAsItWasSent() {
        var inOrder = startClients(End.IN_ORDER);
        var brokenOff = startClients(End.BROKEN_OFF);
        var killed = startClients(End.KILLED);

        for (int i = 0; i < TAKEOVERS; i++) {
            takeOver(hub.statistics().takeovers());
            killed.get(i).kill();
        }
        killed.forEach(GreenThread::kill);

        for (var each : inOrder) {
            assertThat(each.await()).isEqualTo(ROUNDS);
        }
        for (var each : brokenOff) {
            assertThat(each.await()).isNotNegative();
        }
        Until.holds(() -> killed.stream().allMatch(GreenThread::isDead));
        Until.holds(() -> server.active() == 0);
    }
}
