// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net;

import static io.eventlet.net.SocketPair.awaitParked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenThread;
import io.eventlet.TaskFailed;
import io.eventlet.hub.Hub;
import io.eventlet.hub.HubStrand;
import io.eventlet.os.Sockets;
import io.eventlet.poll.Endpoint;
import io.eventlet.poll.Network;
import io.eventlet.poll.Poller;
import io.eventlet.poll.PollerKind;
import io.eventlet.testing.junit.NoLeaks;
import io.eventlet.wait.Clock;
import io.eventlet.wait.Waits;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// Closing what a green thread waits for, while its hub computes and does not come to it.
@Tag("hub-only")
@Timeout(60)
@ExtendWith(NoLeaks.class)
class BusyHubCloseTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private static Poller poller(PollerKind kind) throws IOException {
        return kind.open(Waits.PARKING, HubStrand::networkOfCaller);
    }

    private static Hub start(PollerKind kind, String name) throws IOException {
        return Hub.start(name, Clock.system(), poller(kind));
    }

    /// A green thread that computes until this is closed.
    private static final class Computing implements AutoCloseable {
        private volatile boolean isOver;
        private volatile boolean hasBegun;

        Computing(Hub hub) {
            Eventlet.spawnOn(
                    hub,
                    () -> {
                        hasBegun = true;
                        while (!isOver) {
                            Thread.onSpinWait();
                        }
                    });
            Eventually.until(() -> hasBegun);
        }

        @Override
        public void close() {
            isOver = true;
        }
    }

    /// Has a green thread wait, and then its hub compute.
    private static Computing computing(Hub hub, GreenThread<?> waiting) {
        awaitParked(waiting);
        return new Computing(hub);
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "LIBEVENT"})
    void thePeerOfAConnectionThatIsReadHears(PollerKind kind) throws Exception {
        try (var hub = start(kind, "busy");
                var listener = new ServerSocket(0, 1, LOOPBACK)) {
            var socket =
                    Eventlet.spawnOn(
                                    hub,
                                    () -> Eventlet.connect("127.0.0.1", listener.getLocalPort()))
                            .await();
            try (var peer = listener.accept()) {
                var reader = Eventlet.spawnOn(hub, () -> socket.getInputStream().read());
                try (var _ = computing(hub, reader)) {
                    socket.close();

                    assertThat(peer.getInputStream().read()).isEqualTo(-1);
                }
                assertClosed(reader);
            }
        }
    }

    private static void assertClosed(GreenThread<?> thread) {
        assertThatExceptionOfType(TaskFailed.class)
                .isThrownBy(thread::await)
                .havingCause()
                .withMessage("Socket closed");
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "LIBEVENT"})
    void nobodyIsConnectedToAListenerAndItsPortIsFree(PollerKind kind) throws Exception {
        try (var one = start(kind, "one");
                var other = start(kind, "other")) {
            var listener = Eventlet.spawnOn(one, () -> Eventlet.listen("127.0.0.1", 0)).await();
            int port = listener.getLocalPort();
            var accepting = Eventlet.spawnOn(one, listener::accept);
            var alsoAccepting = Eventlet.spawnOn(other, listener::accept);
            awaitParked(alsoAccepting);

            try (var _ = computing(one, accepting);
                    var _ = new Computing(other)) {
                listener.close();

                assertThatIOException().isThrownBy(() -> new Socket(LOOPBACK, port).close());
                new ServerSocket(port, 1, LOOPBACK).close();
            }
            assertClosed(accepting);
            assertClosed(alsoAccepting);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "LIBEVENT"})
    void aListenerThatAnotherProgramHasAsWellGoesOnThere(PollerKind kind) throws Exception {
        try (var hub = start(kind, "busy")) {
            int others = Sockets.open(false);
            Sockets.bind(others, false, LOOPBACK, 0);
            Sockets.listen(others, 5);
            int port = Sockets.localAddress(others).getPort();
            var network = Eventlet.spawnOn(hub, HubStrand::networkOfCaller).await();
            var accepting = adopted(network, Sockets.duplicate(others));
            var waiting = Eventlet.spawnOn(hub, () -> accepting.accept(Long.MAX_VALUE));

            try (var _ = computing(hub, waiting)) {
                accepting.close();

                new Socket(LOOPBACK, port).close();
            }
            assertThat(Sockets.close(others)).isZero();
            assertClosed(waiting);
        }
    }

    private static Endpoint adopted(Network network, int descriptor) throws IOException {
        return network.adoptListener(descriptor);
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "LIBEVENT"})
    void aPipeThatIsReadIsBroken(PollerKind kind) throws Exception {
        try (var hub = start(kind, "busy")) {
            var pipe = Eventlet.spawnOn(hub, GreenPipe::open).await();
            var reader = Eventlet.spawnOn(hub, () -> pipe.input().read());

            try (var _ = computing(hub, reader)) {
                pipe.input().close();

                assertThatIOException()
                        .isThrownBy(() -> pipe.output().write(1))
                        .withMessage("Broken pipe");
            }
            pipe.close();
            assertClosed(reader);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING", "LIBEVENT"})
    void thePortOfADatagramSocketIsFree(PollerKind kind) throws Exception {
        try (var hub = start(kind, "busy")) {
            var socket =
                    Eventlet.spawnOn(
                                    hub,
                                    () ->
                                            new GreenDatagramSocket(
                                                    new InetSocketAddress(LOOPBACK, 0)))
                            .await();
            var receiving =
                    Eventlet.spawnOn(hub, () -> socket.receive(new DatagramPacket(new byte[1], 1)));
            int port = socket.getLocalPort();

            try (var _ = computing(hub, receiving)) {
                socket.close();

                new DatagramSocket(port, LOOPBACK).close();
            }
            assertClosed(receiving);
        }
    }
}
