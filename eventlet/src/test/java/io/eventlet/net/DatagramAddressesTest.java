// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.StandardSocketOptions;

/// Whom a datagram socket reaches, and whom it hears: peers, broadcasts and groups.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class DatagramAddressesTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final GreenDatagramSocket one = new GreenDatagramSocket(SocketScene.local(0));
    private final GreenDatagramSocket other = new GreenDatagramSocket(SocketScene.local(0));

    DatagramAddressesTest() throws IOException {}

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
    void connectedItHearsItsPeerOnly() throws IOException {
        try (var third = new GreenDatagramSocket(SocketScene.local(0))) {
            third.sendTo(bytes("before"), addressOf(other));
            other.connect(addressOf(one));
            third.sendTo(bytes("after"), addressOf(other));
            one.sendTo(bytes("peer"), addressOf(other));

            assertThat(receive(other)).isEqualTo("peer");
            var packet = new DatagramPacket(bytes("back"), 4);
            other.send(packet);

            assertThat(packet.getSocketAddress()).isEqualTo(addressOf(one));
            assertThat(receive(one)).isEqualTo("back");
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> other.sendTo(bytes("x"), addressOf(third)));
        }
    }

    @Test
    void disconnectedItHearsEverybodyOnItsPort() throws IOException {
        int port = other.getLocalPort();
        other.connect(addressOf(one));

        other.disconnect();
        try (var third = new GreenDatagramSocket(SocketScene.local(0))) {
            third.sendTo(bytes("from a third"), new InetSocketAddress(LOOPBACK, port));
        }

        assertThat(other.isConnected()).isFalse();
        assertThat(other.getLocalPort()).isEqualTo(port);
        assertThat(receive(other)).isEqualTo("from a third");
    }

    @Test
    void aPeerThatIsNotThereIsTold() throws IOException {
        var nobody = addressOf(other);
        other.connect(nobody); // it keeps the port, and hears only itself
        one.connect(nobody);

        one.sendTo(bytes("anybody?"), nobody);

        assertThatExceptionOfType(PortUnreachableException.class).isThrownBy(() -> receive(one));
    }

    @Test
    void bothProtocolsReachOneSocket() throws IOException {
        Ipv6.assumeThatItIsThere();
        try (var everywhere = new GreenDatagramSocket()) {
            for (var host : new String[] {"127.0.0.1", "::1"}) {
                try (var client = new GreenDatagramSocket(new InetSocketAddress(host, 0))) {
                    client.sendTo(
                            bytes(host), new InetSocketAddress(host, everywhere.getLocalPort()));

                    var packet = everywhere.recvFrom(new byte[100]);

                    assertThat(text(packet)).isEqualTo(host);
                    assertThat(packet.getAddress()).isEqualTo(InetAddress.getByName(host));
                }
            }
        }
    }

    @Test
    void broadcastsReachThisHost() throws IOException {
        try (var everywhere = new GreenDatagramSocket()) {
            var all =
                    new InetSocketAddress(
                            InetAddress.getByName("127.255.255.255"), everywhere.getLocalPort());

            new Sender().send("to all", all);

            assertThat(receive(everywhere)).isEqualTo("to all");
        }
    }

    /// Bound to all addresses: broadcasts leave by the interface of their address then.
    private static final class Sender {
        void send(String text, InetSocketAddress to) throws IOException {
            try (var socket = new GreenDatagramSocket()) {
                assertThat(socket.getBroadcast()).isTrue();
                socket.sendTo(bytes(text), to);
            }
        }
    }

    @Test
    void membersOfAGroupGetWhatIsSentToItUntilTheyLeave() throws IOException {
        var loop = NetworkInterface.getByInetAddress(LOOPBACK);
        try (var member = new GreenDatagramSocket();
                var sender = new GreenDatagramSocket()) {
            var group =
                    new InetSocketAddress(
                            InetAddress.getByName("239.1.2.3"), member.getLocalPort());
            sender.setOption(StandardSocketOptions.IP_MULTICAST_IF, loop);
            sender.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 2);
            member.joinGroup(group, loop);

            sender.sendTo(bytes("members"), group);
            assertThat(receive(member)).isEqualTo("members");
            member.leaveGroup(group, loop);
            sender.sendTo(bytes("nobody"), group);
            sender.sendTo(bytes("you"), addressOf(member));

            assertThat(receive(member)).isEqualTo("you");
            assertThat(sender.getOption(StandardSocketOptions.IP_MULTICAST_IF)).isEqualTo(loop);
            assertThat(sender.getOption(StandardSocketOptions.IP_MULTICAST_TTL)).isEqualTo(2);
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> member.leaveGroup(group, loop));
        }
    }
}
