// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.testing.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/// Green sockets as a library gets them that takes factories and knows nothing of us.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class SocketFactoryTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /// A library that knows nothing of us.
    private record Library(SocketFactory clients, ServerSocketFactory servers) {
        String roundTrip() throws IOException {
            try (ServerSocket listener = servers.createServerSocket(0, 5, LOOPBACK);
                    Socket client = clients.createSocket(LOOPBACK, listener.getLocalPort());
                    Socket server = listener.accept()) {
                client.setTcpNoDelay(true);
                client.getOutputStream().write("ping".getBytes(US_ASCII));
                byte[] request = server.getInputStream().readNBytes(4);
                server.getOutputStream().write(request);
                server.shutdownOutput();
                return new String(client.getInputStream().readAllBytes(), US_ASCII);
            }
        }
    }

    private static final SocketFactory CLIENTS = GreenSocketFactory.instance();
    private static final ServerSocketFactory SERVERS = GreenServerSocketFactory.instance();

    @Test
    void libraryTalksToItselfInAGreenThread() {
        var library = new Library(CLIENTS, SERVERS);

        assertThat(Eventlet.spawn(library::roundTrip).await()).isEqualTo("ping");
    }

    @Test
    void libraryTalksToItselfOnAPlatformThread() throws Exception {
        assertThat(new Library(CLIENTS, SERVERS).roundTrip()).isEqualTo("ping");
    }

    @Test
    void everyFormConnects() throws Exception {
        try (var listener = SERVERS.createServerSocket(0, 5, LOOPBACK)) {
            int port = listener.getLocalPort();
            String host = LOOPBACK.getHostAddress();
            try (var a = CLIENTS.createSocket(host, port);
                    var b = CLIENTS.createSocket(LOOPBACK, port);
                    var c = CLIENTS.createSocket(host, port, LOOPBACK, 0);
                    var d = CLIENTS.createSocket(LOOPBACK, port, LOOPBACK, 0);
                    var e = CLIENTS.createSocket()) {
                e.connect(new InetSocketAddress(LOOPBACK, port));

                assertThat(new Socket[] {a, b, c, d, e})
                        .allMatch(Socket::isConnected)
                        .allMatch(s -> s instanceof GreenSocket);
            }
        }
    }

    @Test
    void everyFormListens() throws Exception {
        try (var a = SERVERS.createServerSocket();
                var b = SERVERS.createServerSocket(0);
                var c = SERVERS.createServerSocket(0, 5);
                var d = SERVERS.createServerSocket(0, 5, LOOPBACK)) {
            assertThat(a.isBound()).isFalse();
            assertThat(new ServerSocket[] {b, c, d}).allMatch(ServerSocket::isBound);
        }
    }

    @Test
    void socketThatCannotConnectIsClosed() throws Exception {
        int port;
        try (var listener = SERVERS.createServerSocket(0, 5, LOOPBACK)) {
            port = listener.getLocalPort();
        }
        int before = OpenFiles.count();

        for (int i = 0; i < 100; i++) {
            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> CLIENTS.createSocket(LOOPBACK, port, LOOPBACK, 0));
        }

        assertThat(OpenFiles.count()).isLessThan(before + 50);
    }
}
