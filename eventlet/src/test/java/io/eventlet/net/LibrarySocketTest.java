// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.Timeout;
import io.eventlet.TimeoutExpired;
import io.eventlet.net.tls.GreenSslSocketFactory;
import io.eventlet.net.tls.TestCertificate;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/// A socket that a factory made, when a timeout or a kill ends a wait on it.
@org.junit.jupiter.api.Timeout(60)
@ExtendWith(NoLeaks.class)
class LibrarySocketTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final Duration SOON = Duration.ofMillis(1);

    private final ServerSocket listener;
    private final Socket socket;
    private final Socket peer;

    LibrarySocketTest() throws IOException {
        listener = new ServerSocket(0, 1, LOOPBACK);
        socket = GreenSocketFactory.instance().createSocket(LOOPBACK, listener.getLocalPort());
        peer = listener.accept();
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        peer.close();
        listener.close();
    }

    /// As a driver does it, which makes exceptions of its own.
    private int ask() {
        try {
            return socket.getInputStream().read();
        } catch (IOException e) {
            throw new UncheckedIOException("the connection is broken", e);
        }
    }

    private GreenThread<Integer> asking() {
        var thread = Eventlet.spawn(this::ask);
        SocketPair.awaitParked(thread);
        return thread;
    }

    @Test
    void theLibraryGetsAnIoExceptionWithTheTimeoutAsItsCause() {
        Eventlet.run(() -> {
            try (var timeout = Timeout.after(SOON)) {
                assertThatThrownBy(() -> socket.getInputStream().read())
                        .isInstanceOf(InterruptedIOException.class)
                        .cause()
                        .isInstanceOf(TimeoutExpired.class)
                        .extracting(e -> ((TimeoutExpired) e).timeout())
                        .isSameAs(timeout);
            }
        });
    }

    @Test
    void theSocketIsClosed() throws IOException {
        Eventlet.run(() -> Timeout.silent(SOON, this::ask));

        assertThat(socket.isClosed()).isTrue();
        assertThat(peer.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void callThrowsTimeoutExpired() {
        Eventlet.run(() ->
                assertThatThrownBy(() -> Timeout.call(SOON, this::ask))
                        .isInstanceOf(TimeoutExpired.class));
    }

    @Test
    void callGivesTheFallback() {
        assertThat(Eventlet.spawn(() -> Eventlet.withTimeout(SOON, this::ask, -2)).await())
                .isEqualTo(-2);
    }

    @Test
    void silentIsFalse() {
        assertThat(Eventlet.spawn(() -> Timeout.silent(SOON, this::ask)).await()).isFalse();
    }

    @Test
    void aTimeoutSaysThatItHasPassedAfterItWasClosed() {
        Eventlet.run(() -> {
            var timeout = Timeout.after(SOON);
            try (timeout) {
                ask();
            } catch (UncheckedIOException e) {
                assertThat(timeout.isExpired()).isTrue();
            }
        });
    }

    @Test
    void nothingIsLeftWhenTheTimeoutIsClosed() {
        Eventlet.run(() -> {
            try (var _ = Timeout.after(SOON)) {
                var ignored = catchThrowable(this::ask);
            }

            Eventlet.yield();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });
    }

    /// As clients do that pass on that they were interrupted. Nobody can tell that flag from one of
    /// somebody else.
    @Test
    void theFlagThatALibrarySetsGoesWithTheTimeout() {
        Eventlet.run(() -> {
            try (var _ = Timeout.after(SOON)) {
                var ignored = catchThrowable(this::ask);
                Thread.currentThread().interrupt();
            }

            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });
    }

    /// Else a library that tries again would go on without the limit.
    @Test
    void theNextWaitThrowsTheTimeoutAsItIs() {
        Eventlet.run(() -> {
            try (var _ = Timeout.after(SOON)) {
                var ignored = catchThrowable(this::ask);

                assertThatThrownBy(() -> Eventlet.sleep(Duration.ofDays(1)))
                        .isInstanceOf(TimeoutExpired.class);
            }
        });
    }

    @Test
    void theNextConnectionOfTheLibraryIsEndedAsWell() {
        Eventlet.run(() -> {
            try (var again =
                            GreenSocketFactory.instance()
                                    .createSocket(LOOPBACK, listener.getLocalPort());
                    var _ = Timeout.after(SOON)) {
                var ignored = catchThrowable(this::ask);

                assertThatThrownBy(() -> again.getInputStream().read())
                        .isInstanceOf(InterruptedIOException.class);
            }
        });
    }

    @Test
    void aTimeoutAroundTheOneThatPassedIsNotMet() {
        var result =
                Eventlet.spawn(() ->
                                Timeout.call(
                                        Duration.ofDays(1),
                                        () -> Timeout.call(SOON, this::ask, -2)))
                        .await();

        assertThat(result).isEqualTo(-2);
    }

    @Test
    void aKilledThreadEndsAsKilled() {
        var killed = asking();

        killed.kill();

        assertThatThrownBy(killed::await).cause().isInstanceOf(GreenThreadKilled.class);
        assertThat(killed.isCancelled()).isTrue();
    }

    /// The library has swallowed it; the program's own next wait is ended.
    @Test
    void aKilledThreadWhoseLibrarySwallowsTheErrorEndsInItsNextWait() {
        var killed =
                Eventlet.spawn(() -> {
                    var ignored = catchThrowable(this::ask);
                    Eventlet.sleep(Duration.ofDays(1));
                });
        SocketPair.awaitParked(killed);

        killed.kill();

        killed.join();
        assertThat(killed.isCancelled()).isTrue();
    }

    @Test
    void aWriteIsEndedInTheSameWay() {
        Eventlet.run(() -> {
            try (var _ = Timeout.after(SOON)) {
                assertThatThrownBy(this::writeForEver)
                        .isInstanceOf(InterruptedIOException.class)
                        .hasCauseInstanceOf(TimeoutExpired.class);
            }
        });

        assertThat(socket.isClosed()).isTrue();
    }

    private void writeForEver() throws IOException {
        var bytes = new byte[1 << 16];
        while (true) {
            socket.getOutputStream().write(bytes);
        }
    }

    @Test
    void aListenerOfALibraryIsEndedInTheSameWay() {
        Eventlet.run(() -> {
            try (var own = GreenServerSocketFactory.instance().createServerSocket(0, 1, LOOPBACK);
                    var _ = Timeout.after(SOON)) {
                assertThatThrownBy(own::accept)
                        .isInstanceOf(InterruptedIOException.class)
                        .hasCauseInstanceOf(TimeoutExpired.class);
                assertThat(own.isClosed()).isTrue();
            }
        });
    }

    /// It is nobody's socket yet: the other one accepts on.
    @Test
    void whoWaitsForItsTurnToAcceptLeavesTheListenerToTheOther() throws IOException {
        try (var own = GreenServerSocketFactory.instance().createServerSocket(0, 1, LOOPBACK)) {
            var first = Eventlet.spawn(own::accept);
            SocketPair.awaitParked(first);
            var second = Eventlet.spawn(own::accept);
            SocketPair.awaitParked(second);

            second.kill();

            second.join();
            assertThat(second.isCancelled()).isTrue();
            try (var _ = new Socket(LOOPBACK, own.getLocalPort());
                    var accepted = first.await()) {
                assertThat(accepted.isConnected()).isTrue();
            }
        }
    }

    /// Likewise: the other one is in the middle of what it writes.
    @Test
    void whoWaitsForItsTurnToWriteLeavesTheSocketToTheOther() throws IOException {
        int length = 1 << 24; // more than fits on the way
        var first = Eventlet.spawn(() -> socket.getOutputStream().write(new byte[length]));
        SocketPair.awaitParked(first);
        var second = Eventlet.spawn(() -> socket.getOutputStream().write('!'));
        SocketPair.awaitParked(second);

        second.kill();

        second.join();
        assertThat(second.isCancelled()).isTrue();
        assertThat(peer.getInputStream().readNBytes(length)).hasSize(length);
        first.await();
        assertThat(socket.isClosed()).isFalse();
    }

    /// In the handshake of the other one.
    @Test
    void whoWaitsForTheHandshakeOfAnotherLeavesTheSocketToIt() throws Exception {
        var factory = GreenSslSocketFactory.of(TestCertificate.trusting(TestCertificate.local()));
        try (var tls = factory.createSocket(LOOPBACK, listener.getLocalPort());
                var accepted = listener.accept()) {
            var first = Eventlet.spawn(() -> tls.startHandshake());
            SocketPair.awaitParked(first);
            var second = Eventlet.spawn(() -> tls.getOutputStream().write('!'));
            SocketPair.awaitParked(second);

            second.kill();

            second.join();
            assertThat(second.isCancelled()).isTrue();
            assertThat(first.isDead()).isFalse();
            assertThat(tls.isClosed()).isFalse();
            accepted.shutdownOutput(); // ends the handshake
            assertThatThrownBy(first::await).hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void anInterruptThatWasSetBeforeOutlivesTheTimeout() {
        Eventlet.run(() -> {
            Thread.currentThread().interrupt();
            try (var _ = Timeout.after(SOON)) {
                var ignored = catchThrowable(this::ask);
            }

            assertThat(Thread.interrupted()).isTrue();
        });
    }

    /// As the JDK does it on its virtual threads.
    @Test
    void anInterruptBySomebodyElseClosesItAndStaysSet() {
        var interrupted =
                Eventlet.spawn(() -> {
                    var error = catchThrowable(() -> socket.getInputStream().read());
                    boolean flag = Thread.interrupted();
                    return error instanceof InterruptedIOException && flag;
                });
        SocketPair.awaitParked(interrupted);

        interrupted.thread().interrupt();

        assertThat(interrupted.await()).isTrue();
        assertThat(socket.isClosed()).isTrue();
    }

    @Test
    @Tag("hub-only")
    void aFactoryMaySayThatItStaysOpen() throws IOException {
        try (var open =
                        GreenSocketFactory.of(OnCancellation.KEEP_OPEN)
                                .createSocket(LOOPBACK, listener.getLocalPort());
                var other = listener.accept()) {
            Eventlet.run(() ->
                    assertThatThrownBy(() -> Timeout.call(SOON, () -> open.getInputStream().read()))
                            .isInstanceOf(TimeoutExpired.class));

            other.getOutputStream().write('!');
            assertThat(open.getInputStream().read()).isEqualTo('!');
        }
    }

    @Test
    void aSocketOfTheProgramMaySayThatItIsClosed() throws IOException {
        try (var pair = SocketPair.open()) {
            pair.green().setOnCancellation(OnCancellation.CLOSE);

            Eventlet.run(() -> Timeout.silent(SOON, () -> pair.green().recv(new byte[1])));

            assertThat(pair.green().isClosed()).isTrue();
        }
    }

    /// Libraries ask for it first, to verify the name of the host.
    @Test
    void theSessionOfATlsSocketOfALibraryIsNoneThen() throws Exception {
        var factory = GreenSslSocketFactory.of(TestCertificate.trusting(TestCertificate.local()));
        try (var tls = factory.createSocket(LOOPBACK, listener.getLocalPort());
                var _ = listener.accept()) {
            Eventlet.run(() -> {
                try (var timeout = Timeout.after(SOON)) {
                    assertThat(tls.getSession().isValid()).isFalse();
                    assertThat(timeout.isExpired()).isTrue();
                }
            });

            assertThat(tls.isClosed()).isTrue();
        }
    }

    @Test
    void tlsOfALibraryIsEndedInTheSameWay() throws Exception {
        var factory = GreenSslSocketFactory.of(TestCertificate.trusting(TestCertificate.local()));
        try (var tls = factory.createSocket(LOOPBACK, listener.getLocalPort());
                var _ = listener.accept()) {
            Eventlet.run(() -> {
                try (var _ = Timeout.after(SOON)) {
                    assertThatThrownBy(tls::startHandshake)
                            .isInstanceOf(InterruptedIOException.class)
                            .hasCauseInstanceOf(TimeoutExpired.class);
                }
            });

            assertThat(tls.isClosed()).isTrue();
        }
    }
}
