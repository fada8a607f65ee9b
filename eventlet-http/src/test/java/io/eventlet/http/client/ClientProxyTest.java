// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import static io.eventlet.http.client.RawServer.answers;
import static io.eventlet.http.client.RawServer.head;
import static io.eventlet.http.client.RawServer.ok;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.net.tls.GreenSslSocketFactory;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class ClientProxyTest {
    private static ProxyServer http(RawServer server) {
        return ProxyServer.http("127.0.0.1", server.port());
    }

    @Test
    void proxyIsAskedForTheWholeUrl() throws Exception {
        try (var proxy = RawServer.of(answers(ok("one"), ok("two")));
                var client = HttpClient.builder().proxy(http(proxy).user("me", "secret")).build()) {
            for (var url : new String[] {"http://a.test/x?y", "http://b.test:81/"}) {
                try (var response = client.get(url)) {
                    assertThat(response.isSuccess()).isTrue();
                    var _ = response.bytes();
                }
            }

            assertThat(proxy.request(0))
                    .startsWith("GET http://a.test/x?y HTTP/1.1\r\nHost: a.test\r\n")
                    .contains("Proxy-Authorization: Basic bWU6c2VjcmV0\r\n");
            assertThat(proxy.request(1))
                    .startsWith("GET http://b.test:81/ HTTP/1.1\r\nHost: b.test:81\r\n");
            assertThat(proxy.connections()).isEqualTo(1);
        }
    }

    @Test
    void proxyThatAsksWhoWeAreIsTold() throws Exception {
        var asks =
                head(
                        "HTTP/1.1 407 Who",
                        "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\"",
                        "Content-Length: 0");
        try (var proxy = RawServer.of(answers(asks, ok("in")));
                var client =
                        HttpClient.builder()
                                .proxy(http(proxy).authentication(Authentication.digest("a", "b")))
                                .build();
                var response = client.get("http://a.test/")) {

            assertThat(response.text()).isEqualTo("in");
            assertThat(proxy.request(1)).contains("Proxy-Authorization: Digest username=\"a\"");
        }
    }

    @Test
    void tlsGoesThroughAConnection() throws Exception {
        var tls = GreenSslSocketFactory.of(LocalCertificate.context());
        RawServer.Script script =
                peer -> {
                    peer.readHead();
                    peer.send(
                            head(
                                            "HTTP/1.1 407 Who",
                                            "Proxy-Authenticate: Basic",
                                            "Content-Length: 2")
                                    + "no");
                    peer.readHead();
                    peer.send("HTTP/1.1 200 Connected\r\n\r\n");
                    try (var socket = tls.server(peer.socket)) {
                        var head = new StringBuilder();
                        while (head.indexOf("\r\n\r\n") < 0) {
                            int b = socket.getInputStream().read();
                            if (b < 0) {
                                throw new EOFException();
                            }
                            head.append((char) b);
                        }
                        socket.sendAll(ok("safe").getBytes(StandardCharsets.ISO_8859_1));
                    }
                };
        Authentication late = (_, _, challenges) -> challenges.isEmpty() ? null : "Basic eA==";
        try (var proxy = RawServer.of(script);
                var client =
                        HttpClient.builder()
                                .connectLimit(Duration.ZERO) // a busy machine makes it long
                                .tls(tls)
                                .proxy(http(proxy).authentication(late))
                                .build();
                var response = client.get("https://localhost:8443/")) {

            assertThat(response.text()).isEqualTo("safe");
            assertThat(proxy.request(0))
                    .isEqualTo("CONNECT localhost:8443 HTTP/1.1\r\nHost: localhost:8443\r\n\r\n");
            assertThat(proxy.request(1)).contains("Proxy-Authorization: Basic eA==\r\n");
        }
    }

    @Test
    void refusalOfAProxyIsTold() throws Exception {
        try (var proxy = RawServer.of(answers(head("HTTP/1.1 403 Never", "Content-Length: 0")));
                var client = HttpClient.builder().proxy(http(proxy)).build()) {

            assertThatThrownBy(() -> client.get("https://a.test/"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("403 Never")
                    .hasMessageContaining("a.test:443");
            assertThat(client.inUse()).isZero();
        }
    }

    @Test
    void socksServerResolvesTheName() throws Exception {
        var asked = new StringBuilder();
        RawServer.Script script =
                peer -> {
                    asked.append(peer.read(4));
                    peer.send("\5\2");
                    asked.append(peer.read(1 + 1 + 2 + 1 + 3));
                    peer.send("\1\0");
                    asked.append(peer.read(5 + 6 + 2));
                    peer.send("\5\0\0\1\0\0\0\0\0\0");
                    peer.readHead();
                    peer.send(ok("by socks"));
                    peer.awaitEnd();
                };
        try (var proxy = RawServer.of(script);
                var client =
                        HttpClient.builder()
                                .proxy(
                                        ProxyServer.socks5("127.0.0.1", proxy.port())
                                                .user("me", "pwd"))
                                .build();
                var response = client.get("http://a.test:258/x")) {

            assertThat(response.text()).isEqualTo("by socks");
            assertThat(asked).hasToString("\5\2\0\2" + "\1\2me\3pwd" + "\5\1\0\3\6a.test\1\2");
            assertThat(proxy.request(0)).startsWith("GET /x HTTP/1.1\r\nHost: a.test:258\r\n");
        }
    }

    @Test
    void refusalOfASocksServerIsTold() throws Exception {
        RawServer.Script script =
                peer -> {
                    peer.read(3);
                    peer.send("\5\0");
                    peer.read(5 + 6 + 2);
                    peer.send("\5\5\0\1\0\0\0\0\0\0");
                };
        try (var proxy = RawServer.of(script);
                var client =
                        HttpClient.builder()
                                .proxy(ProxyServer.socks5("127.0.0.1", proxy.port()))
                                .build()) {

            assertThatThrownBy(() -> client.get("http://a.test/"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("connection refused");
        }
    }

    @Test
    void noErrorShowsThePasswordOfAProxy() {
        var environment = Map.of("http_proxy", "http://me:s3cret@:bad");

        assertThatThrownBy(() -> ProxyServer.fromEnvironment(environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no host: http://me:***@:bad");
    }

    @Test
    void environmentChoosesTheProxy() {
        var choice =
                ProxyServer.fromEnvironment(
                        Map.of(
                                "http_proxy", "http://me:p%3a@one:3128/",
                                "ALL_PROXY", "socks5h://two",
                                "HTTP_PROXY", "http://evil",
                                "no_proxy", "localhost, .inside.test,10.0.0.1,x.test:81"));

        assertThat(choice.apply(HttpUrl.of("http://a.test/")))
                .isEqualTo(ProxyServer.http("one", 3128).user("me", "p:"));
        assertThat(choice.apply(HttpUrl.of("https://a.test/")))
                .isEqualTo(ProxyServer.socks5("two", 1080));
        assertThat(choice.apply(HttpUrl.of("http://localhost/"))).isNull();
        assertThat(choice.apply(HttpUrl.of("http://inside.test/"))).isNull();
        assertThat(choice.apply(HttpUrl.of("http://a.inside.test/"))).isNull();
        assertThat(choice.apply(HttpUrl.of("http://notinside.test/"))).isNotNull();
        assertThat(choice.apply(HttpUrl.of("http://10.0.0.1/"))).isNull();
        assertThat(choice.apply(HttpUrl.of("http://x.test:81/"))).isNull();
        assertThat(choice.apply(HttpUrl.of("http://x.test/"))).isNotNull();
    }
}
