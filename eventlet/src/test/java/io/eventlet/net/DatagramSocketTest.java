// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static io.eventlet.net.SocketPair.awaitParked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.GreenThreadKilled;
import io.eventlet.GreenThreads;
import io.eventlet.TaskFailed;
import io.eventlet.TimeoutExpired;
import io.eventlet.diagnosis.Dump;
import io.eventlet.errors.ConcurrentUse;
import io.eventlet.hub.Hub;
import io.eventlet.testing.Descriptors;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Datagrams of green threads.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class DatagramSocketTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final Duration MOMENT = Duration.ofMillis(20);

    private final GreenDatagramSocket one = new GreenDatagramSocket(SocketScene.local(0));
    private final GreenDatagramSocket other = new GreenDatagramSocket(SocketScene.local(0));

    DatagramSocketTest() throws IOException {}

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    private static InetSocketAddress addressOf(DatagramSocket socket) {
        return new InetSocketAddress(LOOPBACK, socket.getLocalPort());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }

    private static String receive(GreenDatagramSocket from) throws IOException {
        return text(from.recvFrom(new byte[100]));
    }

    private static String text(DatagramPacket packet) {
        return new String(packet.getData(), packet.getOffset(), packet.getLength(), US_ASCII);
    }

    @Test
    void datagramsArriveWholeAndTellTheirSender() throws IOException {
        one.sendTo(bytes("first"), addressOf(other));
        one.sendTo(bytes(""), addressOf(other));
        one.sendTo(bytes("third"), addressOf(other));

        var first = other.recvFrom(new byte[100]);

        assertThat(text(first)).isEqualTo("first");
        assertThat(first.getSocketAddress()).isEqualTo(addressOf(one));
        assertThat(receive(other)).isEmpty();
        assertThat(receive(other)).isEqualTo("third");
    }

    @Test
    void receiveBlocksOnlyItsGreenThread() throws IOException {
        var reader = Eventlet.spawn(() -> receive(other));
        awaitParked(reader);

        Eventlet.run(() -> one.sendTo(bytes("hello"), addressOf(other)));

        assertThat(reader.await()).isEqualTo("hello");
    }

    @Test
    void aThousandWaitAtOnceAndEachGetsItsOwn() throws IOException {
        var sockets = new ArrayList<GreenDatagramSocket>();
        try {
            for (int i = 0; i < 1000; i++) {
                sockets.add(new GreenDatagramSocket(SocketScene.local(0)));
            }
            var readers =
                    sockets.stream()
                            .map(socket -> Eventlet.<String>spawn(() -> receive(socket)))
                            .toList();
            readers.forEach(SocketPair::awaitParked);

            for (int i = 0; i < 1000; i++) {
                one.sendTo(bytes("for " + i), addressOf(sockets.get(i)));
            }

            for (int i = 0; i < 1000; i++) {
                assertThat(readers.get(i).await()).isEqualTo("for " + i);
            }
        } finally {
            sockets.forEach(GreenDatagramSocket::close);
        }
    }

    @Test
    void ofADatagramThatIsTooLongTheRestIsLost() throws IOException {
        one.sendTo(bytes("much too long"), addressOf(other));
        one.sendTo(bytes("next"), addressOf(other));

        assertThat(text(other.recvFrom(new byte[4]))).isEqualTo("much");
        assertThat(receive(other)).isEqualTo("next");
    }

    @Test
    void aPacketIsUsedAgainWithAllItsRoom() throws IOException {
        var packet = new DatagramPacket(new byte[20], 2, 10);

        one.sendTo(bytes("a"), addressOf(other));
        other.receive(packet);
        one.sendTo(bytes("longer"), addressOf(other));
        other.receive(packet);

        assertThat(text(packet)).isEqualTo("longer");
        assertThat(packet.getOffset()).isEqualTo(2);
    }

    @Test
    void aPacketIsUsedAgainByAnotherSocketWithAllItsRoom() throws IOException {
        var packet = new DatagramPacket(new byte[20], 2, 10);

        one.sendTo(bytes("a"), addressOf(other));
        other.receive(packet);
        other.sendTo(bytes("longer"), addressOf(one));
        one.receive(packet);

        assertThat(text(packet)).isEqualTo("longer");
        assertThat(packet.getOffset()).isEqualTo(2);
    }

    @Test
    void aPacketThatWasGivenAnotherLengthHasThatRoom() throws IOException {
        var packet = new DatagramPacket(new byte[20], 20);
        one.sendTo(bytes("four"), addressOf(other));
        other.receive(packet);

        packet.setLength(3);
        one.sendTo(bytes("longer"), addressOf(other));
        other.receive(packet);

        assertThat(text(packet)).isEqualTo("lon");
    }

    @Test
    void partOfAnArrayIsSent() throws IOException {
        other.setSoTimeout(10_000);

        one.send(new DatagramPacket(bytes("<part>"), 1, 4, addressOf(other)));

        assertThat(receive(other)).isEqualTo("part");
    }

    @Test
    void theLongestDatagramArrives() throws IOException {
        var longest = new byte[65_507];
        longest[65_506] = 7;

        one.sendTo(longest, addressOf(other));

        var packet = other.recvFrom(new byte[70_000]);
        assertThat(packet.getLength()).isEqualTo(65_507);
        assertThat(packet.getData()[65_506]).isEqualTo((byte) 7);
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> one.sendTo(new byte[65_508], addressOf(other)));
    }

    @Test
    void soTimeoutEndsAReceiveAndNothingIsLost() throws IOException {
        other.setSoTimeout(20);

        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> receive(other))
                .withMessage("Receive timed out");
        one.sendTo(bytes("late"), addressOf(other));

        assertThat(receive(other)).isEqualTo("late");
    }

    @Test
    @Tag("hub-only") // in portable mode the JDK closes it
    void timeoutsAndKillsLeaveItUsable() throws IOException {
        var killed = Eventlet.spawn(() -> receive(other));
        awaitParked(killed);
        killed.kill();
        assertThatThrownBy(killed::await).hasCauseInstanceOf(GreenThreadKilled.class);
        var late = Eventlet.spawn(() -> Eventlet.withTimeout(MOMENT, () -> receive(other)));
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(late::await)
                .withCauseInstanceOf(TimeoutExpired.class);

        one.sendTo(bytes("still here"), addressOf(other));

        assertThat(receive(other)).isEqualTo("still here");
    }

    @Test
    void onCancellationCloseClosesItAndTellsTheLibraryOfAnInterruptedWait() {
        other.setOnCancellation(OnCancellation.CLOSE);
        var errors = new ArrayList<Throwable>();
        var reader =
                Eventlet.spawn(() ->
                        Eventlet.withTimeout(
                                MOMENT,
                                () -> {
                                    try {
                                        return receive(other);
                                    } catch (InterruptedIOException e) {
                                        errors.add(e);
                                        throw new IllegalStateException("of a library", e);
                                    }
                                }));

        assertThatThrownBy(reader::await).hasCauseInstanceOf(TimeoutExpired.class);
        assertThat(errors).hasSize(1);
        assertThat(other.isClosed()).isTrue();
        assertThat(other.onCancellation()).isEqualTo(OnCancellation.CLOSE);
    }

    @Test
    void closeEndsAReceive() {
        var reader = Eventlet.spawn(() -> receive(other));
        awaitParked(reader);

        other.close();

        assertThatThrownBy(reader::await).hasCauseInstanceOf(SocketException.class);
        assertThat(other.isClosed()).isTrue();
    }

    @Test
    void aSecondReceiverIsRefused() throws IOException {
        var reader = Eventlet.spawn(() -> receive(other));
        awaitParked(reader);

        assertThatExceptionOfType(ConcurrentUse.class).isThrownBy(() -> receive(other));

        one.sendTo(bytes("first"), addressOf(other));
        assertThat(reader.await()).isEqualTo("first");
    }

    @Test
    void manySendAtOnce() throws IOException {
        other.setReceiveBufferSize(1 << 20);
        var senders =
                java.util.stream.IntStream.range(0, 50)
                        .mapToObj(i ->
                                Eventlet.spawn(() -> one.sendTo(bytes("" + i), addressOf(other))))
                        .toList();
        GreenThreads.joinAll(List.copyOf(senders));

        for (int i = 0; i < 50; i++) {
            assertThat(receive(other)).isNotEmpty();
        }
    }

    @Test
    void groupsOfIpv6AreJoinedAndLeft() throws IOException {
        Ipv6.assumeThatItIsThere();
        var loop = NetworkInterface.getByInetAddress(LOOPBACK);
        try (var member = new GreenDatagramSocket()) {
            var group = new InetSocketAddress(InetAddress.getByName("ff01::99"), 0);

            member.joinGroup(group, loop);
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> member.joinGroup(group, loop));
            member.leaveGroup(group, loop);

            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> member.leaveGroup(group, loop));
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> member.joinGroup(addressOf(one), loop));
        }
    }

    @Test
    void itSpeaksWithSocketsOfTheJdk() throws Exception {
        try (var jdk = new DatagramSocket(SocketScene.local(0))) {
            one.sendTo(bytes("green"), addressOf(jdk));
            var packet = new DatagramPacket(new byte[100], 100);
            jdk.receive(packet);
            jdk.send(new DatagramPacket(bytes("jdk"), 3, packet.getSocketAddress()));

            assertThat(text(packet)).isEqualTo("green");
            assertThat(receive(one)).isEqualTo("jdk");
        }
    }

    @Test
    void itOutlivesItsHubAndWaitsOnAnother() throws IOException {
        GreenDatagramSocket socket;
        try (var hub = Hub.start("first")) {
            socket =
                    Eventlet.spawnOn(
                                    hub,
                                    () -> {
                                        var made = new GreenDatagramSocket(SocketScene.local(0));
                                        made.setSoTimeout(1);
                                        assertThatThrownBy(() -> receive(made))
                                                .isInstanceOf(SocketTimeoutException.class);
                                        made.setSoTimeout(0);
                                        return made;
                                    })
                            .await();
        }
        try (socket) {
            var reader = Eventlet.spawn(() -> receive(socket));
            awaitParked(reader);

            one.sendTo(bytes("hello"), addressOf(socket));

            assertThat(reader.await()).isEqualTo("hello");
        }
    }

    @Test
    void platformThreadsUseItToo() throws Exception {
        var reader = new java.util.concurrent.FutureTask<>(() -> receive(other));
        Thread.ofPlatform().start(reader);

        one.sendTo(bytes("hello"), addressOf(other));

        assertThat(reader.get()).isEqualTo("hello");
    }

    @Test
    void closingGivesTheDescriptorBack() throws IOException {
        int before = Descriptors.count();

        for (int i = 0; i < 50; i++) {
            try (var socket = new GreenDatagramSocket()) {
                socket.setSoTimeout(1);
                assertThatThrownBy(() -> receive(socket))
                        .isInstanceOf(SocketTimeoutException.class);
            }
            assertThatThrownBy(() -> new GreenDatagramSocket(addressOf(one)))
                    .isInstanceOf(java.net.BindException.class);
        }

        Descriptors.areAtMost(before);
    }

    @Test
    @Tag("hub-only") // the JDK's own wait does not name it
    void dumpsNameWhatIsWaitedFor() throws IOException {
        var reader = Eventlet.spawn("listener", () -> receive(other));
        awaitParked(reader);

        assertThat(Dump.take().toString())
                .contains("'listener' waits for receive of datagram socket")
                .contains(" at /127.0.0.1:" + other.getLocalPort());

        other.close();
        assertThatThrownBy(reader::await).isInstanceOf(TaskFailed.class);
    }

    @Test
    @Tag("hub-only")
    void aSimulatedNetworkHasNone() {
        Simulation.inOrder()
                .run(() ->
                        assertThatExceptionOfType(SocketException.class)
                                .isThrownBy(GreenDatagramSocket::new)
                                .withMessage("There are no datagrams on the network 'memory'"));
    }
}
