// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpUrlTest {
    @ParameterizedTest
    @CsvSource({
        "http://a, http://a/",
        "HTTP://A:80, http://a/",
        "https://a:443/, https://a/",
        "http://a:8080?q, http://a:8080/?q",
        "http://a/b#c, http://a/b",
        "http://a/%7e/../%2F, http://a/%7e/../%2F",
        "http://a/ä b, http://a/%C3%A4%20b",
        "http://bücher.example/, http://xn--bcher-kva.example/",
        "http://[::1]:81/x, http://[::1]:81/x",
        "http://u:p@a/x, http://a/x",
        "http://a?b/c@d:e, http://a/?b/c@d:e",
        "'http://a/\"<>\\', http://a/%22%3C%3E%5C",
    })
    void urlIsKeptAsItIs(String text, String expected) {
        assertThat(HttpUrl.of(text)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "/a",
                "ftp://a/",
                "http:",
                "http:a",
                "http:///a",
                "http://",
                "http://a:x/",
                "http://a:0/",
                "http://a:65536/",
                "http://a:-1/",
                "http://a b/",
                "http://a\\@b/",
                "http://a%41/",
                "http://[::1/",
                "http://[x]/",
                "http://:80/",
                "http://u@/"
            })
    void whatIsNoUrlOfHttpIsRefused(String text) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> HttpUrl.of(text))
                .withMessageContaining(text);
    }

    @ParameterizedTest
    @CsvSource({
        "http://me:s3cret@/, no host: http://me:***@/",
        "http://me:s3cret@:bad, no host: http://me:***@:bad",
        "http://me:s3cret@a:bad/, no port: http://me:***@a:bad/",
        "http://me:s3cret@a b/, no host name: http://me:***@a b/",
        "http://me:s3cret@a\\b/, a backslash before the path: http://me:***@a\\b/",
        "http://me:x/s3cret@a/, no port: http://me:***@a/",
        "http://me:x@b:y/s3cret@a/, no port: http://me:***@a/",
        "ftp://me:s3cret@a/, neither http:// nor https://: ftp://me:***@a/",
        "me:s3cret@a, neither http:// nor https://: me:***@a",
        "mailto:a@b, neither http:// nor https://: mailto:***@b",
        "http:me:s3cret@a, neither http:// nor https://: http:***@a",
    })
    void noErrorShowsAPassword(String text, String message) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> HttpUrl.of(text))
                .withMessage(message);
    }

    @Test
    void noErrorShowsThePasswordOfAReference() {
        var base = HttpUrl.of("http://a/");

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> base.resolve("//me:s3cret@b:x/"))
                .withMessage("no port: //me:***@b:x/");
    }

    /// RFC 3986, 5.4, but for what has another scheme.
    @ParameterizedTest
    @CsvSource({
        "g, /b/c/g",
        "./g, /b/c/g",
        "g/, /b/c/g/",
        "/g, /g",
        "?y, /b/c/d;p?y",
        "g?y, /b/c/g?y",
        "#s, /b/c/d;p?q",
        "g#s, /b/c/g",
        "g?y#s, /b/c/g?y",
        ";x, /b/c/;x",
        "g;x, /b/c/g;x",
        "'', /b/c/d;p?q",
        "., /b/c/",
        "./, /b/c/",
        ".., /b/",
        "../, /b/",
        "../g, /b/g",
        "../.., /",
        "../../, /",
        "../../g, /g",
        "../../../g, /g",
        "../../../../g, /g",
        "/./g, /g",
        "/../g, /g",
        "g., /b/c/g.",
        ".g, /b/c/.g",
        "g.., /b/c/g..",
        "..g, /b/c/..g",
        "./../g, /b/g",
        "./g/., /b/c/g/",
        "g/./h, /b/c/g/h",
        "g/../h, /b/c/h",
        "g;x=1/./y, /b/c/g;x=1/y",
        "g?y/./x, /b/c/g?y/./x",
        "g?y/../x, /b/c/g?y/../x",
    })
    void referenceIsResolved(String reference, String target) {
        var base = HttpUrl.of("http://a/b/c/d;p?q");

        assertThat(base.resolve(reference).target()).isEqualTo(target);
    }

    @Test
    void referenceMayNameAnotherHost() {
        var base = HttpUrl.of("https://a/b");

        assertThat(base.resolve("//c/d")).hasToString("https://c/d");
        assertThat(base.resolve(" http://c ")).hasToString("http://c/");
    }

    @Test
    void bytesOfALocationAreThoseOfTheTarget() {
        var base = HttpUrl.of("http://a/");

        assertThat(base.resolveBytes("/\u00e4\u00c3\u00a4").target()).isEqualTo("/%E4%C3%A4");
    }

    @Test
    void partsCanBeAskedFor() {
        var url = HttpUrl.of("https://me:secret@Example.org:8443/a/b?c=d");

        assertThat(url.isSecure()).isTrue();
        assertThat(url.scheme()).isEqualTo("https");
        assertThat(url.host()).isEqualTo("example.org");
        assertThat(url.port()).isEqualTo(8443);
        assertThat(url.authority()).isEqualTo("example.org:8443");
        assertThat(url.path()).isEqualTo("/a/b");
        assertThat(url.query()).isEqualTo("c=d");
        assertThat(url.userInfo()).isEqualTo("me:secret");
    }
}
