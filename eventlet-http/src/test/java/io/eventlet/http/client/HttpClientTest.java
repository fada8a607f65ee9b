// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import static io.eventlet.http.client.RawServer.answers;
import static io.eventlet.http.client.RawServer.head;
import static io.eventlet.http.client.RawServer.ok;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.ByteArrayInputStream;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class HttpClientTest {
    @Test
    void getReadsStatusFieldsAndBody() throws Exception {
        try (var server =
                        RawServer.of(
                                answers(
                                        head("HTTP/1.1 203 Fine", "X: y", "Content-Length: 5")
                                                + "hello"));
                var client = HttpClient.create()) {

            try (var response = client.get(server.url("/a?b"))) {
                assertThat(response.status()).isEqualTo(203);
                assertThat(response.reason()).isEqualTo("Fine");
                assertThat(response.headers().get("x")).isEqualTo("y");
                assertThat(response.length()).isEqualTo(5);
                assertThat(response.text()).isEqualTo("hello");
            }
        }
    }

    @Test
    void requestHasLineHostAndDefaults() throws Exception {
        try (var server = RawServer.of(answers(ok("")));
                var client = HttpClient.create();
                var _ = client.get(server.url("/a%2fb?c d"))) {

            assertThat(server.request(0))
                    .isEqualTo(
                            "GET /a%%2fb?c%%20d HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                                            .formatted(server.port())
                                    + "User-Agent: eventlet\r\nAccept: */*\r\n\r\n");
        }
    }

    @Test
    void connectionIsUsedAgainWhenBodyHasBeenRead() throws Exception {
        try (var server = RawServer.of(answers(ok("one"), ok("two")));
                var client = HttpClient.create()) {
            try (var first = client.get(server.url("/1"))) {
                assertThat(first.text()).isEqualTo("one");
            }

            try (var second = client.get(server.url("/2"))) {
                assertThat(second.text()).isEqualTo("two");
            }

            assertThat(server.connections()).isEqualTo(1);
            assertThat(client.idle()).isEqualTo(1);
            assertThat(client.inUse()).isZero();
        }
    }

    @Test
    void postSendsBytesWithTheirLength() throws Exception {
        var body = new StringBuilder();
        RawServer.Script script =
                peer -> {
                    peer.readHead();
                    body.append(peer.read(3));
                    peer.send(ok("done"));
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(script);
                var client = HttpClient.create()) {
            var request = ClientRequest.post(server.url("/")).body(RequestBody.of("abc"));

            try (var response = client.send(request)) {
                assertThat(response.text()).isEqualTo("done");
            }

            assertThat(server.request(0))
                    .contains(
                            "Content-Length: 3\r\n", "Content-Type: text/plain; charset=utf-8\r\n");
            assertThat(body).hasToString("abc");
        }
    }

    @Test
    void streamOfUnknownLengthGoesInChunks() throws Exception {
        var body = new StringBuilder();
        RawServer.Script script =
                peer -> {
                    peer.readHead();
                    body.append(peer.readTo("0\r\n\r\n"));
                    peer.send(ok("done"));
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(script);
                var client = HttpClient.create()) {
            var stream = new ByteArrayInputStream(new byte[] {'a', 'b', 'c'});
            var request = ClientRequest.post(server.url("/")).body(RequestBody.once(stream));

            try (var response = client.send(request)) {
                assertThat(response.text()).isEqualTo("done");
            }

            assertThat(server.request(0)).contains("Transfer-Encoding: chunked\r\n");
            assertThat(body).hasToString("3\r\nabc\r\n0\r\n\r\n");
        }
    }

    @Test
    void chunksAndTrailersAreRead() throws Exception {
        try (var server =
                        RawServer.of(
                                answers(
                                        head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")
                                                + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nSum: 1\r\n\r\n",
                                        ok("next")));
                var client = HttpClient.create()) {

            try (var response = client.get(server.url("/"))) {
                assertThat(response.text()).isEqualTo("abcde");
                assertThat(response.trailers().get("Sum")).isEqualTo("1");
            }

            assertThat(client.idle()).isEqualTo(1);
        }
    }

    @Test
    void bodyWithoutLengthEndsWithTheConnection() throws Exception {
        RawServer.Script script =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.0 200 OK") + "all of it");
                };
        try (var server = RawServer.of(script);
                var client = HttpClient.create()) {

            try (var response = client.get(server.url("/"))) {
                assertThat(response.length()).isEqualTo(-1);
                assertThat(response.text()).isEqualTo("all of it");
            }

            assertThat(client.idle()).isZero();
        }
    }

    @Test
    void interimResponsesAreSkipped() throws Exception {
        try (var server =
                        RawServer.of(
                                answers(
                                        head("HTTP/1.1 103 Early Hints", "Link: </a>")
                                                + "HTTP/1.1 100 Continue\r\n\r\n"
                                                + ok("x")));
                var client = HttpClient.create();
                var response = client.get(server.url("/"))) {

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).isEqualTo("x");
        }
    }

    @Test
    void answerToHeadHasNoBody() throws Exception {
        try (var server =
                        RawServer.of(
                                answers(head("HTTP/1.1 200 OK", "Content-Length: 10"), ok("x")));
                var client = HttpClient.create()) {

            try (var response = client.send(ClientRequest.head(server.url("/")))) {
                assertThat(response.bytes()).isEmpty();
                assertThat(response.headers().get("Content-Length")).isEqualTo("10");
            }

            assertThat(client.idle()).isEqualTo(1);
        }
    }

    @Test
    void whatHasComeOfABodyIsAvailable() throws Exception {
        var asked = new Event<Boolean>();
        RawServer.Script script =
                peer -> {
                    peer.readHead();
                    peer.send(head("HTTP/1.1 200 OK", "Content-Length: 5"));
                    asked.await();
                    peer.send("hello");
                    peer.awaitEnd();
                };
        try (var server = RawServer.of(script);
                var client = HttpClient.create();
                var response = client.get(server.url("/"))) {
            assertThat(response.body().available()).isZero();

            asked.send(true);
            while (response.body().available() == 0) {
                Eventlet.yield();
            }

            assertThat(response.body().available()).isEqualTo(5);
            assertThat(response.text()).isEqualTo("hello");
            assertThat(response.body().available()).isZero();
        }
    }

    @Test
    void redirectIsFollowed() throws Exception {
        try (var server =
                        RawServer.of(
                                answers(
                                        head(
                                                        "HTTP/1.1 302 Found",
                                                        "Location: b/../c",
                                                        "Content-Length: 2")
                                                + "xx",
                                        ok("there")));
                var client = HttpClient.create();
                var response = client.get(server.url("/a"))) {

            assertThat(response.text()).isEqualTo("there");
            assertThat(response.url().target()).isEqualTo("/c");
            assertThat(response.redirects()).containsExactly(HttpUrl.of(server.url("/a")));
            assertThat(server.connections()).isEqualTo(1);
        }
    }
}
