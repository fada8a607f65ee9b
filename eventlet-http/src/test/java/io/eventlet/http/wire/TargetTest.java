// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.http.BadMessage;
import io.eventlet.http.Headers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 9112, 3.2 and 3.3; RFC 9110, 4.2, 7.2 and 9.3.6; RFC 3986, 3.2.
@Timeout(60)
class TargetTest {
    private static final String HOST = "h";

    private static Target target(String method, String target, Headers headers, int minor)
            throws BadMessage {
        return Target.of(new RequestHead(method, target, minor, headers));
    }

    private static Target target(String method, String target) throws BadMessage {
        return target(method, target, Headers.of("Host", HOST), 1);
    }

    private static void assertRefused(String method, String target, Headers headers, int minor) {
        assertThatExceptionOfType(BadMessage.class)
                .isThrownBy(() -> target(method, target, headers, minor))
                .satisfies(e -> assertThat(e.status()).isEqualTo(400));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "GET, /, h, /, -, -",
                "GET, /a/b, h, /a/b, -, -",
                "GET, //a, h, //a, -, -",
                "GET, /?, h, /, '', -",
                "GET, /a?b?c=d, h, /a, b?c=d, -",
                "GET, /a/../%2e, h, /a/../%2e, -, -",
                "GET, /http://x/, h, /http://x/, -, -",
                "GET, http://a, a, /, -, http",
                "GET, http://a/, a, /, -, http",
                "GET, HTTP://A.B:80/C?D, a.b:80, /C, D, http",
                "GET, https://a?b, a, /, b, https",
                "GET, http://a:/b, a, /b, -, http",
                "GET, http://[::1]:8080/b, [::1]:8080, /b, -, http",
                "GET, http://a/http://b/, a, /http://b/, -, http",
                "OPTIONS, *, h, *, -, -",
                "OPTIONS, /, h, /, -, -",
                "OPTIONS, http://a, a, *, -, http",
                "OPTIONS, http://a:8001, a:8001, *, -, http",
                "OPTIONS, http://a/, a, /, -, http",
                "OPTIONS, http://a?b, a, /, b, http",
                "CONNECT, a.B:443, a.b:443, '', -, -",
                "CONNECT, [::1]:443, [::1]:443, '', -, -",
                "CONNECT, 10.0.0.1:1, 10.0.0.1:1, '', -, -",
                "get, /, h, /, -, -",
            })
    void targetOfEachFormIsTakenApart(
            String method, String text, String authority, String path, String query, String scheme)
            throws BadMessage {
        assertThat(target(method, text)).isEqualTo(new Target(authority, path, query, scheme));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, *",
        "GET, *a",
        "OPTIONS, **",
        "options, *",
        "GET, a",
        "GET, a/b",
        "GET, ?a",
        "GET, a.example:80",
        "OPTIONS, a.example:80",
        "GET, http:",
        "GET, http:/a",
        "GET, http:a",
        "GET, http://",
        "GET, http:///a",
        "GET, http://?a",
        "GET, http://:80/",
        "GET, http://user@a/",
        "GET, http://user:pass@a/",
        "GET, http://a:b/",
        "GET, http://a:65536/",
        "GET, http://a:-1/",
        "GET, http://a b/",
        "GET, ftp://a/",
        "GET, file:///etc/passwd",
        "CONNECT, /",
        "CONNECT, *",
        "CONNECT, a",
        "CONNECT, a:",
        "CONNECT, a:0",
        "CONNECT, a:x",
        "CONNECT, a:65536",
        "CONNECT, a:000080",
        "CONNECT, :80",
        "CONNECT, a:80/",
        "CONNECT, u@a:80",
        "CONNECT, http://a:80",
        "CONNECT, [::1]",
        "CONNECT, [::1]:",
        "CONNECT, ::1:80",
    })
    void targetOfAFormThatTheMethodDoesNotHaveIsRefused(String method, String target) {
        assertRefused(method, target, Headers.of("Host", HOST), 1);
    }

    @ParameterizedTest
    @CsvSource({
        "a, a",
        "A.Example, a.example",
        "a.example., a.example.",
        "a:80, a:80",
        "a:, a",
        "a:65535, a:65535",
        "a:00080, a:00080",
        "10.0.0.1, 10.0.0.1",
        "a_b, a_b",
        "xn--bcher-kva.example, xn--bcher-kva.example",
        "a%20b, a%20b",
        "[::], [::]",
        "[::1]:80, [::1]:80",
        "[FE80::A], [fe80::a]",
        "[1:2:3:4:5:6:7:8], [1:2:3:4:5:6:7:8]",
        "[1::8], [1::8]",
        "[1:2:3:4:5:6:7::], [1:2:3:4:5:6:7::]",
        "[::2:3:4:5:6:7:8], [::2:3:4:5:6:7:8]",
        "[::ffff:10.0.0.1], [::ffff:10.0.0.1]",
        "[1:2:3:4:5:6:10.0.0.1], [1:2:3:4:5:6:10.0.0.1]",
        "[v1.a:b], [v1.a:b]",
    })
    void hostIsAHostWithOrWithoutAPort(String host, String authority) throws BadMessage {
        assertThat(target("GET", "/", Headers.of("Host", host), 1).authority())
                .isEqualTo(authority);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":80",
                "a b",
                "a\tb",
                "a/",
                "a/b",
                "/",
                "http://a",
                "user@a",
                "a:b",
                "a:80:80",
                "a:+1",
                "a:-1",
                "a:65536",
                "a:123456",
                "a:99999999999",
                "a, b",
                "a,b",
                "a?b",
                "a#b",
                "a\\b",
                "a<b",
                "\"a\"",
                "a|b",
                "a^b",
                "a%",
                "a%2",
                "a%zz",
                "ä",
                "[",
                "]",
                "[]",
                "[:]",
                "[::1",
                "::1",
                "[::1]a",
                "[::1]80",
                "[a]",
                "[1]",
                "[1:2]",
                "[::g]",
                "[:::]",
                "[1::2::3]",
                "[12345::]",
                "[1:2:3:4:5:6:7:8:9]",
                "[1:2:3:4:5:6:7:8::]",
                "[::1:2:3:4:5:6:7:8]",
                "[1:2:3:4:5:6:7]",
                "[1:2:3:4:5:6:7:]",
                "[:1:2:3:4:5:6:7]",
                "[::1%25eth0]",
                "[::1%eth0]",
                "[::10.0.0]",
                "[::10.0.0.256]",
                "[::10.0.0.01]",
                "[::10.0.0.1.]",
                "[10.0.0.1]",
                "[1:2:3:4:5:6:7:10.0.0.1]",
                "[::10.0.0.1:1]",
                "[v.a]",
                "[v1]",
                "[v1.]",
                "[v1.a/b]",
                "[vg.a]",
                "[x1.a]"
            })
    void hostThatIsNoneIsRefused(String host) {
        var headers = Headers.of("Host", host);

        assertRefused("GET", "/", headers, 1);
        assertRefused("GET", "/", headers, 0);
        assertRefused("GET", "http://a/", headers, 1);
        assertRefused("CONNECT", "a:80", headers, 1);
    }

    @ParameterizedTest
    @CsvSource({"GET, /", "GET, http://a/", "OPTIONS, *", "CONNECT, a:80"})
    void requestWithoutAHostOrWithTwoIsRefused(String method, String target) {
        assertRefused(method, target, Headers.empty(), 1);
        assertRefused(method, target, Headers.empty(), 2);
        assertRefused(method, target, Headers.of("Host", HOST, "Host", HOST), 1);
        assertRefused(method, target, Headers.of("Host", HOST, "hOST", "b"), 0);
    }

    @Test
    void requestOfHttp10NeedsNoHost() throws BadMessage {
        assertThat(target("GET", "/", Headers.empty(), 0).authority()).isEmpty();
        assertThat(target("GET", "http://a/", Headers.empty(), 0).authority()).isEqualTo("a");
    }

    @Test
    void hostOfAWholeUrlCountsWhateverHostSays() throws BadMessage {
        assertThat(target("GET", "http://a/", Headers.of("Host", "b"), 1).authority())
                .isEqualTo("a");
    }
}
