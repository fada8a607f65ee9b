// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import static io.eventlet.http.client.RawServer.answers;
import static io.eventlet.http.client.RawServer.head;
import static io.eventlet.http.client.RawServer.ok;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class ClientUpgradeTest {
    @Test
    void connectionIsTheCallersAfterAnUpgrade() throws Exception {
        RawServer.Script script =
                peer -> {
                    peer.readHead();
                    peer.send(
                            head("HTTP/1.1 101 Go", "Upgrade: echo", "Connection: Upgrade") + "hi");
                    peer.send(peer.read(3));
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(script);
                var client = HttpClient.builder().connections(1).build()) {
            var request = ClientRequest.get(server.url("/")).header("Upgrade", "echo");

            try (var connection = client.upgrade(request)) {
                assertThat(connection.input().readNBytes(2)).asString().isEqualTo("hi");
                connection.output().write("abc".getBytes(StandardCharsets.US_ASCII));
                assertThat(connection.input().readNBytes(3)).asString().isEqualTo("abc");
                assertThat(client.inUse()).isZero();
            }

            assertThat(server.request(0)).contains("Upgrade: echo\r\n", "Connection: Upgrade\r\n");
        }
    }

    @Test
    void answerOfAnUpgradeCanBeLookedAt() throws Exception {
        try (var server =
                        RawServer.of(
                                answers(head("HTTP/1.1 101 Go", "Upgrade: echo", "Accept: x")));
                var client = HttpClient.create();
                var response =
                        client.send(ClientRequest.get(server.url("/")).header("Upgrade", "echo"))) {

            assertThat(response.status()).isEqualTo(101);
            assertThat(response.headers().get("Accept")).isEqualTo("x");
            response.upgraded().close();
        }
    }

    @Test
    void refusedUpgradeIsAnError() throws Exception {
        try (var server = RawServer.of(answers(ok("no")));
                var client = HttpClient.create()) {
            var request = ClientRequest.get(server.url("/")).header("Upgrade", "echo");

            assertThatThrownBy(() -> client.upgrade(request))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("200 OK");
            assertThat(client.inUse()).isZero();
        }
    }

    @Test
    void upgradeThatNobodyTakesIsClosed() throws Exception {
        try (var server = RawServer.of(answers(head("HTTP/1.1 101 Go", "Upgrade: echo")));
                var client = HttpClient.create()) {
            var request = ClientRequest.get(server.url("/")).header("Upgrade", "echo");

            client.send(request).close();

            assertThat(client.inUse()).isZero();
            assertThat(client.idle()).isZero();
        }
    }
}
