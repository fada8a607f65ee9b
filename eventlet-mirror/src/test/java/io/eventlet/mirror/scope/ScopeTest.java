// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.eventlet.http.client.HttpUrl;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

@Timeout(60)
class ScopeTest {
    private static Scope.Builder scope() {
        return Scope.from(List.of(HttpUrl.of("http://h/pub/")));
    }

    private static @Nullable String refusal(Scope.Builder scope, String url) {
        return scope.build().refusal(HttpUrl.of(url), 1);
    }

    @Test
    void whatIsBelowAStartBelongsToIt() {
        assertThat(refusal(scope(), "http://h/pub/a/b")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "http://h/other/a, no-parent",
        "http://h/pub2/a, no-parent",
        "http://x/pub/a, host x",
        "http://127.0.0.1/pub/a, host 127.0.0.1"
    })
    void whatIsElsewhereDoesNot(String url, String rule) {
        assertThat(refusal(scope(), url)).isEqualTo(rule);
    }

    @Test
    void anotherHostMayBeAllowed() {
        assertThat(refusal(scope().host("X"), "http://x/a")).isNull();
        assertThat(refusal(scope().host("x"), "http://y/a")).isEqualTo("host y");
        assertThat(refusal(scope().allHosts(true), "http://y/a")).isNull();
    }

    @Test
    void parentsMayBeAllowed() {
        assertThat(refusal(scope().parents(true), "http://h/other")).isNull();
    }

    @Test
    void depthCountsLinks() {
        var scope = scope().depth(2).build();
        var url = HttpUrl.of("http://h/pub/a");

        assertThat(scope.refusal(url, 2)).isNull();
        assertThat(scope.refusal(url, 3)).isEqualTo("depth 2");
    }

    @Test
    void aStartAlwaysBelongsToIt() {
        var scope = scope().depth(0).reject("*").exclude("/pub").build();

        assertThat(scope.refusal(HttpUrl.of("http://h/pub/"), 7)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "*.iso, x.iso, true",
        "*.iso, x.iso.sig, false",
        ".iso, x.iso, true",
        "iso, xiso, true",
        "a?c, abc, true",
        "[a-c]x, bx, true",
        "[!a-c]x, bx, false",
        "[!a-c]x, dx, true",
        "a+b*, a+bc, true",
        "a b, a%20b, true"
    })
    void patternsAreThoseOfWget(String pattern, String name, boolean matches) {
        var url = "http://h/pub/" + name;

        assertThat(refusal(scope().accept(pattern), url)).isEqualTo(matches ? null : "accept");
        assertThat(refusal(scope().reject(pattern), url))
                .isEqualTo(matches ? "reject " + pattern : null);
    }

    @Test
    void directoriesAreReadWhateverNamesAreWanted() {
        assertThat(refusal(scope().accept("*.iso"), "http://h/pub/sub/")).isNull();
        assertThat(refusal(scope().accept(Pattern.compile("iso$")), "http://h/pub/sub/")).isNull();
    }

    @Test
    void urlsMayBeMatched() {
        var pattern = Pattern.compile("/v[0-9]+/");

        assertThat(refusal(scope().accept(pattern), "http://h/pub/v1/x")).isNull();
        assertThat(refusal(scope().accept(pattern), "http://h/pub/x")).isEqualTo("accept");
        assertThat(refusal(scope().reject(pattern), "http://h/pub/v1/x"))
                .isEqualTo("reject /v[0-9]+/");
    }

    @Test
    void directoriesMayBeChosen() {
        var scope = scope().include("/pub/books").exclude("/pub/books/old");

        assertThat(refusal(scope, "http://h/pub/books/x")).isNull();
        assertThat(refusal(scope, "http://h/pub/books/old/x")).isEqualTo("exclude /pub/books/old");
        assertThat(refusal(scope, "http://h/pub/films/x")).isEqualTo("include");
        assertThat(refusal(scope, "http://h/pub/booksellers/x")).isEqualTo("include");
    }

    @ParameterizedTest
    @CsvSource({
        "/pub/s*, /pub/sub/, true",
        "/pub/s*, /pub/sub/a/b, true",
        "/pub/s*, /pub/x/sub/, false",
        "/pub/*/iso, /pub/a/iso/x, true",
        "/pub/*/iso, /pub/a/b/iso/x, false",
        "/pub/[0-9]?, /pub/1a/x, true",
        "/pub/[!0-9]?, /pub/1a/x, false",
        "/pub/%5B1%5D, /pub/[1]/x, true",
        "/pub/s*, /pub/s, true"
    })
    void directoriesMayBePatterns(String directory, String path, boolean matches) {
        var url = "http://h" + path;

        assertThat(refusal(scope().exclude(directory), url))
                .isEqualTo(matches ? "exclude " + directory : null);
        assertThat(refusal(scope().include(directory), url)).isEqualTo(matches ? null : "include");
    }

    @Test
    void whatLeadsToDirectoriesOfAPatternIsRead() {
        var scope = scope().include("/pub/*/iso");

        assertThat(refusal(scope, "http://h/pub/any/")).isNull();
        assertThat(refusal(scope, "http://h/pub/any/other/")).isEqualTo("include");
        assertThat(refusal(scope, "http://h/pub/any")).isEqualTo("include");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a/", "a/b", "a:80", ".a.org", "*.org", "a b", "", "u@a"})
    void whatIsNoHostIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scope().host(name))
                .withMessageContaining("'" + name + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "/pub/*.iso", "[z-a]"})
    void aPatternThatNoNameMatchesIsRefused(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scope().accept(pattern))
                .withMessageContaining("'" + pattern + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "http://h/pub/, https://h/pub/a, true",
        "http://h/pub/, https://www.h/pub/a, true",
        "https://www.h/pub/, https://h/pub/a, true",
        "https://h/pub/, http://h/pub/a, false",
        "http://h/pub/, https://www2.h/pub/a, false",
        "http://h/pub/, https://h/other/, false",
        "http://h:8080/pub/, https://h/pub/a, false"
    })
    void theSameHostIsThatByHttpsAndWithWww(String start, String url, boolean belongs) {
        var scope = Scope.from(List.of(HttpUrl.of(start))).build();

        assertThat(scope.refusal(HttpUrl.of(url), 1) == null).isEqualTo(belongs);
    }

    @ParameterizedTest
    @CsvSource({
        "/pub/old books, /pub/old%20books/x",
        "/pub/old%20books, /pub/old%20books/x",
        "/pub/private, /pub/%70rivate/x",
        "/pub/c++, /pub/c%2B%2B/x"
    })
    void directoriesAreComparedWithoutEscapes(String directory, String path) {
        var url = "http://h" + path;

        assertThat(refusal(scope().exclude(directory), url)).isEqualTo("exclude " + directory);
        assertThat(refusal(scope().include(directory), url)).isNull();
    }

    @Test
    void thereMayBeVeryManyStarts() {
        var starts =
                IntStream.range(0, 50_000)
                        .mapToObj(i -> HttpUrl.of("http://h%d.org/d/%d/x".formatted(i / 100, i)))
                        .toList();
        var scope = Scope.from(starts).build();

        for (var start : starts) { // with each for each, that would be 2,500,000,000
            assertThat(scope.refusal(start.resolve("y/z"), 1)).isNull();
            assertThat(scope.refusal(start.resolve("/e"), 1)).isEqualTo("no-parent");
        }
    }
}
