// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;

/// Who a request is from, when proxies stand between.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ClientAddressTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";

    private static final Handler WHO =
            request ->
                    Response.text(
                            request.remoteAddress().getAddress().getHostAddress()
                                    + " "
                                    + request.remoteAddress().getPort());

    private static String forwarded(String field) throws IOException {
        var proxies = TrustedProxies.of("127.0.0.0/8", "10.0.0.0/8", "::1");
        var trusted =
                field.startsWith("Forwarded: ") && !field.contains("X-")
                        ? proxies.writingForwarded()
                        : proxies;
        try (var server = HttpServer.builder(trusted.wrap(WHO)).start();
                var client = new RawClient(server)) {
            return client.sendExactly(GET + field + "\r\n\r\n").readAll();
        }
    }

    private static String behindProxy(String header) throws IOException {
        try (var server = HttpServer.builder(WHO).proxyProtocol().start();
                var client = new RawClient(server)) {
            return client.sendExactly(header + GET + "\r\n").readAll();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Forwarded-For: 192.0.2.1 | 192.0.2.1",
                "X-Forwarded-For: 6.6.6.6, 192.0.2.1, 10.1.2.3 | 192.0.2.1",
                "Forwarded: for=6.6.6.6, for=\"[2001:db8::1]:99\";proto=https |"
                        + " 2001:db8:0:0:0:0:0:1",
                "Forwarded: for=192.0.2.1, for=unknown, for=10.1.1.1 | 10.1.1.1",
            })
    void clientIsTheFirstThatIsNoTrustedProxy(String field, String address) throws IOException {
        assertThat(forwarded(field)).contains("\n\n" + address + " ");
    }

    @Test
    void fieldThatTheProxiesDoNotWriteIsNotLookedAt() throws IOException {
        assertThat(forwarded("Forwarded: for=6.6.6.6\r\nX-Forwarded-For: 192.0.2.1"))
                .contains("\n\n192.0.2.1 ");
    }

    @Test
    void whatIsQuotedIsNoHop() throws IOException {
        assertThat(forwarded("Forwarded: for=192.0.2.1;host=\"a,for=6.6.6.6\""))
                .contains("\n\n192.0.2.1 ");
    }

    @Test
    void clientsWordIsNotTaken() throws IOException {
        var trusted = TrustedProxies.of("10.0.0.0/8");
        try (var server = HttpServer.builder(trusted.wrap(WHO)).start();
                var client = new RawClient(server)) {
            var answer = client.sendExactly(GET + "X-Forwarded-For: 192.0.2.1\r\n\r\n").readAll();

            assertThat(answer).contains("\n\n127.0.0.1 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "localhost", "10.0.0.0/x", ""})
    void whatIsNoAddressIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrustedProxies.of(text))
                .withMessageEndingWith(": " + text);
    }

    @Test
    void firstVersionOfTheProxyProtocolNamesTheClient() throws IOException {
        assertThat(behindProxy("PROXY TCP4 192.0.2.1 192.0.2.2 99 80\r\n"))
                .endsWith("\n\n192.0.2.1 99");
        assertThat(behindProxy("PROXY TCP6 2001:db8::1 ::1 99 80\r\n"))
                .endsWith("\n\n2001:db8:0:0:0:0:0:1 99");
        assertThat(behindProxy("PROXY UNKNOWN\r\n")).contains("\n\n127.0.0.1 ");
    }

    @Test
    void secondVersionOfTheProxyProtocolNamesTheClient() throws IOException {
        var signature = "\r\n\r\n\0\r\nQUIT\n";

        assertThat(
                        behindProxy(
                                signature
                                        + "!\u0011\0\u000c"
                                        + "\u00c0\0\u0002\u0001\u00c0\0\u0002\u0002\0c\0P"))
                .endsWith("\n\n192.0.2.1 99");
        assertThat(behindProxy(signature + " \0\0\0")).contains("\n\n127.0.0.1 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "PROXY TCP4 a b 1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 99\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 99999 1\r\n",
                "\r\n\r\n\0\r\nQUIT\n1\0\0\0"
            })
    void connectionWithoutTheHeaderIsRefused(String header) throws IOException {
        assertThat(behindProxy(header)).startsWith("HTTP/1.1 400 ").contains("proxy");
    }

    @Test
    void limitOfAnAddressIsThatOfTheClientBehindTheProxy() throws IOException {
        var limits = ServerLimits.DEFAULT.withPerAddress(1);
        try (var server = HttpServer.builder(WHO).proxyProtocol().limits(limits).start();
                var first = new RawClient(server);
                var same = new RawClient(server);
                var other = new RawClient(server)) {
            var kept = GET.replace("Connection: close\r\n", "") + "\r\n";
            first.sendExactly("PROXY TCP4 192.0.2.1 192.0.2.9 1000 80\r\n" + kept).readTo("1000");

            same.sendExactly("PROXY TCP4 192.0.2.1 192.0.2.9 1001 80\r\n" + kept);
            other.sendExactly("PROXY TCP4 192.0.2.2 192.0.2.9 1002 80\r\n" + kept);

            assertThat(same.readAll()).startsWith("HTTP/1.1 503 ");
            assertThat(other.readTo("1002")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void roomOfAnAddressIsFreeAgainBehindTheProxy() throws IOException {
        var limits = ServerLimits.DEFAULT.withPerAddress(1);
        try (var server = HttpServer.builder(WHO).proxyProtocol().limits(limits).start()) {
            var header = "PROXY TCP4 192.0.2.1 192.0.2.9 1000 80\r\n";
            for (int i = 0; i < 3; i++) {
                try (var client = new RawClient(server)) {
                    assertThat(client.sendExactly(header + GET + "\r\n").readAll())
                            .startsWith("HTTP/1.1 200 ");
                }
            }
        }
    }
}
