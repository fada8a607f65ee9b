// SPDX-License-Identifier: Apache-2.0
package io.eventlet.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.hub.Hub;
import io.eventlet.hub.HubStrand;
import io.eventlet.testing.Until;
import io.eventlet.testing.junit.NoLeaks;
import io.eventlet.wait.Clock;
import io.eventlet.wait.Waits;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/// Sockets of a hub over io_uring, used on another hub and by threads of none.
@Tag("hub-only")
@ExtendWith(NoLeaks.class)
class UringEndpointTest extends CancellableEndpointSpecification {
    private static final int LIMIT = 1 << 17;

    private UringSet set;
    private Network network;
    private Hub hub;

    @BeforeEach
    void startHub() throws IOException {
        startHub(UringSet.open(shape()));
    }

    @AfterEach
    void closeHub() {
        assertThat(hub.close(Duration.ofSeconds(50))).isTrue();
    }

    UringWork.Shape shape() {
        return UringWork.Shape.USUAL;
    }

    /// How many buffers hold what one connection may have received that nobody reads.
    int buffersOfAFlood() {
        return 9;
    }

    private void startHub(UringSet with) {
        set = with;
        var poller = new ReadinessPoller(with, Waits.PARKING, HubStrand::networkOfCaller);
        network = poller;
        hub = Hub.start("ring", Clock.system(), poller);
    }

    private void startHubInstead(UringSet with) {
        closeHub();
        startHub(with);
    }

    @Override
    Network network() {
        return network;
    }

    /// Others do not wait long for what the ring has not looked at: its hub may compute.
    @Override
    <T> T onItsHub(Callable<T> body) {
        return Eventlet.<T>spawnOn(hub, body).await();
    }

    /// Has its ring receive, with nobody who reads.
    private static void armAndLeave(Endpoint endpoint) {
        var reader = waiting(() -> read(endpoint));
        reader.kill();
        Until.holds(reader::isDead);
    }

