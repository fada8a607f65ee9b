// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static io.eventlet.net.SocketPair.awaitParked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.GreenPool;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TimeoutExpired;
import io.eventlet.diagnosis.Dump;
import io.eventlet.errors.ConcurrentUse;
import io.eventlet.hub.Hub;
import io.eventlet.testing.Descriptors;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.FutureTask;

/// Sockets whose address is a path, and pairs of them.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class UnixSocketTest {
    private static final Duration MOMENT = Duration.ofMillis(20);

    @TempDir Path directory;

    private Path path() {
        return directory.resolve("socket");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }

    private static String read(UnixSocket from) throws IOException {
        var into = new byte[100];
        int n = from.recv(into);
        return n < 0 ? "end" : new String(into, 0, n, US_ASCII);
    }

    private static void echo(UnixSocket client) throws IOException {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
        }
    }

    @Test
    void clientsTalkToAServerOnAPath() throws IOException {
        try (var listener = UnixServerSocket.listen(path())) {
            var server = Eventlet.spawn(() -> echo(listener.accept()));

            try (var client = UnixSocket.connect(path())) {
                client.sendAll(bytes("hello"));
                client.shutdownOutput();

                assertThat(client.getInputStream().readAllBytes()).isEqualTo(bytes("hello"));
            }

            server.await();
            assertThat(listener.address()).isEqualTo(UnixDomainSocketAddress.of(path()));
        }
    }

    @Test
    void aHundredClientsAreServedAtOnce() throws IOException {
        try (var listener = UnixServerSocket.listen(path())) {
            var pool = new GreenPool(100);
            var server =
                    Eventlet.spawn(() -> {
                        for (int i = 0; i < 100; i++) {
                            var client = listener.accept();
                            pool.spawnN(() -> echo(client));
                        }
                    });
            var clients = new ArrayList<UnixSocket>();
            for (int i = 0; i < 100; i++) {
                clients.add(UnixSocket.connect(path()));
            }
            server.await();

            for (int i = 99; i >= 0; i--) {
                clients.get(i).sendAll(bytes("client " + i));
                assertThat(read(clients.get(i))).isEqualTo("client " + i);
            }

            for (var client : clients) {
                client.close();
            }
            pool.waitall();
        }
    }

    @Test
    void readBlocksOnlyItsGreenThread() throws IOException {
        try (var pair = UnixSocket.pair()) {
            var reader = Eventlet.spawn(() -> read(pair.first()));
            awaitParked(reader);

            Eventlet.run(() -> pair.second().sendAll(bytes("hello")));

            assertThat(reader.await()).isEqualTo("hello");
        }
    }

    @Test
    void muchIsSentBothWaysAtOnce() throws IOException {
        var much = new byte[3_000_000];
        new Random(1).nextBytes(much);
        try (var pair = UnixSocket.pair()) {
            var writers =
                    java.util.List.of(
                            Eventlet.spawn(() -> pair.first().sendAll(much)),
                            Eventlet.spawn(() -> pair.second().sendAll(much)));

            var first = Eventlet.spawn(() -> pair.first().getInputStream().readNBytes(much.length));
            var second = pair.second().getInputStream().readNBytes(much.length);

            assertThat(second).isEqualTo(much);
            assertThat(first.await()).isEqualTo(much);
            writers.forEach(thread -> thread.await());
        }
    }

    @Test
    void whoWritesSeesThatThePeerHasGone() throws IOException {
        try (var pair = UnixSocket.pair()) {
            var writer =
                    Eventlet.spawn(() -> {
                        while (true) {
                            pair.first().sendAll(new byte[100_000]);
                        }
                    });
            awaitParked(writer);

            pair.second().close();

            assertThatThrownBy(writer::await).hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void readSeesTheEnd() throws IOException {
        try (var pair = UnixSocket.pair()) {
            pair.second().sendAll(bytes("last"));
            pair.second().close();

            assertThat(read(pair.first())).isEqualTo("last");
            assertThat(read(pair.first())).isEqualTo("end");
        }
    }

    @Test
    @Tag("hub-only") // in portable mode the JDK closes it
    void timeoutsAndKillsLeaveItUsable() throws IOException {
        try (var pair = UnixSocket.pair()) {
            var killed = Eventlet.spawn(() -> read(pair.first()));
            awaitParked(killed);
            killed.kill();
            assertThatThrownBy(killed::await).hasCauseInstanceOf(GreenThreadKilled.class);
            assertThatExceptionOfType(TimeoutExpired.class)
                    .isThrownBy(() -> Eventlet.withTimeout(MOMENT, () -> read(pair.first())));

            pair.second().sendAll(bytes("still here"));

            assertThat(read(pair.first())).isEqualTo("still here");
        }
    }

    @Test
    void timeoutEndsAReadAndAnAccept() throws IOException {
        try (var pair = UnixSocket.pair();
                var listener = UnixServerSocket.listen(path())) {
            var reader =
                    Eventlet.spawn(() -> Eventlet.withTimeout(MOMENT, () -> read(pair.first())));
            var acceptor = Eventlet.spawn(() -> Eventlet.withTimeout(MOMENT, listener::accept));

            assertThatThrownBy(reader::await).hasCauseInstanceOf(TimeoutExpired.class);
            assertThatThrownBy(acceptor::await).hasCauseInstanceOf(TimeoutExpired.class);
        }
    }

    @Test
    void closeEndsReadAndAccept() throws IOException {
        var pair = UnixSocket.pair();
        var listener = UnixServerSocket.listen(path());
        var reader = Eventlet.spawn(() -> read(pair.first()));
        var acceptor = Eventlet.spawn(listener::accept);
        awaitParked(reader);
        awaitParked(acceptor);

        pair.close();
        listener.close();

        assertThatThrownBy(reader::await)
                .hasCauseInstanceOf(SocketException.class)
                .hasMessageContaining("Socket closed");
        assertThatThrownBy(acceptor::await).hasCauseInstanceOf(SocketException.class);
        assertThat(pair.first().isClosed()).isTrue();
        assertThat(listener.isClosed()).isTrue();
        assertThatExceptionOfType(SocketException.class).isThrownBy(pair.first()::getInputStream);
    }

    @Test
    void aSecondReaderIsRefused() throws IOException {
        try (var pair = UnixSocket.pair()) {
            var reader = Eventlet.spawn(() -> read(pair.first()));
            awaitParked(reader);

            assertThatExceptionOfType(ConcurrentUse.class).isThrownBy(() -> read(pair.first()));

            pair.second().sendAll(bytes("first"));
            assertThat(reader.await()).isEqualTo("first");
        }
    }

    @Test
    void whatWritersWriteStaysTogether() throws IOException {
        try (var pair = UnixSocket.pair()) {
            var writers =
                    java.util.stream.IntStream.range(0, 5)
                            .mapToObj(i ->
                                    Eventlet.spawn(() -> {
                                        var block = new byte[300_000];
                                        Arrays.fill(block, (byte) i);
                                        pair.first().sendAll(block);
                                    }))
                            .toList();

            for (int i = 0; i < 5; i++) {
                var block = pair.second().getInputStream().readNBytes(300_000);
                assertThat(block).containsOnly(block[0]);
            }

            writers.forEach(thread -> thread.await());
        }
    }

    @Test
    void awaitReadableWaitsForBytesAndTakesNone() throws IOException {
        try (var pair = UnixSocket.pair()) {
            var reader =
                    Eventlet.spawn(() -> {
                        pair.first().awaitReadable();
                        return new String(pair.first().getInputStream().readNBytes(5), US_ASCII);
                    });
            awaitParked(reader);

            pair.second().sendAll(bytes("hello"));

            assertThat(reader.await()).isEqualTo("hello");
        }
    }

    @Test
    void itTellsWhetherThePeerHasGone() throws IOException {
        try (var pair = UnixSocket.pair()) {
            assertThat(pair.first().isPeerGone()).isFalse();
            pair.second().sendAll(bytes("x"));
            pair.second().close();

            assertThat(pair.first().isPeerGone()).isFalse();
            assertThat(read(pair.first())).isEqualTo("x");

            assertThat(pair.first().isPeerGone()).isTrue();
            assertThat(pair.second().isPeerGone()).isTrue();
        }
    }

    @Test
    void nobodyListeningIsAConnectExceptionThatNamesThePath() throws IOException {
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> UnixSocket.connect(path()))
                .withMessageContaining("No such file or directory: " + path());
        UnixServerSocket.listen(path()).close();

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> UnixSocket.connect(path()))
                .withMessageContaining("Connection refused: " + path());
    }

    @Test
    void aPathThatIsTakenIsABindExceptionUntilItIsDeleted() throws IOException {
        UnixServerSocket.listen(path()).close();

        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> UnixServerSocket.listen(path()))
                .withMessage("Address already in use: " + path());
        Files.delete(path());

        UnixServerSocket.listen(path()).close();
    }

    @Test
    void aPathThatIsTooLongIsRefused() {
        var tooLong = directory.resolve("x".repeat(108));

        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> UnixSocket.connect(tooLong));
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> UnixServerSocket.listen(tooLong));
    }

    @Test
    void namesMayHaveAnyLetters() throws IOException {
        var path = directory.resolve("socket mit ümlaut");
        try (var listener = UnixServerSocket.listen(path)) {
            assertThat(Files.exists(path)).isTrue();
            var server = Eventlet.spawn(() -> echo(listener.accept()));

            UnixSocket.connect(path).close();

            server.await();
        }
    }

    @Test
    @Tag("hub-only") // the JDK cannot wait for room
    void connectWaitsForRoomInTheBacklog() throws IOException {
        try (var listener = UnixServerSocket.listen(UnixDomainSocketAddress.of(path()), 0)) {
            var first = UnixSocket.connect(path());
            var late = Eventlet.spawn(() -> UnixSocket.connect(path()));
            awaitParked(late);
            assertThatExceptionOfType(TimeoutExpired.class)
                    .isThrownBy(
                            () -> Eventlet.withTimeout(MOMENT, () -> UnixSocket.connect(path())));

            var accepted = listener.accept();

            late.await().close();
            accepted.close();
            first.close();
        }
    }

    @Test
    void itSpeaksWithChannelsOfTheJdk() throws IOException {
        try (var listener = UnixServerSocket.listen(path());
                var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path()));
            try (var green = listener.accept()) {
                channel.write(ByteBuffer.wrap(bytes("jdk")));
                assertThat(read(green)).isEqualTo("jdk");
                green.sendAll(bytes("green"));

                var buffer = ByteBuffer.allocate(10);
                channel.read(buffer);
                assertThat(new String(buffer.array(), 0, buffer.position(), US_ASCII))
                        .isEqualTo("green");
            }
        }
    }

    @Test
    void aPairJoinsHubsAndPlatformThreads() throws Exception {
        try (var pair = UnixSocket.pair();
                var hub = Hub.start("other")) {
            var answerer =
                    Eventlet.spawnOn(
                            hub,
                            () -> {
                                var question = read(pair.second());
                                pair.second().sendAll(bytes("re: " + question));
                            });
            var asker =
                    new FutureTask<>(() -> {
                        pair.first().sendAll(bytes("question"));
                        return read(pair.first());
                    });
            Thread.ofPlatform().start(asker);

            assertThat(asker.get()).isEqualTo("re: question");
            answerer.await();
        }
    }

    @Test
    void closingGivesTheDescriptorsBack() throws IOException {
        Eventlet.run(() -> {}); // the hub keeps its own
        int before = Descriptors.count();

        for (int i = 0; i < 50; i++) {
            try (var pair = UnixSocket.pair();
                    var listener = UnixServerSocket.listen(path())) {
                pair.first().sendAll(bytes("x"));
                assertThat(read(pair.second())).isEqualTo("x");
                assertThat(listener.isClosed()).isFalse();
            }
            assertThatThrownBy(() -> UnixSocket.connect(path())).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> UnixServerSocket.listen(path()))
                    .isInstanceOf(BindException.class);
            Files.delete(path());
        }

        Descriptors.areAtMost(before);
    }

    @Test
    @Tag("hub-only")
    void dumpsNameThePath() throws IOException {
        try (var listener = UnixServerSocket.listen(path())) {
            var acceptor = Eventlet.spawn("acceptor", listener::accept);
            awaitParked(acceptor);

            assertThat(Dump.take().toString())
                    .contains("'acceptor' waits for accept of Unix socket")
                    .contains(" " + path());

            acceptor.kill();
        }
    }

    @Test
    @Tag("hub-only")
    void aSimulatedNetworkHasNone() {
        Simulation.inOrder()
                .run(() -> {
                    assertThatExceptionOfType(SocketException.class).isThrownBy(UnixSocket::pair);
                    assertThatExceptionOfType(SocketException.class)
                            .isThrownBy(() -> UnixSocket.connect(path()));
                    assertThatExceptionOfType(SocketException.class).isThrownBy(GreenPipe::open);
                });
    }
}
