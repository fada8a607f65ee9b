// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.Headers;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;

@Timeout(60)
class CookieStoreTest {
    private final CookieStore store = new CookieStore();

    private void set(String url, String cookie) {
        store.store(HttpUrl.of(url), Headers.of("Set-Cookie", cookie));
    }

    private @Nullable String sent(String url) {
        return store.header(HttpUrl.of(url));
    }

    @Test
    void cookieGoesBackToItsHost() {
        set("http://a.example/", "n=v");

        assertThat(sent("http://a.example/x")).isEqualTo("n=v");
        assertThat(sent("http://b.a.example/")).isNull();
        assertThat(sent("http://example/")).isNull();
    }

    @Test
    void cookieOfADomainGoesToItsHosts() {
        set("http://a.b.example/", "n=v; Domain=.B.example");

        assertThat(sent("http://b.example/")).isEqualTo("n=v");
        assertThat(sent("http://c.b.example/")).isEqualTo("n=v");
        assertThat(sent("http://cb.example/")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "n=v; Domain=other.example",
                "n=v; Domain=x.a.example",
                "n=v; Domain=example",
                "n=v; Secure",
                "__Secure-n=v",
                "__Host-n=v; Path=/",
                "=v",
                "v",
                ""
            })
    void cookieThatIsNoneOrNotForUsIsDropped(String cookie) {
        set("http://a.example/", cookie);

        assertThat(store.all()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/a, /a, true",
        "/a, /a/b, true",
        "/a, /ab, false",
        "/a/, /a, false",
        "/, /x, true",
        "/a, /, false"
    })
    void pathMustBegin(String path, String target, boolean matches) {
        set("http://a.example/", "n=v; Path=" + path);

        assertThat(sent("http://a.example" + target) != null).isEqualTo(matches);
    }

    @Test
    void pathIsThatOfTheDirectoryIfNoneIsSaid() {
        set("http://a.example/d/file", "n=v");

        assertThat(sent("http://a.example/d/other")).isEqualTo("n=v");
        assertThat(sent("http://a.example/other")).isNull();
    }

    @Test
    void secureCookieGoesByTlsOnlyAndIsNotReplacedWithout() {
        set("https://a.example/", "n=v; Secure");
        set("http://a.example/", "n=evil");

        assertThat(sent("https://a.example/")).isEqualTo("n=v");
        assertThat(sent("http://a.example/")).isNull();
    }

    @Test
    void longerPathsGoFirst() {
        set("http://a.example/", "n=1; Path=/");
        set("http://a.example/", "n=2; Path=/a");
        set("http://a.example/", "m=3; Path=/");

        assertThat(sent("http://a.example/a/b")).isEqualTo("n=2; n=1; m=3");
    }

    @Test
    void cookieEndsWithItsAge() {
        set("http://a.example/", "n=v");
        set("http://a.example/", "n=; Max-Age=0; Expires=Wed, 01 Jan 2120 00:00:00 GMT");

        assertThat(store.all()).isEmpty();
    }

    @Test
    void cookieThatIsTooLargeIsIgnored() {
        set("http://a.org/", "most=" + "x".repeat(4091));
        set("http://a.org/", "more=" + "x".repeat(4092));

        assertThat(store.all()).extracting(Cookie::name).containsExactly("most");
    }

    @Test
    void requestHasAsManyCookiesAsServersTake() {
        for (int i = 10; i < 60; i++) {
            set("http://a.org/", "n" + i + "=" + "x".repeat(994)); // 1,000 with what is between
        }

        var sent = sent("http://a.org/");

        assertThat(sent).hasSizeLessThanOrEqualTo(8000).startsWith("n52=").contains("; n59=");
    }

    @Test
    void smallCookieIsSentBesideOneThatDoesNotFit() {
        set("http://a.org/", "session=1");
        set("http://a.org/", "a=" + "x".repeat(4000));
        set("http://a.org/", "b=" + "x".repeat(4000));

        var sent = sent("http://a.org/");

        assertThat(sent).startsWith("session=1; b=").doesNotContain("a=");
    }

    @Test
    void cookiesOfADomainAreBounded() {
        for (int i = 0; i <= 100; i++) {
            set("http://a.example/", "n%d=v".formatted(i));
        }

        assertThat(store.all()).hasSize(100);
        assertThat(store.all().getFirst().name()).isEqualTo("n1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sun, 06 Nov 1994 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                "Sun Nov  6 08:49:37 1994",
                "06 november 1994 8:49:37",
            })
    void dateIsReadAsItComes(String date) {
        assertThat(CookieDate.parse(date)).isEqualTo(Instant.parse("1994-11-06T08:49:37Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "06 Nov 1994", "99 Nov 1994 08:49:37", "06 Nov 1994 25:00:00"})
    void whatIsNoDateIsNone(String date) {
        assertThat(CookieDate.parse(date)).isNull();
    }
}