    private static byte[] bytes(int length) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ((i * 31) >>> 3);
        }
        return bytes;
    }

    // ---- the first read

    @Test
    void whatCameBeforeAConnectionWasAcceptedIsReceivedByTheRing() throws IOException {
        var listener = listener(10);
        var client = connect(listener);
        write(client, "first");

        var server =
                onItsHub(() -> {
                    var accepted = accept(listener);
                    assertThat(accepted.read(new byte[1], 0, 1, NEVER)).isEqualTo(1);
                    return accepted;
                });

        assertThat(set.buffersInUse()).isEqualTo(1); // the rest is there
        assertThat(read(server)).isEqualTo("irst");
    }

    @Test
    void aDeadlineThatHasPassedDoesNotMissWhatCameBeforeAConnectionWasAccepted()
            throws IOException {
        var listener = listener(10);
        var client = connect(listener);
        write(client, "first");

        var read = onItsHub(() -> readBy(accept(listener), past()));

        assertThat(read).isEqualTo("first");
    }

    // ---- buffers

    @Test
    void aConnectionThatIsIdleHasNoBuffer() throws IOException {
        var connections = new ArrayList<Connection>();
        for (int i = 0; i < 20; i++) {
            connections.add(connection());
            armAndLeave(connections.getLast().server());
        }

        assertThat(set.buffersInUse()).isZero();
    }

    @Test
    void buffersAreGivenBackOnceTheyAreRead() throws IOException {
        var connection = connection();
        armAndLeave(connection.server());
        var sent = bytes(3 * LIMIT);

        for (int i = 0; i < 20; i++) {
            var writer = Eventlet.spawn(() -> writeAll(connection.client(), sent));
            assertThat(readAll(connection.server(), sent.length)).isEqualTo(sent);
            writer.await();
        }

        Until.holds(() -> {
            Eventlet.spawnOn(hub, () -> {}).await(); // so that the ring looks
            return set.buffersInUse() <= 1; // one is used bit by bit
        });
    }

    @Test
    void whatNobodyReadsHoldsNoMoreThanItsShare() throws IOException {
        floodWhileOthersGoOn();

        assertThat(set.buffersInUse()).isLessThanOrEqualTo(buffersOfAFlood());
    }

    /// As before Linux 6.17, which knows no limit of a request.
    @Test
    void othersGoOnWhenAFloodHoldsAllBuffers() throws IOException {
        startHubInstead(UringSet.open(new UringWork.Shape(64, 1024, 0, true)));

        floodWhileOthersGoOn();
    }

    private void floodWhileOthersGoOn() throws IOException {
        var flooded = connection();
        var other = connection();
        armAndLeave(flooded.server());
        var writer = writingUntilItWaits(flooded.client());

        for (int i = 0; i < 100; i++) {
            write(other.client(), "news");
            assertThat(read(other.server())).isEqualTo("news");
        }

        writer.kill();
    }

    @Test
    void moreThanAllBuffersIsReceivedByReaders() throws IOException {
        var sent = bytes(LIMIT);
        var connections = new ArrayList<Connection>();
        for (int i = 0; i < 50; i++) { // 6.4 MB for 4 MiB of buffers
            var connection = connection();
            connections.add(connection);
            armAndLeave(connection.server());
        }
        var writers =
                connections.stream()
                        .map(each -> Eventlet.spawn(() -> writeAll(each.client(), sent)))
                        .toList();

        for (var each : connections) {
            assertThat(readAll(each.server(), sent.length)).isEqualTo(sent);
        }

        writers.forEach(each -> each.await());
    }

    @Test
    void bytesComeInOrderHoweverTheyAreCut() throws IOException {
        var connection = connection();
        var sent = bytes(200_000);

        var reader =
                Eventlet.spawn(() -> {
                    var read = new byte[sent.length];
                    for (int n = 0, i = 0; n < read.length; i++) {
                        int most = Math.min(1 + i % 700, read.length - n);
                        n += connection.server().read(read, n, most, NEVER);
                    }
                    return read;
                });
        for (int n = 0, i = 0; n < sent.length; i++) {
            int length = Math.min(1 + i % 1_000, sent.length - n);
            writeAll(connection.client(), Arrays.copyOfRange(sent, n, n + length));
            n += length;
        }

        assertThat(reader.await()).isEqualTo(sent);
    }

    // ---- the queue of completions

    @Test
    void moreCompletionsThanFitAreToldAll() throws IOException {
        startHubInstead(UringSet.open(new UringWork.Shape(8, 16, LIMIT, true)));
        var connections = new ArrayList<Connection>();
        for (int i = 0; i < 60; i++) {
            connections.add(connection());
        }
        var readers = connections.stream().map(each -> waiting(() -> read(each.server()))).toList();

        Eventlet.spawnOn(
                        hub,
                        () -> { // it does not look meanwhile
                            for (var each : connections) {
                                write(each.client(), "all");
                            }
                        })
                .await();

        for (var reader : readers) {
            assertThat(reader.await()).isEqualTo("all");
        }
    }

    // ---- closing

    @Test
    void closingWhileItReceivesSendsTheEnd() throws IOException {
        var connection = connection();
        armAndLeave(connection.server());

        connection.server().close(); // by a thread of no hub

        assertThat(read(connection.client())).isEqualTo("end");
    }

    @Test
    void closingOnItsHubSendsTheEndAtOnce() throws IOException {
        var connection = connection();
        armAndLeave(connection.server());

        var available =
                Eventlet.spawnOn(
                                hub,
                                () -> {
                                    connection.server().close();
                                    return connection.client().isPeerGone();
                                })
                        .await();

        assertThat(available).isTrue();
    }

    /// The kernel does a part of what is due in each call, and so the end of a request may be left.
    @Test
    void closingOnItsHubSendsTheEndAtOnceThoughMuchElseHasCome() throws IOException {
        var connection = connection();
        var others = new ArrayList<Connection>();
        for (int i = 0; i < 60; i++) {
            others.add(connection());
            armAndLeave(others.getLast().server());
        }
        armAndLeave(connection.server());

        var isGone =
                Eventlet.spawnOn(
                                hub,
                                () -> { // it does not look meanwhile
                                    for (var each : others) {
                                        write(each.client(), "news");
                                    }
                                    connection.server().close();
                                    return connection.client().isPeerGone();
                                })
                        .await();

        assertThat(isGone).isTrue();
    }

    @Test
    void closingByAnotherThreadSendsTheEndThoughTheHubComputes() throws Exception {
        var connection = connection();
        armAndLeave(connection.server());
        try (var _ = keepBusy()) {

            connection.server().close();

            Until.holds(() -> isPeerGone(connection.client()));
            assertThat(connection.client().read(new byte[1], 0, 1, NEVER)).isEqualTo(-1);
        }
    }

    @Test
    void closingByAnotherThreadBreaksOffWhatTheBusyHubHasNotReceived() throws Exception {
        var connection = connection();
        armAndLeave(connection.server());
        try (var _ = keepBusy()) {
            write(connection.client(), "unread");

            connection.server().close();

            assertThatThrownBy(() -> connection.client().read(new byte[1], 0, 1, NEVER))
                    .hasMessage("Connection reset");
        }
    }

    @Test
    void closingByAnotherThreadBreaksOffWhereThatIsAskedFor() throws Exception {
        var connection = connection();
        armAndLeave(connection.server());
        connection.server().setOption(StandardSocketOptions.SO_LINGER, 0);

        connection.server().close();

        assertThatThrownBy(() -> read(connection.client())).hasMessage("Connection reset");
    }

    @Test
    void closingByAnotherThreadSendsAllThatWasWritten() throws Exception {
        var connection = connection();
        armAndLeave(connection.server());
        try (var _ = keepBusy()) {
            write(connection.server(), "last words");

            connection.server().close();

            var read = new byte[20];
            assertThat(connection.client().read(read, 0, 20, NEVER)).isEqualTo(10);
            assertThat(connection.client().read(read, 0, 20, NEVER)).isEqualTo(-1);
        }
    }

    private static boolean isPeerGone(Endpoint endpoint) {
        try {
            return endpoint.isPeerGone();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Has the hub compute until it is closed.
    private AutoCloseable keepBusy() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var ends = new AtomicBoolean();
        var busy =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            begun.countDown();
                            while (!ends.get()) {
                                Thread.onSpinWait();
                            }
                        });
        begun.await();
        return () -> {
            ends.set(true);
            busy.await();
        };
    }

    @Test
    void whatTheHubHasReceivedCanBeReadAfterItIsClosed() throws IOException {
        var connection = connection();
        armAndLeave(connection.server());
        write(connection.client(), "left");
        untilReadable(connection.server());
        closeHub();

        var reader =
                Eventlet.spawn(() -> read(connection.server()) + "," + read(connection.server()));
        Until.waiting(reader);
        write(connection.client(), "right");

        assertThat(reader.await()).isEqualTo("left,right");
    }

    @Test
    void aReaderWhoWaitsGoesOnElsewhereWhenTheHubIsClosed() throws IOException {
        var connection = connection();
        var reader = waiting(() -> read(connection.server()));

        closeHub();
        write(connection.client(), "later");

        assertThat(reader.await()).isEqualTo("later");
    }

    @Test
    void closingAHubGivesAllDescriptorsBack() throws IOException {
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            connections.add(connection());
            armAndLeave(connections.getLast().server());
        }

        closeHub();
        for (var each : connections) {
            each.server().close();
        }

        for (var each : connections) {
            assertThat(read(each.client())).isEqualTo("end");
        }
    }
}
