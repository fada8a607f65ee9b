// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.http.client.HttpUrl;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

@Timeout(60)
class NetrcTest {
    /// What is sent to a server that asks for it in the clear, as a text.
    private static String sent(Netrc netrc, String url) throws IOException {
        var by = Objects.requireNonNull(netrc.of(HttpUrl.of(url)));
        var sent = by.credentials("GET", "/", List.of("Basic realm=\"x\""));
        var code = Objects.requireNonNull(sent).substring("Basic ".length());
        return new String(Base64.getDecoder().decode(code), StandardCharsets.UTF_8);
    }

    @Test
    void machinesHaveTheirOwnUsers() throws IOException {
        var netrc =
                Netrc.of(
                        """
                        # mine
                        machine a.org login me password secret # old
                        machine B.org
                            login you
                            account none
                            password "two \\"words\\" # and more"
                        """);

        assertThat(sent(netrc, "http://a.org/x")).isEqualTo("me:secret");
        assertThat(sent(netrc, "https://b.org:8443/")).isEqualTo("you:two \"words\" # and more");
        assertThat(netrc.of(HttpUrl.of("http://c.org/"))).isNull();
    }

    @Test
    void aDefaultIsForAllOthers() throws IOException {
        var netrc = Netrc.of("machine a.org login me password 1\ndefault login all password 2");

        assertThat(sent(netrc, "http://a.org/")).isEqualTo("me:1");
        assertThat(sent(netrc, "http://c.org/")).isEqualTo("all:2");
    }

    @Test
    void macrosAreNoMatter() throws IOException {
        var netrc =
                Netrc.of(
                        """
                        machine a.org login me password 1
                        macdef init
                        machine evil.org login x password y

                        machine b.org login you password 2
                        """);

        assertThat(netrc.of(HttpUrl.of("http://evil.org/"))).isNull();
        assertThat(sent(netrc, "http://b.org/")).isEqualTo("you:2");
    }

    @Test
    void nothingIsSentBeforeTheServerAsks() throws IOException {
        var netrc = Netrc.of("machine a.org login me password 1");
        var by = Objects.requireNonNull(netrc.of(HttpUrl.of("http://a.org/")));

        assertThat(by.credentials("GET", "/", List.of())).isNull();
        assertThat(by.credentials("GET", "/", List.of("Bearer"))).isNull();
        assertThat(by.credentials("GET", "/", List.of("Basic realm=x"))).startsWith("Basic ");
        assertThat(by.credentials("GET", "/", List.of())).startsWith("Basic ");
    }

    @Test
    void aDigestGoesBeforeTheClear() throws IOException {
        var netrc = Netrc.of("machine a.org login me password 1");
        var by = Objects.requireNonNull(netrc.of(HttpUrl.of("http://a.org/")));
        var digest = "Digest realm=\"x\", qop=\"auth\", nonce=\"1\", algorithm=SHA-256";

        assertThat(by.credentials("GET", "/", List.of("Basic realm=x", digest)))
                .startsWith("Digest ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "machine",
                "login me",
                "machine a.org login",
                "machine a.org \"login",
                "machine a.org user me"
            })
    void whatIsNoneIsAnError(String text) {
        assertThatThrownBy(() -> Netrc.of(text)).isInstanceOf(IOException.class);
    }
}
