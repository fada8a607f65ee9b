// SPDX-License-Identifier: Apache-2.0
package io.eventlet.net.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.GreenSemaphore;
import io.eventlet.ReportedErrors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Servers on loopback, and clients of theirs, that are closed after each test.
abstract class RunningServers {
    static final Duration HOUR = Duration.ofHours(1);

    @RegisterExtension final ReportedErrors reported = new ReportedErrors();

    private final List<AutoCloseable> opened = new ArrayList<>();
    final GreenSemaphore entered = new GreenSemaphore(0);
    final GreenSemaphore leave = new GreenSemaphore(0);

    @AfterEach
    void close() throws Exception {
        for (var one : opened.reversed()) {
            one.close();
        }
    }

    GreenServer.Builder builder(ConnectionHandler handler) {
        return GreenServer.builder(handler)
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    GreenServer start(GreenServer.Builder builder) throws IOException {
        var server = builder.start();
        opened.add(() -> server.close(Duration.ZERO));
        return server;
    }

    Socket connect(GreenServer server) throws IOException {
        var client = new Socket(server.address().getAddress(), server.port());
        client.setSoTimeout(50_000);
        opened.add(client);
        return client;
    }

    static void echo(Socket client) throws IOException {
        client.getInputStream().transferTo(client.getOutputStream());
    }

    /// A handler that stays until it is let go.
    void stay(Socket client) throws IOException {
        entered.release();
        leave.acquire();
        client.getOutputStream().write(1);
    }

    static void assertEchoes(Socket client) throws IOException {
        client.getOutputStream().write('e');
        assertThat(client.getInputStream().read()).isEqualTo('e');
    }
}
