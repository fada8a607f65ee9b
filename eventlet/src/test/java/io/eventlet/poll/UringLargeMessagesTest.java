// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.hub.Hub;
import io.eventlet.hub.HubStrand;
import io.eventlet.testing.junit.NoLeaks;
import io.eventlet.wait.Clock;
import io.eventlet.wait.Waits;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/// Messages that a ring polls for and does not receive itself: no request is made yet when the next
/// is wanted.
@Tag("hub-only")
@Timeout(60)
@ExtendWith(NoLeaks.class)
class UringLargeMessagesTest extends EndpointScene {
    private static final int SIZE = 8192;
    private static final int MANY = 100;

    private Network network;
    private Hub hub;

    @BeforeEach
    void startHub() throws IOException {
        var set = UringSet.open(UringWork.Shape.USUAL);
        var poller = new ReadinessPoller(set, Waits.PARKING, HubStrand::networkOfCaller);
        network = poller;
        hub = Hub.start("ring", Clock.system(), poller);
    }

    @AfterEach
    void closeHub() {
        assertThat(hub.close(Duration.ofSeconds(50))).isTrue();
    }

    @Override
    Network network() {
        return network;
    }

    @Override
    <T> T onItsHub(Callable<T> body) {
        return Eventlet.<T>spawnOn(hub, body).await();
    }

    /// Reads messages to the end of each, and leaves another one.
    private static void leaveOneAfterMany(Connection connection) throws IOException {
        for (int i = 0; i < MANY; i++) {
            var writer = Eventlet.spawn(() -> writeAll(connection.client(), new byte[SIZE]));
            for (int n = 0; n < SIZE; ) { // the reader waits first
                n += read(connection, NEVER);
            }
            writer.await();
        }
        writeAll(connection.client(), new byte[SIZE]);
        untilReadable(connection.server());
    }

    private static int read(Connection connection, long deadline) throws IOException {
        var into = new byte[1 << 16];
        return connection.server().read(into, 0, into.length, deadline);
    }

    @Test
    void bytesThatAreThereBeatADeadlineThatHasPassed() throws IOException {
        var connection = connection();

        int n =
                onItsHub(() -> {
                    leaveOneAfterMany(connection);
                    return read(connection, past());
                });

        assertThat(n).isEqualTo(SIZE);
    }

    @Test
    void awaitReadableSeesThemAfterItsDeadline() throws IOException {
        var connection = connection();

        int n =
                onItsHub(() -> {
                    leaveOneAfterMany(connection);
                    connection.server().awaitReadable(past());
                    return read(connection, NEVER);
                });

        assertThat(n).isEqualTo(SIZE);
    }

    @Test
    void bytesThatAreThereBeatAnInterrupt() throws IOException {
        var connection = connection();

        int n =
                onItsHub(() -> {
                    leaveOneAfterMany(connection);
                    Thread.currentThread().interrupt();
                    try {
                        return read(connection, NEVER);
                    } finally {
                        boolean ignored = Thread.interrupted();
                    }
                });

        assertThat(n).isEqualTo(SIZE);
    }

    @Test
    void anotherThreadReadsWhatIsThereWhileTheHubComputes() throws Exception {
        var connection = connection();
        onItsHub(() -> {
            leaveOneAfterMany(connection);
            return read(connection, NEVER);
        });
        var begun = new CountDownLatch(1);
        var ended = new AtomicBoolean();
        var computing =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            begun.countDown();
                            while (!ended.get()) {
                                Thread.onSpinWait();
                            }
                        });
        begun.await();
        try {
            writeAll(connection.client(), new byte[SIZE]);

            assertThat(read(connection, NEVER)).isEqualTo(SIZE);
        } finally {
            ended.set(true);
            computing.await();
        }
    }
}
