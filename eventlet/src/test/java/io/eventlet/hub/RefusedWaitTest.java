// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.ChildJvm;
import io.eventlet.Eventlet;
import io.eventlet.os.Errno;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;

/// Where seccomp forbids epoll_pwait2(2), as in containers whose profile is older than that.
@Tag("hub-only")
@Timeout(120)
class RefusedWaitTest {
    /// Reads on a hub where another green thread sleeps, so that the hub waits for a time.
    static final class Program {
        private static final int EPOLL_PWAIT2 = 441;
        private static final int FEW_TURNS = 1_000;

        private Program() {}

        public static void main(String[] args) throws Throwable {
            RefusedCall.refuse(EPOLL_PWAIT2, Integer.parseInt(args[0]));
            try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Eventlet.spawn(() -> Eventlet.sleep(Duration.ofHours(1)));
                var reader = Eventlet.spawn(() -> readTwice(listener.getLocalPort()));
                try (var peer = listener.accept()) {
                    peer.getOutputStream().write(1);
                    peer.getInputStream().read(); // and then it waits for the other
                    Eventlet.spawn(() -> Eventlet.sleep(Duration.ofMillis(200))).await();
                    peer.getOutputStream().write(2);
                    System.out.println("read " + reader.await());
                }
            }
            long turns = Hub.main().statistics().turns();
            System.out.println(turns < FEW_TURNS ? "it slept" : turns + " turns");
        }

        private static int readTwice(int port) throws Exception {
            try (var socket = Eventlet.connect("127.0.0.1", port)) {
                socket.getOutputStream().write(socket.getInputStream().read());
                return socket.getInputStream().read();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EPERM, Errno.ENOSYS})
    void aHubWaitsByTheOlderCall(int errno) throws Exception {
        assertThat(
                        ChildJvm.run(
                                Program.class,
                                List.of("-Deventlet.hub=epoll"),
                                Integer.toString(errno)))
                .filteredOn(line -> !line.startsWith("INFO hub mode: "))
                .containsExactly("read 2", "it slept");
    }
}
