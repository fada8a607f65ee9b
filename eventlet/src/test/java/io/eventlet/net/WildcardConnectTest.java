// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.Eventlet;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;

/// A connect to the wildcard address, which servers print that listen on all addresses, reaches one
/// of this host.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class WildcardConnectTest {
    private static void assertReaches(String wildcard, int port) throws IOException {
        try (var client = Eventlet.connect(wildcard, port)) {
            assertThat(client.getPort()).isEqualTo(port);
            assertThat(client.getInetAddress().isAnyLocalAddress()).isFalse();
        }
    }

    private static int port(ServerSocketChannel server) throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void itReachesAServerOfAllProtocols(String wildcard) throws Exception {
        try (var server = Eventlet.listen(0)) {
            assertReaches(wildcard, server.getLocalPort());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void itReachesAServerOfTheOldProtocol(String wildcard) throws Exception {
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
            server.bind(new InetSocketAddress("0.0.0.0", 0));

            assertReaches(wildcard, port(server));
        }
    }

    @Test
    @Tag("hub-only") // the JDK connects to the first address of the host's name
    void thatOfTheNewProtocolReachesAServerOnItsLoopbackAlone() throws Exception {
        try (var server = Eventlet.listen("::1", 0)) {
            assertReaches("::", server.getLocalPort());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    @Tag("hub-only") // likewise
    void itReachesAServerOnTheOldLoopbackAlone(String wildcard) throws Exception {
        try (var server = Eventlet.listen("127.0.0.1", 0)) {
            assertReaches(wildcard, server.getLocalPort());
        }
    }

    @Test
    void whenNobodyListensTheErrorNamesWhatWasAskedFor() throws Exception {
        try (var nobody = new Socket()) { // which has the port, and does not listen
            nobody.bind(new InetSocketAddress(0));

            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> Eventlet.connect("0.0.0.0", nobody.getLocalPort()))
                    .withMessageContaining("0.0.0.0")
                    .withMessageContaining("refused");
        }
    }
}
