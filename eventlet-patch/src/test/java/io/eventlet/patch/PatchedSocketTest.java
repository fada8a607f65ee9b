// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreads;
import io.eventlet.foreign.ForeignWaits;
import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Sockets of the JDK, patched, among threads and hubs.
@Tag("hub-only")
@Timeout(60)
@ExtendWith(NoLeaks.class)
class PatchedSocketTest {
    private static final int SO_MUCH = 16 << 20; // more than the kernel keeps
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private Socket client = new Socket();
    private Socket server = new Socket();

    @BeforeAll
    static void patch() {
        assertThat(Patcher.monkeyPatch(Part.SOCKET)).isNotEmpty();
        assertThat(Patcher.isMonkeyPatched(Part.SOCKET)).isTrue();
    }

    @AfterAll
    static void undo() {
        Patcher.undo(Part.SOCKET);
    }

    @BeforeEach
    void connect() throws IOException {
        try (var listener = new ServerSocket(0, 1, LOOPBACK)) {
            client = new Socket(LOOPBACK, listener.getLocalPort());
            server = listener.accept();
        }
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    private GreenThread<Integer> readerOn(Hub hub) {
        var reader = Eventlet.spawnOn(hub, () -> server.getInputStream().read());
        Eventually.until(() -> ForeignWaits.isIn(reader.thread()));
        return reader;
    }

    private GreenThread<?> writerOn(Hub hub) {
        var writer = Eventlet.spawnOn(hub, () -> server.getOutputStream().write(new byte[SO_MUCH]));
        Eventually.until(() -> ForeignWaits.isIn(writer.thread()));
        return writer;
    }

    @Test
    void oneReadsAndOneWritesAtOnce() throws IOException {
        var writer = writerOn(Hub.main());
        var reader = readerOn(Hub.main());

        client.getOutputStream().write(1);
        int read = reader.await();
        boolean wrote = writer.isDead();
        client.getInputStream().skipNBytes(SO_MUCH);
        var ignored = writer.await();

        assertThat(read).isEqualTo(1);
        assertThat(wrote).isFalse();
    }

    @Test
    void whoWritesIsNotForgottenWhenWhoReadsStopsWaiting() throws IOException {
        var writer = writerOn(Hub.main());
        server.setSoTimeout(1);
        var reader = Eventlet.spawn(() -> server.getInputStream().read());
        assertThatThrownBy(reader::await).hasCauseInstanceOf(SocketTimeoutException.class);

        client.getInputStream().skipNBytes(SO_MUCH);

        assertThat(writer.await()).isNull();
    }

    @Test
    void twoHubsWaitForTheTwoSidesOfASocket() throws IOException {
        try (var other = Hub.start("other")) {
            var writer = writerOn(other);
            var reader = readerOn(Hub.main());

            client.getOutputStream().write(1);
            int read = reader.await();
            client.getInputStream().skipNBytes(SO_MUCH);
            var ignored = writer.await();

            assertThat(read).isEqualTo(1);
        }
    }

    @Test
    void aSocketMovesFromHubToHub() throws IOException {
        try (var other = Hub.start("other")) {
            var read = new ArrayList<Integer>();
            for (int i = 0; i < 10; i++) {
                var reader = readerOn(i % 2 == 0 ? other : Hub.main());
                client.getOutputStream().write(i);
                read.add(reader.await());
            }

            assertThat(read).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        }
    }

    @Test
    void aSocketMovesFromAHubToThreadsOfTheJdkAndBack() throws Exception {
        int first = sendTo(readerOn(Hub.main()), 1);
        var elsewhere = new CompletableFuture<Integer>();
        var ignored =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                elsewhere.complete(server.getInputStream().read());
                            } catch (IOException e) {
                                elsewhere.completeExceptionally(e);
                            }
                        });
        client.getOutputStream().write(2);
        int second = elsewhere.get();
        int third = sendTo(readerOn(Hub.main()), 3);

        assertThat(new int[] {first, second, third}).containsExactly(1, 2, 3);
    }

    private int sendTo(GreenThread<Integer> reader, int value) throws IOException {
        client.getOutputStream().write(value);
        return reader.await();
    }

    /// The kernel gives the number of a closed descriptor to the next.
    @Test
    void aNumberThatIsGivenAgainIsPolledForItsNewOwner() {
        Eventlet.run(() -> {
            try (var listener = new ServerSocket(0, 1, LOOPBACK)) {
                for (int i = 0; i < 100; i++) {
                    var echoing =
                            Eventlet.spawn(() -> {
                                try (var peer = listener.accept()) {
                                    peer.getOutputStream().write(peer.getInputStream().read());
                                }
                            });
                    try (var socket = new Socket(LOOPBACK, listener.getLocalPort())) {
                        Thread.yield();
                        socket.getOutputStream().write(i);
                        assertThat(socket.getInputStream().read()).isEqualTo(i);
                    }
                    var ignored = echoing.await();
                }
            }
        });
    }

    @Test
    void manyWaitAtOnceOnOneHub() throws IOException {
        int count = 200;
        try (var listener = new ServerSocket(0, count, LOOPBACK)) {
            var readers = new ArrayList<GreenThread<Integer>>();
            var sockets = new ArrayList<Socket>();
            for (int i = 0; i < count; i++) {
                sockets.add(new Socket(LOOPBACK, listener.getLocalPort()));
                var peer = listener.accept();
                sockets.add(peer);
                readers.add(Eventlet.spawn(() -> peer.getInputStream().read()));
            }
            Eventually.until(
                    () -> readers.stream().allMatch(reader -> ForeignWaits.isIn(reader.thread())));

            for (int i = 0; i < count; i++) {
                sockets.get(2 * i).getOutputStream().write(i % 100);
            }

            assertThat(GreenThreads.awaitAll(readers))
                    .hasSize(count)
                    .allSatisfy(value -> assertThat(value).isBetween(0, 99));
            for (var socket : sockets) {
                socket.close();
            }
        }
    }

    /// A listener whose queue is full leaves who connects without an answer until it accepts.
    private static List<Socket> fill(ServerSocket listener) throws IOException {
        return List.of(
                new Socket(LOOPBACK, listener.getLocalPort()),
                new Socket(LOOPBACK, listener.getLocalPort()));
    }

    private static GreenThread<?> connecting(Socket socket, ServerSocket to) {
        var connecting = Eventlet.spawn(() -> socket.connect(to.getLocalSocketAddress()));
        Eventually.until(() -> ForeignWaits.isIn(connecting.thread()));
        return connecting;
    }

    @Test
    void aConnectWaitsForItsHub() throws IOException {
        try (var listener = new ServerSocket(0, 1, LOOPBACK);
                var socket = new Socket()) {
            var before = fill(listener);
            var connecting = connecting(socket, listener);

            listener.accept().close();
            listener.accept().close();
            var ignored = connecting.await();

            assertThat(socket.isConnected()).isTrue();
            before.getFirst().close();
            before.getLast().close();
        }
    }

    @Test
    void aConnectEndsWithItsThreadThatIsKilled() throws IOException {
        try (var listener = new ServerSocket(0, 1, LOOPBACK);
                var socket = new Socket()) {
            var before = fill(listener);
            var connecting = connecting(socket, listener);

            connecting.kill();
            Eventually.until(connecting::isDead);

            assertThat(connecting.isCancelled()).isTrue();
            assertThat(socket.isClosed()).isTrue();
            before.getFirst().close();
            before.getLast().close();
        }
    }

    private static final class Source {
        static @Nullable Socket from;
    }

    /// A class whose initialiser reads: a thread in there keeps the hub's thread.
    private static final class ReadsInItsInitialiser {
        static final int READ = read();

        private static int read() {
            try {
                return Objects.requireNonNull(Source.from).getInputStream().read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void aReadThatKeepsItsHubIsEndedByWhoeverTakesThatOver() {
        Source.from = server;
        try (var hub = Hub.start("pinned")) {
            var reading = Eventlet.spawnOn(hub, () -> ReadsInItsInitialiser.READ);
            var writing = Eventlet.spawnOn(hub, () -> client.getOutputStream().write(5));

            assertThat(reading.await()).isEqualTo(5);
            assertThat(writing.await()).isNull();
            assertThat(hub.statistics().takeovers()).isEqualTo(1);
        } finally {
            Source.from = null;
        }
    }

    /// As the JDK closes what an interrupt finds: a late answer belongs to nobody.
    @Test
    void aReadThatTimesOutLeavesItsSocketClosed() {
        var reader =
                Eventlet.spawn(() -> {
                    try {
                        return io.eventlet.Timeout.call(
                                Duration.ofMillis(1), () -> server.getInputStream().read());
                    } catch (io.eventlet.TimeoutExpired e) {
                        return -2;
                    }
                });

        assertThat(reader.await()).isEqualTo(-2);
        assertThat(server.isClosed()).isTrue();
    }

    @Test
    void whatALibrarySeesOfATimeoutIsAnIoError() {
        var seen = new CompletableFuture<Exception>();
        var reader =
                Eventlet.spawn(() ->
                        io.eventlet.Timeout.call(
                                Duration.ofMillis(1),
                                () -> {
                                    try {
                                        return server.getInputStream().read();
                                    } catch (IOException e) {
                                        seen.complete(e);
                                        throw e;
                                    }
                                }));

        assertThatThrownBy(reader::await).hasCauseInstanceOf(io.eventlet.TimeoutExpired.class);
        assertThat(seen).isCompletedWithValueMatching(e -> e instanceof SocketException);
    }

    @Test
    void theLimitOfTheSocketItselfLeavesItOpen() throws IOException {
        server.setSoTimeout(1);
        var reader = Eventlet.spawn(() -> server.getInputStream().read());

        assertThatThrownBy(reader::await).hasCauseInstanceOf(SocketTimeoutException.class);
        server.setSoTimeout((int) TimeUnit.MINUTES.toMillis(1));

        assertThat(sendTo(readerOn(Hub.main()), 7)).isEqualTo(7);
    }
}
