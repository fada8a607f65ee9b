// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import static io.eventlet.http.client.RawServer.answers;
import static io.eventlet.http.client.RawServer.head;
import static io.eventlet.http.client.RawServer.ok;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.http.BadMessage;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;

/// What servers send that they should not.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class OddServersTest {
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";

    private static RawServer server(String answer) throws IOException {
        return RawServer.of(
                peer -> {
                    peer.readHead();
                    peer.send(answer);
                },
                answers(ok("next")));
    }

    @Test
    void linesMayEndWithLfAlone() throws Exception {
        try (var server = server("HTTP/1.1 200 OK\nA: b\nContent-Length: 2\n\nhi");
                var client = HttpClient.create();
                var response = client.get(server.url("/"))) {

            assertThat(response.text()).isEqualTo("hi");
            assertThat(response.headers().get("A")).isEqualTo("b");
        }
    }

    @Test
    void oddFieldsAreReadAsFarAsTheyHaveOneMeaning() throws Exception {
        var odd = "Space : 1\r\nFolded: a\r\n\tb\r\nno field\r\n(x): y\r\nNul: a\0b\r\nCr: a\rb";
        try (var server = server(head("HTTP/1.1 200", odd, "Content-Length: 2") + "hi");
                var client = HttpClient.create();
                var response = client.get(server.url("/"))) {

            assertThat(response.headers())
                    .hasToString(
                            String.join(
                                    "\r\n",
                                    "Space: 1",
                                    "Folded: a b",
                                    "Nul: a b",
                                    "Cr: a b",
                                    "Content-Length: 2",
                                    ""));
            assertThat(response.text()).isEqualTo("hi");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1",
                "SSH-2.0-OpenSSH_9.6\r\n\r\n",
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "<html>\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nab",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: br\r\n\r\n",
                "HTTP/1.1 101 Switching\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b",
            })
    void whatIsNoAnswerIsAnError(String bytes) throws Exception {
        try (var server = server(bytes);
                var client = HttpClient.create()) {

            assertThatThrownBy(() -> client.get(server.url("/")))
                    .isInstanceOfAny(BadMessage.class, EOFException.class);
            assertThat(client.inUse()).isZero();
            assertThat(client.idle()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 3\r\n\r\nab",
                "Transfer-Encoding: chunked\r\n\r\n3\r\nab",
                "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
                "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n",
                "Transfer-Encoding: chunked\r\n\r\n2\r\nabX\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nx\r\nab\r\n0\r\n\r\n",
            })
    void bodyThatEndsTooEarlyOrIsBrokenIsAnError(String rest) throws Exception {
        try (var server = server("HTTP/1.1 200 OK\r\n" + rest);
                var client = HttpClient.create();
                var response = client.get(server.url("/"))) {

            assertThatThrownBy(response::bytes)
                    .isInstanceOfAny(BadMessage.class, EOFException.class);
            assertThat(client.idle()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n" + CHUNKED,
                "HTTP/1.0 200 OK\r\n" + CHUNKED,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi",
                "HTTP/1.1 200 OK\r\n\r\nhi",
            })
    void bodyHasOneMeaning(String answer) throws Exception {
        try (var server = server(answer);
                var client = HttpClient.create();
                var response = client.get(server.url("/"))) {

            assertThat(response.text()).isEqualTo("hi");
        }
    }

    @Test
    void connectionWithMoreThanTheAnswerIsNotUsedAgain() throws Exception {
        try (var server = server(ok("one") + ok("two"));
                var client = HttpClient.create()) {
            try (var response = client.get(server.url("/"))) {
                assertThat(response.text()).isEqualTo("one");
            }

            assertThat(client.idle()).isZero();
            try (var response = client.get(server.url("/"))) {
                assertThat(response.text()).isEqualTo("next");
            }
        }
    }

    @Test
    void headThatDoesNotEndIsRefused() throws Exception {
        RawServer.Script endless =
                peer -> {
                    peer.readHead();
                    peer.send("HTTP/1.1 200 OK\r\n");
                    while (true) {
                        peer.send("A: b\r\n");
                    }
                };
        try (var server = RawServer.of(endless);
                var client = HttpClient.create()) {

            assertThatThrownBy(() -> client.get(server.url("/"))).isInstanceOf(BadMessage.class);
        }
    }

    @Test
    void interimResponsesWithoutEndAreRefused() throws Exception {
        RawServer.Script endless =
                peer -> {
                    peer.readHead();
                    while (true) {
                        peer.send("HTTP/1.1 102 Wait\r\n\r\n");
                    }
                };
        try (var server = RawServer.of(endless);
                var client = HttpClient.create()) {

            assertThatThrownBy(() -> client.get(server.url("/"))).isInstanceOf(BadMessage.class);
        }
    }

    @Test
    void bodyBeyondTheLimitIsRefused() throws Exception {
        try (var server = server(head("HTTP/1.1 200 OK") + "too much");
                var client = HttpClient.builder().bodyBytes(7).build();
                var response = client.get(server.url("/"))) {

            assertThatThrownBy(response::bytes).hasMessageContaining("limit of 7 bytes");
        }
    }

    @Test
    void resetIsTold() throws Exception {
        RawServer.Script resetting =
                peer -> {
                    peer.readHead();
                    peer.reset();
                };
        try (var server = RawServer.of(resetting);
                var client = HttpClient.create()) {

            assertThatThrownBy(() -> client.get(server.url("/")))
                    .isInstanceOf(SocketException.class);
        }
    }
}
