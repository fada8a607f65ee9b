// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenSemaphore;
import io.eventlet.ReportedErrors;
import io.eventlet.StopServe;
import io.eventlet.net.tls.TestCertificate;
import io.eventlet.testing.Simulation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Handlers that end before they have read all that their clients send: what they have answered
/// arrives.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class UnreadInputTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final TestCertificate LOCAL = TestCertificate.local();
    private static final int ANSWER = 300_000;
    private static final int BODY = 2_000_000;

    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final GreenSemaphore answered = new GreenSemaphore(0);

    @AfterEach
    void close() throws Exception {
        for (var one : opened.reversed()) {
            one.close();
        }
    }

    private GreenServer start(GreenServer.Builder builder) throws IOException {
        var server = builder.address(new InetSocketAddress(LOOPBACK, 0)).start();
        opened.add(() -> server.close(Duration.ZERO));
        return server;
    }

    /// A client that cannot take much at a time.
    private Socket connect(GreenServer server) throws IOException {
        var client = new Socket();
        opened.add(client);
        client.setReceiveBufferSize(8192);
        client.connect(new InetSocketAddress(LOOPBACK, server.port()));
        client.setSoTimeout(50_000);
        return client;
    }

    private void answer(Socket client) throws IOException {
        int ignored = client.getInputStream().read();
        client.getOutputStream().write(new byte[ANSWER]);
        answered.release();
    }

    /// Asks, and reads the answer: the size of that.
    private static int sizeOfAnswer(Socket client) throws IOException {
        client.getOutputStream().write("line\nand more\n".getBytes(US_ASCII));
        int first = client.getInputStream().readNBytes(ANSWER / 2).length;
        return first + client.getInputStream().readAllBytes().length;
    }

    @Test
    void answerArrivesThoughInputIsUnread() throws Exception {
        var server = start(GreenServer.builder(this::answer));

        assertThat(sizeOfAnswer(connect(server))).isEqualTo(ANSWER);
    }

    @Test
    void answerArrivesAlsoIfTheHandlerClosesTheConnection() throws Exception {
        var server =
                start(
                        GreenServer.builder(client -> {
                            try (client) {
                                answer(client);
                            }
                            assertThat(client.isClosed()).isTrue();
                            assertThatExceptionOfType(SocketException.class)
                                    .isThrownBy(client::getInputStream);
                        }));

        assertThat(sizeOfAnswer(connect(server))).isEqualTo(ANSWER);
        assertThat(reported.list()).isEmpty();
    }

    @Test
    void answerArrivesAlsoIfTheHandlerStopsTheServer() throws Exception {
        var server =
                start(
                        GreenServer.builder(client -> {
                            answer(client);
                            throw new StopServe();
                        }));

        assertThat(sizeOfAnswer(connect(server))).isEqualTo(ANSWER);
    }

    @Test
    void clientThatSendsOnReadsItsAnswerAfterwards() throws Exception {
        var server = start(GreenServer.builder(this::answer));
        var client = connect(server);

        client.getOutputStream().write(new byte[BODY]);
        client.shutdownOutput();

        assertThat(client.getInputStream().readAllBytes()).hasSize(ANSWER);
    }

    @Test
    void answerArrivesOverTls() throws Exception {
        var server = start(GreenServer.builder(this::answer).tls(LOCAL.context()));
        var client =
                Eventlet.wrapSsl(connect(server), TestCertificate.trusting(LOCAL), "localhost");
        opened.add(client);

        client.sendAll(new byte[BODY]);

        assertThat(client.getInputStream().readAllBytes()).hasSize(ANSWER);
    }

    @Test
    void whoHasReadAllIsNotAwaited() throws Exception {
        var server = start(GreenServer.builder(this::answer));
        var client = connect(server);
        client.getOutputStream().write(1);

        assertThat(client.getInputStream().readAllBytes()).hasSize(ANSWER);

        Eventually.until(() -> server.active() == 0); // though the client is still connected
    }

    @Test
    void closingTheServerEndsAConnectionThatLingers() throws Exception {
        var server = start(GreenServer.builder(this::answer));
        var client = connect(server);
        client.getOutputStream().write(new byte[] {1, 2});
        answered.acquire();

        assertThat(server.close(Duration.ZERO)).isFalse();

        Eventually.until(() -> server.active() == 0);
    }

    @Test
    void handlerThatFailsLeavesNothingBehind() throws Exception {
        var failure = new IllegalStateException("of the handler");
        var server =
                start(
                        GreenServer.builder(client -> {
                            int ignored = client.getInputStream().read();
                            throw failure;
                        }));
        var client = connect(server);
        client.getOutputStream().write(new byte[] {1, 2});

        Eventually.until(() -> reported.count(failure) == 1);
        Eventually.until(() -> server.active() == 0);
    }

    @Test
    void handlerThatWantsAResetResets() throws Exception {
        var server =
                start(
                        GreenServer.builder(client -> {
                            int ignored = client.getInputStream().read();
                            client.setSoLinger(true, 0);
                        }));
        var client = connect(server);
        client.getOutputStream().write(new byte[] {1, 2});

        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> client.getInputStream().read());
    }

    @Test
    @Tag("hub-only")
    void itLingersForTwoSecondsOfSilence() throws Exception {
        Simulation.inOrder()
                .run(simulation -> {
                    try (var server = GreenServer.builder(this::answer).port(80).start();
                            var client = Eventlet.connect("localhost", 80)) {
                        client.sendAll(new byte[] {1, 2});
                        assertThat(client.getInputStream().readAllBytes()).hasSize(ANSWER);
                        long begin = simulation.clock().nanoTime();

                        assertThat(server.close(Duration.ofMinutes(1))).isTrue();

                        assertThat(Duration.ofNanos(simulation.clock().nanoTime() - begin))
                                .isEqualTo(Duration.ofSeconds(2));
                    }
                });
    }

    @Test
    @Tag("hub-only")
    void itLingersForThirtySecondsForWhoSendsOn() throws Exception {
        Simulation.inOrder()
                .run(simulation -> {
                    try (var server = GreenServer.builder(this::answer).port(80).start();
                            var client = Eventlet.connect("localhost", 80)) {
                        client.sendAll(new byte[] {1, 2});
                        assertThat(client.getInputStream().readAllBytes()).hasSize(ANSWER);
                        long begin = simulation.clock().nanoTime();
                        var sender =
                                Eventlet.spawn(() -> {
                                    while (true) {
                                        Eventlet.sleep(Duration.ofSeconds(1));
                                        client.sendAll(new byte[1]);
                                    }
                                });

                        assertThat(server.close(Duration.ofMinutes(1))).isTrue();

                        assertThat(Duration.ofNanos(simulation.clock().nanoTime() - begin))
                                .isEqualTo(Duration.ofSeconds(30));
                        sender.kill();
                    }
                });
    }
}
