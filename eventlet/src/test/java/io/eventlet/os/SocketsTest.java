// SPDX-License-Identifier: Apache-2.0
package io.eventlet.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;

@Tag("hub-only")
@Timeout(60)
class SocketsTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final List<Integer> descriptors = new ArrayList<>();

    @AfterEach
    void close() {
        descriptors.forEach(Sockets::close);
    }

    private int opened(int descriptor) {
        assertThat(descriptor).isPositive();
        descriptors.add(descriptor);
        return descriptor;
    }

    private int listening(boolean ipv6) {
        int listener = opened(Sockets.open(ipv6));
        assertThat(Sockets.bind(listener, ipv6, LOOPBACK, 0)).isZero();
        assertThat(Sockets.listen(listener, 5)).isZero();
        return listener;
    }

    @Test
    void bytesTravelBetweenRangesOfArrays() {
        int listener = listening(false);
        var address = Sockets.localAddress(listener);
        int client = opened(Sockets.open(false));
        Sockets.connect(client, false, LOOPBACK, address.getPort());
        var accepted = Sockets.accept(listener);
        int server = opened(accepted.descriptor());
        var into = new byte[8];

        assertThat(Sockets.send(client, new byte[] {1, 2, 3, 4, 5}, 1, 3)).isEqualTo(3);
        int n = Sockets.recv(server, into, 2, 6);

        assertThat(n).isEqualTo(3);
        assertThat(into).containsExactly(0, 0, 2, 3, 4, 0, 0, 0);
        assertThat(accepted.remote()).isEqualTo(Sockets.localAddress(client));
        assertThat(Sockets.recv(server, into, 0, 8)).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void errorsAreNegative() {
        int listener = listening(false);
        int other = opened(Sockets.open(false));
        int port = Sockets.localAddress(listener).getPort();

        assertThat(Sockets.accept(listener).descriptor()).isEqualTo(-Errno.EAGAIN);
        assertThat(Sockets.bind(other, false, LOOPBACK, port)).isEqualTo(-Errno.EADDRINUSE);
        assertThat(Sockets.recv(9999, new byte[1], 0, 1)).isEqualTo(-Errno.EBADF);
        assertThat(Sockets.close(9999)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void errorNumbersHaveTheTextOfTheSystem() {
        assertThat(Errno.message(Errno.ECONNREFUSED)).isEqualTo("Connection refused");
        assertThat(Errno.message(Errno.EMFILE)).isEqualTo("Too many open files");
    }

    @Test
    void addressesSurviveTheWayThroughTheKernelsForm() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var memory = arena.allocate(64);
            for (var host : List.of("1.2.3.4", "255.254.253.252", "0.0.0.0")) {
                var address = InetAddress.getByName(host);

                assertThat(SocketAddresses.write(memory, false, address, 65_535)).isEqualTo(16);
                assertThat(SocketAddresses.read(memory))
                        .isEqualTo(new InetSocketAddress(address, 65_535));
            }
            for (var host : List.of("::1", "2001:db8::ff00:42", "::", "10.9.8.7")) {
                var address = InetAddress.getByName(host);

                assertThat(SocketAddresses.write(memory, true, address, 443)).isEqualTo(28);
                assertThat(SocketAddresses.read(memory))
                        .isEqualTo(new InetSocketAddress(address, 443));
            }
            var scoped =
                    Inet6Address.getByAddress(
                            null,
                            new byte[] {
                                (byte) 0xfe, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
                            },
                            3);
            SocketAddresses.write(memory, true, scoped, 1);
            var read = (Inet6Address) SocketAddresses.read(memory).getAddress();
            assertThat(read.getScopeId()).isEqualTo(3);
        }
    }

    @Test
    void optionsOfOneAndTwoInts() {
        int socket = opened(Sockets.open(false));
        var linger = new int[2];

        assertThat(Sockets.setOption(socket, 1, 13, 1, 9)).isZero();
        assertThat(Sockets.getOption(socket, 1, 13, linger)).isZero();

        assertThat(linger).containsExactly(1, 9);
    }

    @Test
    void socketForIpv6IsForIpv4Too() {
        assumeThat(Sockets.supportsIpv6()).isTrue();
        int listener = opened(Sockets.open(true));
        var only = new int[] {-1};

        assertThat(Sockets.getOption(listener, 41, 26, only)).isZero(); // IPV6_V6ONLY
        assertThat(only).containsExactly(0);

        var wildcard = new InetSocketAddress(0).getAddress();
        assertThat(Sockets.bind(listener, true, wildcard, 0)).isZero();
        assertThat(Sockets.listen(listener, 5)).isZero();
        int client = opened(Sockets.open(false));
        int port = Sockets.localAddress(listener).getPort();
        assertThat(Sockets.connect(client, false, LOOPBACK, port))
                .isIn(0, -Errno.EINPROGRESS); // refused if the listener were for IPv6 alone
        assertThat(Sockets.accept(listener).descriptor()).satisfies(this::opened);
    }

    /// The number of an error belongs to the thread whose call it was.
    @Test
    void threadsDoNotSeeEachOthersErrors() throws Exception {
        int listener = listening(false);
        var callers = new ArrayList<FutureTask<Integer>>();
        for (int i = 0; i < 4; i++) {
            boolean bad = i % 2 == 0;
            var caller =
                    new FutureTask<>(() -> {
                        int wrong = 0;
                        for (int n = 0; n < 20_000; n++) {
                            int result =
                                    bad
                                            ? Sockets.listen(9999, 1)
                                            : Sockets.accept(listener).descriptor();
                            wrong += result == (bad ? -Errno.EBADF : -Errno.EAGAIN) ? 0 : 1;
                        }
                        return wrong;
                    });
            var ignored =
                    i < 2 ? Thread.ofPlatform().start(caller) : Thread.ofVirtual().start(caller);
            callers.add(caller);
        }

        for (var caller : callers) {
            assertThat(caller.get()).isZero();
        }
    }

    @Test
    void theErrorThatEndedAConnectIsTakenOnce() {
        int listener = listening(false);
        int port = Sockets.localAddress(listener).getPort();
        Sockets.close(listener);
        descriptors.removeIf(opened -> opened == listener);
        int client = opened(Sockets.open(false));
        assertThat(Sockets.takeError(client)).isZero();

        int result = Sockets.connect(client, false, LOOPBACK, port);

        int taken = Sockets.takeError(client);
        assertThat(result == -Errno.EINPROGRESS ? taken : result).isEqualTo(-Errno.ECONNREFUSED);
        assertThat(Sockets.takeError(client)).isZero();
    }

    /// As where a socket cannot be asked for without waiting.
    @Test
    void aPreparedDescriptorDoesNotWait() {
        var pair = new int[2];
        assertThat(UnixSockets.pair(pair)).isNotNegative();
        opened(pair[0]);
        opened(pair[1]);

        assertThat(Sockets.prepare(pair)).isZero();

        assertThat(Sockets.recv(pair[0], new byte[1], 0, 1)).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void whatCannotBePreparedIsAnError() {
        assertThat(Sockets.prepared(-Errno.EMFILE)).isEqualTo(-Errno.EMFILE);
        assertThat(Sockets.prepared(9_999)).isEqualTo(-Errno.EBADF);
    }
}
