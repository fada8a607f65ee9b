// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.http.Headers;
import io.eventlet.http.client.Cookie;
import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.time.Instant;

@Timeout(60)
class CookiesTest {
    private static @Nullable String keptFor(String host, String domain) {
        var store = Cookies.store();
        var url = HttpUrl.of("http://" + host + "/");
        store.store(url, Headers.of("Set-Cookie", "a=b; Domain=" + domain));
        return store.header(url);
    }

    @Test
    void filesOfBrowsersAreRead() throws IOException {
        var cookies =
                Cookies.of(
                        """
                        # Netscape HTTP Cookie File

                        .Example.org\tTRUE\t/\tFALSE\t4102444800\tsession\tabc
                        #HttpOnly_a.org\tFALSE\t/pub\tTRUE\t0\ttoken\t
                        """);

        assertThat(cookies)
                .containsExactly(
                        new Cookie(
                                "session",
                                "abc",
                                "example.org",
                                false,
                                "/",
                                false,
                                false,
                                Instant.ofEpochSecond(4_102_444_800L)),
                        new Cookie("token", "", "a.org", true, "/pub", true, true, null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "session=abc | line 1 has 1 fields",
                "a.org;TRUE;/;FALSE;soon;a;b | expires at 'soon', which is no time",
                "a.org;TRUE;/;FALSE;0;;b | a cookie that cannot be sent: ''",
                "a.org;TRUE;/;FALSE;0;a;b\u0001b | a cookie that cannot be sent: 'a'",
                "a.org;maybe;/;FALSE;0;a;b | is not TRUE or FALSE"
            })
    void whatIsNoFileOfCookiesIsAnErrorThatNamesTheLine(String line, String expected) {
        assertThatThrownBy(() -> Cookies.of(line.replace(';', '\t')))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void aValueThatAnEditorHasCutOffIsEmpty() throws IOException {
        assertThat(Cookies.of("a.org\tTRUE\t/\tFALSE\t0\ttoken").getFirst().value()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1793000000.5, 2026-10-26T07:33:20Z", "99999999999999999, 9999-12-31T23:59:59Z"})
    void timesOfOtherProgramsAreRead(String expiry, Instant expected) throws IOException {
        var cookie = Cookies.of("a.org\tTRUE\t/\tFALSE\t" + expiry + "\ttoken\tx").getFirst();

        assertThat(cookie.expires()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"shop.co.uk,co.uk", "me.github.io,github.io", "example.org,org"})
    void noHostSetsCookiesForAPublicSuffix(String host, String domain) {
        assertThat(keptFor(host, domain)).isNull();
    }

    @Test
    void hostsSetCookiesForTheirOwnDomain() {
        assertThat(keptFor("www.example.co.uk", "example.co.uk")).isEqualTo("a=b");
    }
}
