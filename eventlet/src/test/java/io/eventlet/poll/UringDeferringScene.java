// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.hub.Hub;
import io.eventlet.hub.HubStrand;
import io.eventlet.testing.Until;
import io.eventlet.wait.Clock;
import io.eventlet.wait.Waits;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Connections whose writes a ring sends when its hub waits.
abstract class UringDeferringScene extends EndpointScene {
    private static final int MESSAGE = 1000;
    private static final int SMALL = 4096;

    private Network network;
    Hub hub;
    final CountDownLatch release = new CountDownLatch(1);

    @BeforeEach
    void startHub() throws IOException {
        startHub(UringWork.Shape.USUAL);
    }

    @AfterEach
    void closeHub() {
        release.countDown();
        closeWithoutRelease();
    }

    final void closeWithoutRelease() {
        assertThat(hub.close(Duration.ofSeconds(50))).isTrue();
    }

    final void startHub(UringWork.Shape shape) throws IOException {
        var poller =
                new ReadinessPoller(
                        UringSet.open(shape), Waits.PARKING, HubStrand::networkOfCaller);
        network = poller;
        hub = Hub.start("ring", Clock.system(), poller);
    }

    @Override
    final Network network() {
        return network;
    }

    /// Whose server defers its writes, and is known to the ring.
    final Connection deferring() throws IOException {
        return deferring(connection());
    }

    private Connection deferring(Connection connection) throws IOException {
        var reader = waiting(() -> read(connection.server()));
        reader.kill();
        Until.holds(reader::isDead);
        connection.server().deferWrites(true);
        return connection;
    }

    final <T> T onHub(Callable<T> body) {
        return Eventlet.<T>spawnOn(hub, body).await();
    }

    static byte[] bytes(int length) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ((i * 31) >>> 3);
        }
        return bytes;
    }

    /// Has the hub write something and compute until it is closed.
    final AutoCloseable busyAfterWriting(Endpoint to, String text) throws InterruptedException {
        var begun = new CountDownLatch(1);
        var ends = new AtomicBoolean();
        var busy =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            write(to, text);
                            begun.countDown();
                            while (!ends.get()) {
                                Thread.onSpinWait();
                            }
                            return "";
                        });
        begun.await();
        return () -> {
            ends.set(true);
            busy.await();
        };
    }

    /// Has the hub write short messages.
    final GreenThread<Integer> writingMessages(Endpoint to, byte[] all, AtomicInteger written) {
        return Eventlet.spawnOn(
                hub,
                () -> {
                    for (int n; (n = written.get()) < all.length; ) {
                        int most = Math.min(MESSAGE, all.length - n);
                        written.addAndGet(to.write(all, n, most, NEVER));
                    }
                    return written.get();
                });
    }

    /// A connection of which the peer has not read, until a writer came to wait. What it has
    /// deferred then is more than the kernel will ever have room for.
    record Stuck(Endpoint client, Endpoint server, int length) {
        byte[] written() {
            return bytes(length);
        }

        byte[] read() throws IOException {
            return readAll(client, length);
        }
    }

    final Stuck stuck() throws IOException {
        var listener = listener(1);
        var client = open();
        client.setOption(StandardSocketOptions.SO_RCVBUF, SMALL); // else there would be room later
        client.connect(listener.localAddress(), NEVER);
        var connection = deferring(new Connection(client, accept(listener)));
        connection.server().setOption(StandardSocketOptions.SO_SNDBUF, SMALL);
        var all = bytes(16_000_000);
        var written = new AtomicInteger();
        var writer = writingMessages(connection.server(), all, written);
        Until.waiting(writer);
        writer.kill();
        Until.holds(writer::isDead);
        return new Stuck(connection.client(), connection.server(), written.get());
    }
}
