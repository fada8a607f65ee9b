// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import static io.eventlet.net.SocketPair.awaitParked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenSemaphore;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.LoggedRecords;
import io.eventlet.ReportedErrors;
import io.eventlet.StopServe;
import io.eventlet.TaskFailed;
import io.eventlet.hub.Hub;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.OnCancellation;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// `Eventlet.serve`, which serves a listener of the caller's on the caller's thread.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ServeTest {
    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();
    @RegisterExtension private final LoggedRecords logged = new LoggedRecords();

    private final List<Socket> clients = new ArrayList<>();
    private GreenServerSocket listener;

    @BeforeEach
    void listen() throws IOException {
        listener = Eventlet.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() throws IOException {
        for (var client : clients) {
            client.close();
        }
        listener.close();
    }

    private Socket connect() throws IOException {
        var client = new Socket(listener.getInetAddress(), listener.getLocalPort());
        client.setSoTimeout(50_000);
        clients.add(client);
        return client;
    }

    private GreenThread<?> serving(ConnectionHandler handler) {
        return serving(handler, 100);
    }

    private GreenThread<?> serving(ConnectionHandler handler, int concurrency) {
        return Eventlet.spawn(() -> Eventlet.serve(listener, handler, concurrency));
    }

    private static void say(Socket client, int b) throws IOException {
        client.getOutputStream().write(b);
    }

    /// From Eventlet's convenience_test.py: TestServe.test_called_for_each_connection.
    @Test
    void handlerIsCalledForEachConnection() throws Exception {
        var calls = new AtomicInteger();
        var server =
                serving(client -> {
                    if (calls.incrementAndGet() == 3) {
                        throw new StopServe();
                    }
                });
        for (int i = 0; i < 3; i++) {
            assertThat(connect().getInputStream().read()).isEqualTo(-1);
        }

        server.await();
        assertThat(calls).hasValue(3);
    }

    /// From Eventlet's convenience_test.py: TestServe.test_blocking.
    @Test
    void blocksUntilTheListenerIsClosed() throws Exception {
        var server = serving(client -> {});
        awaitParked(server);
        assertThat(server.isDead()).isFalse();

        listener.close();

        server.await();
    }

    @Test
    @Tag("hub-only") // a hub of portable mode has no sockets
    void closingTheHubOfTheListenerLeavesItToOthers() throws Exception {
        var hub = Hub.start("of the listener");
        var loopback = InetAddress.getLoopbackAddress();
        var other =
                Eventlet.spawnOn(hub, () -> Eventlet.listen(new InetSocketAddress(loopback, 0)))
                        .await();
        try {
            var server = Eventlet.spawn(() -> Eventlet.serve(other, client -> {}));
            awaitParked(server);

            hub.close();

            try (var client = new Socket(loopback, other.getLocalPort())) {
                client.setSoTimeout(50_000);
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            other.close();
            server.await();
        } finally {
            other.close();
        }
    }

    /// From Eventlet's convenience_test.py: TestServe.test_raising_stopserve.
    @Test
    void stopServeEndsItWithoutError() throws Exception {
        var server =
                serving(client -> {
                    throw new StopServe();
                });
        connect();

        server.await();
    }

    @Test
    @Tag("hub-only")
    void listenerStaysOpenAfterStopServe() throws Exception {
        var server =
                serving(client -> {
                    throw new StopServe();
                });
        connect();
        server.await();

        var client = connect();
        try (var accepted = listener.accept()) {
            assertThat(accepted.getPort()).isEqualTo(client.getLocalPort());
        }
    }

    /// The other one accepts meanwhile: the listener stays open, and nothing has failed.
    @Test
    void stopServeOfOneOfTwoEndsThatWithoutAWarning() throws Exception {
        listener.setOnCancellation(OnCancellation.CLOSE);
        var stopped = new AtomicReference<GreenThread<?>>();
        stopped.set(
                serving(client -> {
                    awaitParked(stopped.get()); // until the other one is done accepting
                    throw new StopServe();
                }));
        awaitParked(stopped.get());
        var other = serving(client -> {});
        awaitParked(other);

        connect();

        stopped.get().await();
        assertThat(logged.messages()).noneMatch(line -> line.contains("cannot accept"));
        assertThat(other.isDead()).isFalse();
        listener.close();
        other.await();
    }

    @Test
    void connectionThatWaitsForRoomIsNotAcceptedAfterStopServe() throws Exception {
        var calls = new AtomicInteger();
        var server =
                serving(
                        client -> {
                            calls.incrementAndGet();
                            int ignored = client.getInputStream().read();
                            throw new StopServe();
                        },
                        1);
        var stopping = connect();
        Eventually.until(() -> calls.get() == 1);
        awaitParked(server);
        var waiting = connect();

        say(stopping, 's');
        server.await();

        assertThat(calls).hasValue(1);
        try (var accepted = listener.accept()) {
            assertThat(accepted.getPort()).isEqualTo(waiting.getLocalPort());
        }
    }

    @Test
    void connectionsGoOnAfterStopServe() throws Exception {
        var server =
                serving(client -> {
                    int b = client.getInputStream().read();
                    if (b == 's') {
                        throw new StopServe();
                    }
                    client.getOutputStream().write(b);
                });
        var staying = connect();
        var stopping = connect();
        say(stopping, 's');
        server.await();

        say(staying, 'x');

        assertThat(staying.getInputStream().read()).isEqualTo('x');
    }

    /// From Eventlet's convenience_test.py: TestServe.test_concurrency, which lets one more in than
    /// the limit says (defect 19).
    @Test
    void connectionBeyondTheLimitWaitsInTheBacklog() throws Exception {
        var serving = new AtomicInteger();
        var most = new AtomicInteger();
        var server =
                serving(
                        client -> {
                            most.accumulateAndGet(serving.incrementAndGet(), Math::max);
                            client.getOutputStream().write(1);
                            client.getInputStream().read();
                            serving.decrementAndGet();
                        },
                        5);
        for (int i = 0; i < 5; i++) {
            assertThat(connect().getInputStream().read()).isEqualTo(1);
        }
        var sixth = connect(); // it can connect, and gets no answer
        awaitParked(server);
        assertThat(sixth.getInputStream().available()).isZero();
        assertThat(serving).hasValue(5);

        clients.getFirst().close();

        assertThat(sixth.getInputStream().read()).isEqualTo(1);
        assertThat(most).hasValue(5);
        listener.close();
        server.await();
    }

    /// From Eventlet's convenience_test.py: TestServe.test_excepting_server, where it was the end.
    @Test
    void failureOfHandlerIsReportedAndOthersAreServed() throws Exception {
        var failure = new IllegalStateException("of the handler");
        serving(client -> {
            if (client.getInputStream().read() == 'f') {
                throw failure;
            }
            client.getOutputStream().write(1);
        });
        var failing = connect();
        say(failing, 'f');
        assertThat(failing.getInputStream().read()).isEqualTo(-1);
        var next = connect();
        say(next, 'x');

        assertThat(next.getInputStream().read()).isEqualTo(1);
        assertThat(reported.list()).containsExactly(failure);
    }

    /// From Eventlet's convenience_test.py: TestServe.test_excepting_server_already_closed.
    @Test
    void handlerMayCloseTheConnectionBeforeItFails() throws Exception {
        var failure = new IllegalStateException("of the handler");
        serving(client -> {
            client.close();
            throw failure;
        });

        assertThat(connect().getInputStream().read()).isEqualTo(-1);
        Eventually.until(() -> reported.contains(failure));
    }

    /// From Eventlet's convenience_test.py: TestServe.test_excepting_server.
    @Test
    void failureOfHandlerEndsItWhenThatIsAskedFor() throws Exception {
        var failure = new IllegalStateException("of the handler");
        ConnectionHandler failing =
                client -> {
                    throw failure;
                };
        var server =
                Eventlet.spawn(() -> GreenServer.serve(listener, failing, 100, HandlerErrors.STOP));
        connect();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(server::await)
                .havingCause()
                .isInstanceOf(HandlerFailed.class)
                .withCause(failure);
        assertThat(reported.list()).isEmpty();
    }

    /// From Eventlet's convenience_test.py: TestServe.test_exiting_server.
    @Test
    void killedHandlerClosesItsConnectionAndOthersAreServed() throws Exception {
        serving(client -> {
            client.getOutputStream().write(1);
            if (client.getInputStream().read() == 'k') {
                Eventlet.current().kill();
            }
        });
        var killed = connect();
        say(killed, 'k');
        assertThat(killed.getInputStream().readAllBytes()).hasSize(1);

        assertThat(connect().getInputStream().read()).isEqualTo(1);
        assertThat(reported.list()).isEmpty();
    }

    @Test
    @Tag("hub-only")
    void killOfWhoServesLeavesConnectionsAndListener() throws Exception {
        var server =
                serving(client -> client.getInputStream().transferTo(client.getOutputStream()));
        var staying = connect();
        say(staying, 1);
        assertThat(staying.getInputStream().read()).isEqualTo(1);
        awaitParked(server);

        server.kill();

        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(server::await)
                .withCauseInstanceOf(GreenThreadKilled.class);
        say(staying, 2);
        assertThat(staying.getInputStream().read()).isEqualTo(2);
        assertThat(listener.isClosed()).isFalse();
    }

    @Test
    void roomOfConnectionsThatEndIsGivenBack() throws Exception {
        var served = new AtomicInteger();
        serving(client -> served.incrementAndGet(), 2);
        for (int i = 0; i < 50; i++) {
            connect();
        }

        Eventually.until(() -> served.get() == 50);
    }

    @Test
    void serverOutlivesAConnectionThatThereIsNoMemoryFor() throws Exception {
        var exhausted = new OutOfMemoryError("for another thread");
        var memory = new AtomicInteger();
        var perThread =
                new InheritableThreadLocal<String>() {
                    @Override
                    protected String childValue(String parent) {
                        if (memory.getAndIncrement() == 0) {
                            throw exhausted;
                        }
                        return parent;
                    }
                };
        Eventlet.spawn(() -> {
            perThread.set("of the server");
            Eventlet.serve(listener, client -> say(client, 1), 1);
        });

        assertThat(connect().getInputStream().read()).isEqualTo(-1);
        assertThat(connect().getInputStream().read()).isEqualTo(1);
        assertThat(reported.list()).containsExactly(exhausted);
    }

    @Test
    void timeoutOfTheListenerIsNoFailureToAccept() throws Exception {
        listener.setSoTimeout(20);
        serving(client -> say(client, 1));
        try (var idle = Eventlet.listen(new InetSocketAddress(listener.getInetAddress(), 0))) {
            idle.setSoTimeout(20);
            for (int i = 0; i < 5; i++) { // meanwhile it has passed over there too
                assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(idle::accept);
            }
        }

        assertThat(connect().getInputStream().read()).isEqualTo(1);
        assertThat(logged.messages()).noneMatch(message -> message.contains("cannot accept"));
    }

    @Test
    void platformThreadServesToo() throws Exception {
        var gate = new GreenSemaphore(0);
        var thread =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                Eventlet.serve(
                                        listener,
                                        client -> {
                                            gate.release();
                                            throw new StopServe();
                                        });
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        });
        connect();

        gate.acquire();
        thread.join();
    }

    @Test
    void limitMustBePositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Eventlet.serve(listener, client -> {}, 0));
    }
}
