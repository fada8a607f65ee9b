// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.hub.Hub;
import io.eventlet.hub.HubStrand;
import io.eventlet.hub.Pinned;
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

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;

/// A ring belongs to a thread, and a thread that is pinned is left behind: sockets of its hub go on
/// with another ring.
@Tag("hub-only")
@Timeout(60)
@ExtendWith(NoLeaks.class)
class UringTakeoverTest extends EndpointScene {
    private Network network;
    private Hub hub;
    private final CountDownLatch release = new CountDownLatch(1);

    @BeforeEach
    void startHub() throws IOException {
        var poller =
                new ReadinessPoller(UringSet.open(), Waits.PARKING, HubStrand::networkOfCaller);
        network = poller;
        hub = Hub.start("ring", Clock.system(), poller);
    }

    @AfterEach
    void closeHub() {
        release.countDown();
        assertThat(hub.close(Duration.ofSeconds(50))).isTrue();
    }

    @Override
    Network network() {
        return network;
    }

    /// Has a green thread keep the hub's thread, and another take over.
    private GreenThread<?> takeOver() {
        int before = (int) hub.statistics().takeovers();
        var pinned =
                Eventlet.spawnOn(
                        hub,
                        () ->
                                Pinned.call(() -> {
                                    release.await();
                                    return "released";
                                }));
        Until.holds(() -> hub.statistics().takeovers() > before);
        return pinned;
    }

    /// Has its ring receive, with nobody who reads.
    private static void armAndLeave(Endpoint endpoint) {
        var reader = waiting(() -> read(endpoint));
        reader.kill();
        Until.holds(reader::isDead);
    }

    @Test
    void readersWhoWaitedBeforeATakeoverAreWoken() throws IOException {
        var connections = new ArrayList<Connection>();
        for (int i = 0; i < 20; i++) {
            connections.add(connection());
        }
        var readers = connections.stream().map(each -> waiting(() -> read(each.server()))).toList();
        takeOver();

        for (var each : connections) {
            write(each.client(), "news");
        }

        for (var reader : readers) {
            assertThat(reader.await()).isEqualTo("news");
        }
    }

    @Test
    void whatWasReceivedBeforeATakeoverIsReadAfterItAndBeforeTheRest() throws IOException {
        var connection = connection();
        armAndLeave(connection.server());
        write(connection.client(), "before");
        untilReadable(connection.server());
        takeOver();

        var first = Eventlet.spawn(() -> read(connection.server())).await();
        var second = waiting(() -> read(connection.server()));
        write(connection.client(), "after");

        assertThat(first + "," + second.await()).isEqualTo("before,after");
    }

    @Test
    void manyTakeoversLeaveConnectionsAsTheyAre() throws IOException {
        var connection = connection();
        for (int i = 0; i < 5; i++) {
            takeOver();
            for (int j = 0; j < 20; j++) {
                var reader = waiting(() -> read(connection.server()));
                write(connection.client(), "news");
                assertThat(reader.await()).isEqualTo("news");
            }
        }
    }

    @Test
    void aWriterWhoWaitedForRoomBeforeATakeoverGoesOn() throws IOException {
        var connection = connection();
        var sent = new byte[16 << 20];
        var writer =
                waiting(() -> {
                    writeAll(connection.client(), sent);
                    return "all";
                });
        takeOver();

        var read = Eventlet.spawn(() -> readAll(connection.server(), sent.length)).await();

        assertThat(read).isEqualTo(sent);
        assertThat(writer.await()).isEqualTo("all");
    }

    @Test
    void closingAfterATakeoverSendsTheEndThoughThePinnedThreadSleeps() throws IOException {
        var connection = connection();
        armAndLeave(connection.server());
        takeOver();

        connection.server().close();

        assertThat(read(connection.client())).isEqualTo("end");
    }

    @Test
    void aHubThatWasTakenOverIsClosedWithItsPinnedThread() throws IOException {
        var connection = connection();
        var reader = waiting(() -> read(connection.server()));
        var pinned = takeOver();

        release.countDown();
        assertThat(hub.close(Duration.ofSeconds(50))).isTrue();
        write(connection.client(), "later");

        assertThat(reader.await()).isEqualTo("later");
        assertThat(pinned.isDead()).isTrue(); // released or killed, whatever came first
    }
}
