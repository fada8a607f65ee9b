// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventually;
import io.eventlet.ReportedErrors;
import io.eventlet.hub.FailingStarts;
import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// Servers whose handlers cannot be started, since there is no memory.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ServerFailedStartTest {
    @RegisterExtension private final ReportedErrors reported = new ReportedErrors();

    @Test
    void connectionWhoseHandlerCannotBeStartedIsClosedAndTheNextIsServed() throws Exception {
        var server =
                GreenServer.builder(client -> client.getOutputStream().write(1))
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .concurrency(1)
                        .start();
        try (server) {
            int first;
            try (var _ = FailingStarts.next(1)) {
                first = firstByte(server);
            }

            int second = firstByte(server);

            assertThat(first).isEqualTo(-1);
            assertThat(second).isEqualTo(1);
            assertThat(reported.list()).singleElement().isInstanceOf(OutOfMemoryError.class);
            Eventually.until(() -> server.active() == 0);
            assertThat(server.close(Duration.ofSeconds(30))).isTrue();
        }
    }

    /// Nobody else has those hubs.
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void hubsOfAServerAreClosedByTheCallerIfNoThreadCanBeStartedForThem(int failing)
            throws Exception {
        var server = GreenServer.builder(client -> {}).name("failing").hubs(3).start();
        var left = new AtomicInteger(failing);
        ServerHubs.beforeStart =
                thread -> {
                    if (left.getAndDecrement() > 0) {
                        throw new OutOfMemoryError("no memory to start " + thread.getName());
                    }
                };

        server.close();

        assertThat(Hub.all()).noneMatch(hub -> hub.name().startsWith("failing"));
    }

    @AfterEach
    void letThreadsStart() {
        ServerHubs.beforeStart = null;
    }

    private static int firstByte(GreenServer server) throws IOException {
        try (var client = new Socket(server.address().getAddress(), server.port())) {
            client.setSoTimeout(50_000);
            return client.getInputStream().read();
        }
    }
}
