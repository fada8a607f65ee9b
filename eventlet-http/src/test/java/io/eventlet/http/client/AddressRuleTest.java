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
import org.junit.jupiter.params.provider.ValueSource;

import java.net.ConnectException;
import java.net.InetAddress;
import java.util.List;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class AddressRuleTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "127.0.0.1",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.1",
                "192.0.2.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::127.0.0.1",
                "fe80::1",
                "fc00::1",
                "fd00::1",
                "ff02::1",
                "2001:db8::1",
                "2001::1",
                "64:ff9b::10.0.0.1",
                "2002:7f00:1::",
                "100::1",
                "3fff::1"
            })
    void addressThatIsNotPublicIsRefused(String address) throws Exception {
        assertThat(AddressRule.publicOnly().allows(InetAddress.getByName(address), 80)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "100.63.0.1",
                "100.128.0.1",
                "172.15.0.1",
                "172.32.0.1",
                "192.0.1.1",
                "198.17.0.1",
                "223.255.255.255",
                "2606:4700::1",
                "2001:4860::8888",
                "64:ff9b::1.1.1.1"
            })
    void publicAddressIsAllowed(String address) throws Exception {
        assertThat(AddressRule.publicOnly().allows(InetAddress.getByName(address), 80)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/",
                "http://[::1]/",
                "http://2130706433/",
                "http://a.test/"
            })
    void clientDoesNotConnectWhereItMustNot(String url) throws Exception {
        try (var client =
                HttpClient.builder()
                        .resolver(_ -> List.of(InetAddress.getLoopbackAddress()))
                        .addressRule(AddressRule.publicOnly())
                        .build()) {

            assertThatThrownBy(() -> client.get(url))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("does not allow");
            assertThat(client.inUse()).isZero();
        }
    }

    @Test
    void redirectDoesNotLeadWhereItMustNot() throws Exception {
        try (var inside = RawServer.of(answers(ok("secret")));
                var server =
                        RawServer.of(
                                answers(
                                        head(
                                                "HTTP/1.1 302 Go",
                                                "Location: " + inside.url("/"),
                                                "Content-Length: 0")));
                var client =
                        HttpClient.builder()
                                .addressRule((_, port) -> port != inside.port())
                                .build()) {

            assertThatThrownBy(() -> client.get(server.url("/")))
                    .isInstanceOf(ConnectException.class);
            assertThat(inside.connections()).isZero();
        }
    }
}
