// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.eventlet.Eventlet;
import io.eventlet.net.GreenServerSocket;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LineEchoServerTest {
    private final Console console = new Console();

    @AfterEach
    void close() {
        console.close();
    }

    @Test
    void sendsBackEachLine() throws Exception {
        try (var server = RunningServer.start(LineEchoServerTest::serve);
                var first = new LineClient(server.connect());
                var second = new LineClient(server.connect())) {
            first.say("one");
            second.say("zwei, drü");
            first.say("two");

            assertThat(first.hear()).isEqualTo("one");
            assertThat(first.hear()).isEqualTo("two");
            assertThat(second.hear()).isEqualTo("zwei, drü");
        }
    }

    @Test
    void endsWithTheLastLineEvenIfItHasNoEnd() throws Exception {
        try (var server = RunningServer.start(LineEchoServerTest::serve);
                var client = server.connect()) {
            client.getOutputStream().write("a\nb".getBytes(UTF_8));
            client.shutdownOutput();

            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("a\nb\n");
        }
    }

    private static void serve(GreenServerSocket listener) throws IOException {
        Eventlet.serve(listener, LineEchoServer::echo);
    }
}
