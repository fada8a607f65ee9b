// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.Task;
import io.eventlet.TaskFailed;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.GreenSocket;
import io.eventlet.queue.GreenQueue;
import io.eventlet.testing.Descriptors;
import io.eventlet.testing.Until;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Semaphore;

/// Closing a hub under threads that use sockets.
@Timeout(60)
class HubCloseSocketsTest {

    private static final Duration LONG = Duration.ofDays(1);
    private static final Duration NONE = Duration.ZERO;

    private final Hub hub = Hub.start("closing");

    private GreenThread<?> waiting(Task body) {
        var thread = Eventlet.spawnOn(hub, body);
        Until.waiting(thread);
        return thread;
    }

    private static void assertTold(GreenThread<?> thread) {
        assertTold(thread, "closing");
    }

    private static void assertTold(GreenThread<?> thread, String hubName) {
        assertThatThrownBy(thread::await)
                .cause()
                .isInstanceOf(HubClosed.class)
                .hasMessage("hub '" + hubName + "' has been closed");
    }

    @Test
    void tellsThoseThatWaitForSockets() throws IOException {
        try (var listener = new GreenServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var client = new GreenSocket(listener.getInetAddress(), listener.getLocalPort());
                var server = listener.accept()) {
            var reader = waiting(() -> server.recv(new byte[1]));
            var acceptor = waiting(() -> listener.accept().close());

            assertThat(hub.close(LONG)).isTrue();

            assertTold(reader);
            assertTold(acceptor);
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Test
    @Tag("hub-only")
    void whoGoesOnWithoutItsHubCannotWaitForSockets() throws IOException {
        var release = new Semaphore(0);
        try (var listener = new GreenServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var socket =
                        Eventlet.spawnOn(
                                        hub,
                                        () ->
                                                new GreenSocket(
                                                        listener.getInetAddress(),
                                                        listener.getLocalPort()))
                                .await()) {
            var stubborn =
                    waiting(() -> {
                        while (!release.tryAcquire()) {
                            try {
                                Eventlet.sleep(Duration.ofMillis(1));
                            } catch (HubClosed e) {
                                // ignored
                            }
                        }
                        int ignored = socket.recv(new byte[1]);
                    });

            assertThat(hub.close(NONE)).isFalse();
            release.release();

            assertThatThrownBy(stubborn::await)
                    .cause()
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("its hub has been closed");
        }
    }

    @Test
    @Tag("hub-only")
    void closingGivesDescriptorsAndThreadsBack() {
        hub.close();
        int before = Descriptors.count();

        for (int i = 0; i < 50; i++) {
            try (var next = Hub.start("passing")) {
                var ignored = Eventlet.spawnOn(next, () -> Eventlet.sleep()).await();
            }
        }

        Descriptors.areAtMost(before);
        Until.holds(() ->
                Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("hub-passing")));
    }

    @Test
    void nothingIsLostWhenAHubClosesUnderTraffic() {
        closeUnderTraffic(30);
    }

    @Test
    @Tag("stress")
    @Timeout(600)
    void nothingIsLostWhenHubsCloseUnderTrafficForLong() {
        closeUnderTraffic(2000);
    }

    /// Whoever has been spawned ends, and whoever awaits it hears of it.
    private static void closeUnderTraffic(int rounds) {
        for (int round = 0; round < rounds; round++) {
            var closing = Hub.start("traffic");
            var threads = new ArrayList<GreenThread<?>>();
            var queue = GreenQueue.<Integer>bounded(1);
            for (int i = 0; i < 20; i++) {
                threads.add(
                        Eventlet.spawnOn(
                                closing,
                                () -> {
                                    while (true) {
                                        queue.put(1);
                                        Eventlet.sleep(Duration.ofNanos(1000));
                                        var ignored = queue.get();
                                    }
                                }));
            }
            var feeder =
                    Eventlet.spawn(() -> {
                        while (true) {
                            var ignored = queue.get();
                            queue.put(2);
                            Eventlet.yield();
                        }
                    });
            Until.holds(threads.getLast()::isStarted);

            assertThat(closing.close(LONG)).isTrue();

            for (var thread : threads) {
                assertThatThrownBy(thread::await).hasCauseInstanceOf(HubClosed.class);
            }
            feeder.kill();
        }
    }

    @Test
    void thoseThatWaitForSocketsOfAHubThatIsClosedAtOnceCanEnd() throws Exception {
        var readers = new ArrayList<GreenThread<?>>();
        try (var listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress())) {
            var address = (InetSocketAddress) listener.getLocalSocketAddress();
            for (int i = 0; i < 100; i++) {
                readers.add(
                        waiting(() -> {
                            try (var socket = Eventlet.connect(address)) {
                                var ignored = socket.getInputStream().read();
                            }
                        }));
            }

            boolean ignored = hub.close(NONE);

            for (var reader : readers) {
                assertThatThrownBy(reader::await).isInstanceOf(TaskFailed.class);
            }
        }
    }
}
