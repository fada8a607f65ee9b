// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.TaskFailed;
import io.eventlet.poll.OpenSockets;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Properties;

import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.directory.InitialDirContext;
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
        try (var nobody = new Socket(); // which has the port, and does not listen
                var sockets = OpenSockets.watch()) {
            nobody.bind(new InetSocketAddress(LOOPBACK, 0));
            int port = nobody.getLocalPort();

            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> CLIENTS.createSocket(LOOPBACK, port, LOOPBACK, 0));

            assertThat(sockets.stillOpen()).isEmpty();
        }
    }

    // ---- by the name of the class

    private static Object made(Class<?> named) throws ReflectiveOperationException {
        return Class.forName(named.getName()).getConstructor().newInstance();
    }

    private static Object gotten(Class<?> named) throws ReflectiveOperationException {
        return Class.forName(named.getName()).getMethod("getDefault").invoke(null);
    }

    /// As drivers of databases do.
    @Test
    void libraryMakesThemByName() throws Exception {
        var clients = (SocketFactory) made(GreenSocketFactory.class);
        var servers = (ServerSocketFactory) made(GreenServerSocketFactory.class);

        assertThat(new Library(clients, servers).roundTrip()).isEqualTo("ping");
        assertAreForLibraries(clients, servers);
    }

    /// As JNDI and Jakarta Mail do.
    @Test
    void libraryGetsTheDefaultByName() throws Exception {
        var clients = (SocketFactory) gotten(GreenSocketFactory.class);
        var servers = (ServerSocketFactory) gotten(GreenServerSocketFactory.class);

        assertThat(new Library(clients, servers).roundTrip()).isEqualTo("ping");
        assertAreForLibraries(clients, servers);
    }

    private static void assertAreForLibraries(SocketFactory clients, ServerSocketFactory servers)
            throws IOException {
        try (var client = (GreenSocket) clients.createSocket();
                var server = (GreenServerSocket) servers.createServerSocket()) {
            assertThat(client.onCancellation()).isEqualTo(OnCancellation.CLOSE);
            assertThat(server.onCancellation()).isEqualTo(OnCancellation.CLOSE);
        }
    }

    /// A directory by JNDI, which looks the class up itself.
    @Test
    void directoryOfTheJdkConnectsByTheNameOfTheClass() throws Exception {
        try (var server = new ServerSocket(0, 5, LOOPBACK);
                var sockets = OpenSockets.watch()) {
            var environment = new Properties();
            environment.setProperty(
                    Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
            environment.setProperty(
                    Context.PROVIDER_URL,
                    "ldap://" + LOOPBACK.getHostAddress() + ":" + server.getLocalPort());
            environment.setProperty(
                    "java.naming.ldap.factory.socket", GreenSocketFactory.class.getName());
            var asking = Eventlet.spawn(() -> new InitialDirContext(environment));

            try (var accepted = server.accept()) {
                assertThat(accepted.getInputStream().read()).isEqualTo(0x30); // a request of LDAP
                assertThat(sockets.stillOpen()).hasSize(1);
            }

            assertThatExceptionOfType(TaskFailed.class)
                    .isThrownBy(asking::await)
                    .withCauseInstanceOf(NamingException.class);
        }
    }
}
