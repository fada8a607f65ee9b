// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.stream.Stream;

/// The addresses of this machine, old and new, as ends of green connections.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class SocketAddressTest {
    /// All that a machine has; which, depends on the machine.
    static List<InetAddress> addresses() throws IOException {
        return NetworkInterface.networkInterfaces()
                .filter(SocketAddressTest::isUp)
                .flatMap(NetworkInterface::inetAddresses)
                .toList();
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp();
        } catch (IOException e) {
            return false;
        }
    }

    static Stream<InetAddress> loopbacks() throws IOException {
        return addresses().stream().filter(InetAddress::isLoopbackAddress);
    }

    private static void exchange(GreenSocket client, GreenSocket server) throws IOException {
        client.sendAll(new byte[] {42});
        assertThat(server.getInputStream().read()).isEqualTo(42);
    }

    /// Those of IPv6 that hold for one link only carry their scope.
    @ParameterizedTest
    @MethodSource("addresses")
    void bothEndsKnowTheirAddresses(InetAddress address) throws Exception {
        try (var listener = Eventlet.listen(new InetSocketAddress(address, 0));
                var client =
                        Eventlet.connect(new InetSocketAddress(address, listener.getLocalPort()));
                var server = listener.accept()) {
            exchange(client, server);

            assertThat(listener.getInetAddress()).isEqualTo(address);
            assertThat(client.getInetAddress()).isEqualTo(address);
            assertThat(client.getPort()).isEqualTo(listener.getLocalPort());
            assertThat(client.getLocalAddress()).isEqualTo(address);
            assertThat(server.getInetAddress()).isEqualTo(address);
            assertThat(server.getLocalAddress()).isEqualTo(address);
            assertThat(server.getPort()).isEqualTo(client.getLocalPort());
            assertThat(server.getLocalPort()).isEqualTo(listener.getLocalPort());
            assertThat(linkScope(server.getInetAddress())).isEqualTo(linkScope(address));
            assertThat(client.toString()).contains(address.getHostAddress());
        }
    }

    private static int linkScope(InetAddress address) {
        return address instanceof Inet6Address six && six.isLinkLocalAddress()
                ? six.getScopeId()
                : 0;
    }

    @ParameterizedTest
    @MethodSource("loopbacks")
    void listenerOnAllAddressesHearsBothProtocols(InetAddress address) throws Exception {
        try (var listener = Eventlet.listen(0);
                var client =
                        Eventlet.connect(new InetSocketAddress(address, listener.getLocalPort()));
                var server = listener.accept()) {
            exchange(client, server);

            assertThat(server.getInetAddress()).isEqualTo(address);
            assertThat(listener.getInetAddress().isAnyLocalAddress()).isTrue();
        }
    }

    @Test
    void peerOfTheOldProtocolHasAnAddressOfTheOldForm() throws Exception {
        try (var listener = Eventlet.listen(0);
                var client = Eventlet.connect("127.0.0.1", listener.getLocalPort());
                var server = listener.accept()) {
            assertThat(server.getInetAddress()).isInstanceOf(Inet4Address.class);
            assertThat(server.getLocalAddress()).isInstanceOf(Inet4Address.class);
            assertThat(client.getLocalAddress()).isInstanceOf(Inet4Address.class);
        }
    }

    @ParameterizedTest
    @MethodSource("loopbacks")
    void clientIsBoundBeforeItConnects(InetAddress address) throws Exception {
        try (var listener = Eventlet.listen(new InetSocketAddress(address, 0));
                var client = new GreenSocket()) {
            client.bind(new InetSocketAddress(address, 0));
            client.connect(listener.getLocalSocketAddress());

            try (var server = listener.accept()) {
                assertThat(server.getRemoteSocketAddress())
                        .isEqualTo(client.getLocalSocketAddress());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("loopbacks")
    void trafficClassIsSetForBothProtocols(InetAddress address) throws Exception {
        try (var listener = Eventlet.listen(new InetSocketAddress(address, 0));
                var client =
                        Eventlet.connect(new InetSocketAddress(address, listener.getLocalPort()))) {
            client.setTrafficClass(0x10);

            assertThat(client.getTrafficClass()).isEqualTo(0x10);
            assertThat(client.getOption(StandardSocketOptions.IP_TOS)).isEqualTo(0x10);
        }
    }

    @Test
    void hostNameIsKept() throws Exception {
        try (var listener = Eventlet.listen("localhost", 0);
                var client = new GreenSocket("localhost", listener.getLocalPort())) {
            assertThat(client.getInetAddress().getHostName()).isEqualTo("localhost");
            assertThat(client.toString()).contains("localhost/");
        }
    }
}
