// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.echo;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.Certificates;
import io.eventlet.net.server.GreenServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;

import javax.net.ssl.SSLContext;

@Timeout(60)
class EchoHandlerTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

    @Test
    void sendsBackWhatItGets() throws Exception {
        GreenServer server = server(10).start();
        try (Socket client = connect(server)) {
            client.getOutputStream().write(HELLO);

            assertThat(client.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
        } finally {
            stop(server);
        }
    }

    @Test
    void sendsBackMoreThanAnyBufferHoldsAndThenTheEnd() throws Exception {
        byte[] much = new byte[1_000_000];
        new Random(7).nextBytes(much);
        GreenServer server = server(10).start();
        try (Socket client = connect(server)) {
            Thread writer =
                    Thread.startVirtualThread(() -> {
                        try {
                            client.getOutputStream().write(much);
                            client.shutdownOutput();
                        } catch (java.io.IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    });

            assertThat(client.getInputStream().readAllBytes()).isEqualTo(much);
            writer.join();
        } finally {
            stop(server);
        }
    }

    @Test
    void aConnectionBeyondTheLimitIsServedWhenAnotherEnds() throws Exception {
        GreenServer server = server(2).start();
        try (Socket first = connect(server);
                Socket second = connect(server);
                Socket third = connect(server)) {
            echo(first);
            echo(second);
            third.getOutputStream().write(HELLO);
            echo(first);
            assertThat(server.active()).isEqualTo(2);

            second.shutdownOutput();

            assertThat(third.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            assertThat(server.accepted()).isEqualTo(3);
        } finally {
            stop(server);
        }
    }

    @Test
    void speaksTls() throws Exception {
        SSLContext context = Certificates.of("EC").context();
        GreenServer server = server(10).tls(context).start();
        try (Socket client =
                context.getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), server.port())) {
            echo(client);
        } finally {
            stop(server);
        }
    }

    @Test
    void severalHubsShareThePort() throws Exception {
        GreenServer server = server(100).hubs(2).start();
        try {
            for (int i = 0; i < 20; i++) {
                try (Socket client = connect(server)) {
                    echo(client);
                }
            }

            assertThat(server.accepted()).isEqualTo(20);
        } finally {
            stop(server);
        }
    }

    private static GreenServer.Builder server(int most) {
        return GreenServer.builder(new EchoHandler())
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .concurrency(most);
    }

    private static Socket connect(GreenServer server) throws Exception {
        return new Socket(InetAddress.getLoopbackAddress(), server.port());
    }

    private static void echo(Socket client) throws Exception {
        client.getOutputStream().write(HELLO);
        assertThat(client.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
    }

    private static void stop(GreenServer server) {
        boolean ignored = server.close(Duration.ZERO);
    }
}
