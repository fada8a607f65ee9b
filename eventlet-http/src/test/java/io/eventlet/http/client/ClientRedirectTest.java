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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayInputStream;
import java.net.ProtocolException;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class ClientRedirectTest {
    private static String redirect(int status, String location, String... more) {
        return head(
                        "HTTP/1.1 %d Go".formatted(status),
                        "Location: " + location,
                        "Content-Length: 0")
                .replace("\r\n\r\n", "\r\n" + String.join("", more) + "\r\n");
    }

    /// A script that reads requests with two bytes of body if they have a length.
    private static RawServer.Script reading(String... answers) {
        return peer -> {
            for (var answer : answers) {
                var head = peer.readHead();
                if (head.contains("Content-Length: 2")) {
                    peer.read(2);
                }
                peer.send(answer);
            }
            peer.awaitEnd();
        };
    }

    @ParameterizedTest
    @CsvSource({
        "301, GET, GET", "302, GET, GET", "303, GET, GET", "307, GET, GET", "308, GET, GET",
        "301, HEAD, HEAD", "303, HEAD, HEAD", "301, POST, GET", "302, POST, GET", "303, POST, GET",
        "307, POST, POST", "308, POST, POST", "301, PUT, PUT", "303, PUT, GET", "303, DELETE, GET"
    })
    void methodFollowsTheStatus(int status, String method, String next) throws Exception {
        boolean withBody = method.startsWith("P");
        try (var server =
                        RawServer.of(
                                reading(
                                        redirect(status, "/next"),
                                        head("HTTP/1.1 200 OK", "Content-Length: 0")));
                var client = HttpClient.create()) {
            var request = ClientRequest.of(method, server.url("/"));

            try (var response =
                    client.send(withBody ? request.body(RequestBody.of("ab")) : request)) {
                assertThat(response.status()).isEqualTo(200);
            }

            assertThat(server.request(1)).startsWith(next + " /next ");
            assertThat(server.request(1).contains("Content-"))
                    .isEqualTo(withBody && next.equals(method));
        }
    }

    @Test
    void bodyThatCannotBeSentAgainMakesTheRedirectTheAnswer() throws Exception {
        try (var server = RawServer.of(reading(redirect(307, "/next")));
                var client = HttpClient.create()) {
            var body = RequestBody.once(2, new ByteArrayInputStream(new byte[2]));

            try (var response = client.send(ClientRequest.post(server.url("/")).body(body))) {
                assertThat(response.status()).isEqualTo(307);
            }
        }
    }

    @Test
    void tooManyRedirectsAreAnError() throws Exception {
        try (var server = RawServer.of(reading(redirect(302, "/1"), redirect(302, "/2"), ok("x")));
                var client = HttpClient.builder().redirects(1).build()) {

            assertThatThrownBy(() -> client.get(server.url("/")))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("more than 1 redirects");
            assertThat(client.inUse()).isZero();
        }
    }

    @Test
    void redirectIsTheAnswerWhenNoneIsFollowed() throws Exception {
        try (var server = RawServer.of(reading(redirect(302, "/1")));
                var client = HttpClient.create();
                var response = client.send(ClientRequest.get(server.url("/")).redirects(0))) {

            assertThat(response.status()).isEqualTo(302);
        }
    }

    @Test
    void redirectThatTheRuleForbidsIsTheAnswer() throws Exception {
        try (var server = RawServer.of(reading(redirect(302, "/1")));
                var client =
                        HttpClient.builder()
                                .redirectRule((from, to) -> !to.path().equals("/1"))
                                .build();
                var response = client.get(server.url("/"))) {

            assertThat(response.status()).isEqualTo(302);
        }
    }

    @ParameterizedTest
    @CsvSource({"ftp://a/", "http://", "mailto:me"})
    void redirectThatLeadsNowhereIsTheAnswer(String location) throws Exception {
        try (var server = RawServer.of(reading(redirect(302, location)));
                var client = HttpClient.create();
                var response = client.get(server.url("/"))) {

            assertThat(response.status()).isEqualTo(302);
        }
    }

    @Test
    void credentialsDoNotGoToAnotherServer() throws Exception {
        try (var other = RawServer.of(answers(ok("there")));
                var server = RawServer.of(reading(redirect(302, other.url("/x"))));
                var client =
                        HttpClient.builder()
                                .authentication(server.url("/"), Authentication.bearer("secret"))
                                .build()) {
            var request =
                    ClientRequest.get(server.url("/"))
                            .header("Cookie", "a=b")
                            .header("X-Kept", "yes");

            try (var response = client.send(request)) {
                assertThat(response.text()).isEqualTo("there");
            }

            assertThat(server.request(0)).contains("Authorization: Bearer secret", "Cookie: a=b");
            assertThat(other.request(0))
                    .doesNotContain("Authorization", "Cookie")
                    .contains("X-Kept: yes");
        }
    }

    @Test
    void givenAuthorizationDoesNotGoToAnotherServer() throws Exception {
        try (var other = RawServer.of(answers(ok("there")));
                var server = RawServer.of(reading(redirect(302, other.url("/x"))));
                var client = HttpClient.create()) {
            var request = ClientRequest.get(server.url("/")).header("Authorization", "Basic x");

            try (var response = client.send(request)) {
                assertThat(response.text()).isEqualTo("there");
            }

            assertThat(other.request(0)).doesNotContain("Authorization");
        }
    }

    @Test
    void cookieThatIsSetOnTheWayIsSentOnTheWay() throws Exception {
        try (var server =
                        RawServer.of(
                                reading(
                                        redirect(302, "/next", "Set-Cookie: a=b; Path=/\r\n"),
                                        ok("x")));
                var client = HttpClient.builder().cookies(new CookieStore()).build();
                var response = client.get(server.url("/"))) {

            assertThat(response.text()).isEqualTo("x");
            assertThat(server.request(1)).contains("Cookie: a=b\r\n");
        }
    }

    @Test
    void locationIsFollowedAsItsBytes() throws Exception {
        try (var server = RawServer.of(reading(redirect(302, "/\u00e4 %2f\u00c3\u00a4"), ok("x")));
                var client = HttpClient.create();
                var response = client.get(server.url("/"))) {

            assertThat(response.text()).isEqualTo("x");
            assertThat(server.request(1)).startsWith("GET /%E4%20%2f%C3%A4 HTTP/1.1\r\n");
        }
    }
}
