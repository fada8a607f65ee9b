// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.Socket;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Executors;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EchoServerTest {
    @Test
    void sendsBackWhatIsMoreThanSocketsHold() throws Exception {
        var bytes = new byte[20_000_000];
        new Random(1).nextBytes(bytes);
        try (var server = RunningServer.start(EchoServer::serve);
                var client = server.connect();
                var sender = Executors.newSingleThreadExecutor()) {
            var sent =
                    sender.submit(() -> {
                        client.getOutputStream().write(bytes);
                        client.shutdownOutput();
                        return bytes.length;
                    });

            byte[] echo = client.getInputStream().readAllBytes();

            assertThat(echo).isEqualTo(bytes);
            assertThat(sent.get()).isEqualTo(bytes.length);
        }
    }

    @Test
    void servesManyAtOnce() throws Exception {
        var clients = new ArrayList<Socket>();
        try (var server = RunningServer.start(EchoServer::serve)) {
            for (int i = 0; i < 200; i++) {
                clients.add(server.connect());
            }

            for (var client : clients.reversed()) {
                client.getOutputStream().write(7);
                assertThat(client.getInputStream().read()).isEqualTo(7);
            }
        } finally {
            for (var client : clients) {
                client.close();
            }
        }
    }
}
