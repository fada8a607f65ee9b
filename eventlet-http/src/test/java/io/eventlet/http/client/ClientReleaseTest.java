// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import static io.eventlet.http.client.RawServer.head;
import static io.eventlet.http.client.RawServer.ok;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Event;
import io.eventlet.testing.junit.NoLeaks;
import io.eventlet.wait.Waits;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// Connections that are given back although something ends the giving back.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ClientReleaseTest {
    private static final int LENGTH = 32_768; // comes from the source as one piece

    /// A body that has come from its source while the kernel takes only a part of it.
    private static final class Hanging extends ByteArrayInputStream {
        final Event<Boolean> closed = new Event<>();

        Hanging() {
            super(new byte[LENGTH]);
        }

        @Override
        public void close() {
            boolean ignored = closed.trySend(true);
        }
    }

    /// A server that answers a head and never reads the body, of which its kernel takes little. It
    /// has a socket of the JDK, since a hub may receive more than is read.
    private static final class Deaf implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket();
        private final CountDownLatch closed = new CountDownLatch(1);

        Deaf(String answer) throws IOException {
            listener.setReceiveBufferSize(1);
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Thread.ofPlatform().daemon().start(() -> serve(answer));
        }

        private void serve(String answer) {
            try (var peer = listener.accept()) {
                var received = new StringBuilder();
                for (int next = 0; next >= 0 && received.indexOf("\r\n\r\n") < 0; ) {
                    next = peer.getInputStream().read();
                    received.append((char) next);
                }
                peer.getOutputStream().write(answer.getBytes(US_ASCII));
                closed.await();
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        String url() {
            return "http://127.0.0.1:" + listener.getLocalPort() + "/";
        }

        @Override
        public void close() throws IOException {
            closed.countDown();
            listener.close();
        }
    }

    /// A request on a connection whose kernel keeps few bytes that are to be sent.
    private static ClientRequest request(HttpClient client, Deaf server, Hanging body)
            throws IOException {
        var request = ClientRequest.put(server.url()).body(RequestBody.once(LENGTH, body));
        var connection = client.connections.acquire(Route.of(request, null), Waits.NEVER, true);
        connection.socket.socket().setSendBufferSize(1);
        client.connections.release(connection, Duration.ofMinutes(1).toNanos());
        return request;
    }

    private static io.eventlet.Timeout soon(int millis) {
        return io.eventlet.Timeout.after(Duration.ofMillis(millis));
    }

    @Test
    void timeoutAtTheEndOfAnAnswerGivesTheConnectionBack() throws Exception {
        try (var server = new Deaf(ok("done"));
                var client = HttpClient.create()) {
            var body = new Hanging();
            var response = client.send(request(client, server, body));

            var ignored =
                    catchThrowable(() -> {
                        try (response;
                                var _ = soon(1)) {
                            response.bytes();
                        }
                    });

            body.closed.await();
            assertThat(client.inUse()).isZero();
            assertThat(client.idle()).isZero();
        }
    }

    @Test
    void closeGivesTheConnectionBackWhileTheLastBytesAreOnTheirWay() throws Exception {
        try (var server = new Deaf(ok("done"));
                var client = HttpClient.create()) {
            var body = new Hanging();
            var response = client.send(request(client, server, body));

            var ignored =
                    catchThrowable(() -> {
                        try (var _ = soon(1)) {
                            response.close();
                        }
                    });

            assertThat(client.inUse()).isZero();
            assertThat(client.idle()).isZero();
            body.closed.await();
        }
    }

    @Test
    void timeoutOfAnEmptyAnswerGivesTheConnectionBackOnce() throws Exception {
        try (var server = new Deaf(ok(""));
                var client = HttpClient.create()) {
            var body = new Hanging();
            var request = request(client, server, body);

            var ignored =
                    catchThrowable(() -> {
                        try (var _ = soon(1000)) { // once it hangs
                            client.send(request).close();
                        }
                    });

            body.closed.await();
            assertThat(client.inUse()).isZero();
            assertThat(client.idle()).isZero();
        }
    }

    @Test
    void upgradeOfAConnectionThatIsLostGivesItBack() throws Exception {
        var switching = head("HTTP/1.1 101 Switching", "Upgrade: x", "Connection: Upgrade");
        try (var server = RawServer.of(RawServer.answers(switching));
                var client = HttpClient.create();
                var response =
                        client.send(ClientRequest.get(server.url("/")).header("Upgrade", "x"))) {
            client.connections.close();

            assertThatThrownBy(response::upgraded).isInstanceOf(SocketException.class);

            assertThat(client.inUse()).isZero();
        }
    }
}
