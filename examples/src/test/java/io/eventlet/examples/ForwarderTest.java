// SPDX-License-Identifier: Apache-2.0
package io.eventlet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ForwarderTest {
    private final Console console = new Console();
    private final ServerSocket target;
    private final RunningServer forwarder;

    ForwarderTest() throws IOException {
        target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var address = (InetSocketAddress) target.getLocalSocketAddress();
        forwarder = RunningServer.start(listener -> Forwarder.serve(listener, address));
    }

    @AfterEach
    void close() throws IOException {
        forwarder.close();
        target.close();
        console.close();
    }

    @Test
    void copiesBothDirections() throws Exception {
        try (var client = new LineClient(forwarder.connect());
                var server = new LineClient(target.accept())) {
            client.say("question");
            server.say("answer");

            assertThat(server.hear()).isEqualTo("question");
            assertThat(client.hear()).isEqualTo("answer");
        }
    }

    @Test
    void passesTheEndOfTheClientOnAndStillCopiesTheAnswer() throws Exception {
        try (var client = forwarder.connect();
                var server = target.accept()) {
            client.getOutputStream().write("question".getBytes(UTF_8));
            client.shutdownOutput();
            byte[] question = server.getInputStream().readAllBytes();
            server.getOutputStream().write("answer".getBytes(UTF_8));
            server.shutdownOutput();

            assertThat(question).asString().isEqualTo("question");
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer");
        }
    }

    @Test
    void passesTheEndOfTheServerOnAndStillCopiesWhatFollows() throws Exception {
        try (var client = forwarder.connect();
                var server = target.accept()) {
            server.shutdownOutput();
            byte[] answer = client.getInputStream().readAllBytes();
            client.getOutputStream().write("more".getBytes(UTF_8));
            client.shutdownOutput();

            assertThat(answer).isEmpty();
            assertThat(server.getInputStream().readAllBytes()).asString().isEqualTo("more");
        }
    }

    @Test
    void passesAResetOnAndNotAnEnd() throws Exception {
        try (var client = forwarder.connect()) {
            var server = target.accept();
            server.getOutputStream().write(1);
            int first = client.getInputStream().read();
            server.setSoLinger(true, 0);
            server.close();

            assertThat(first).isEqualTo(1);
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void goesOnWhenTheTargetIsDown() throws Exception {
        target.close();
        try (var first = forwarder.connect();
                var second = forwarder.connect()) {
            assertThat(first.getInputStream().read()).isEqualTo(-1);
            assertThat(second.getInputStream().read()).isEqualTo(-1);
            assertThat(console.lines()).hasSize(2).allMatch(line -> line.contains("refused"));
        }
    }
}
