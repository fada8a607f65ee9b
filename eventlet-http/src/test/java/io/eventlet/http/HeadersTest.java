// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;

@Timeout(60)
class HeadersTest {
    private static final Headers SOME =
            Headers.of(
                    "Content-Type",
                    "text/plain",
                    "Vary",
                    "Accept",
                    "X-Empty",
                    "",
                    "vary",
                    "Origin");

    @ParameterizedTest
    @ValueSource(strings = {"Content-Type", "content-type", "CONTENT-TYPE"})
    void fieldIsFoundInAnyCase(String name) {
        assertThat(SOME.get(name)).isEqualTo("text/plain");
        assertThat(SOME.contains(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Typ", "Content-Type2", "Content_Type", "", "Vary:", "Äpfel"})
    void fieldOfAnotherNameIsNotFound(String name) {
        assertThat(SOME.get(name)).isNull();
        assertThat(SOME.get(name, "other")).isEqualTo("other");
        assertThat(SOME.all(name)).isEmpty();
        assertThat(SOME.contains(name)).isFalse();
    }

    @Test
    void firstOfSeveralFieldsIsGotAndAllAreListedInOrder() {
        assertThat(SOME.get("Vary")).isEqualTo("Accept");
        assertThat(SOME.all("Vary")).containsExactly("Accept", "Origin");
    }

    @Test
    void emptyValueIsAValue() {
        assertThat(SOME.get("X-Empty", "other")).isEmpty();
    }

    @Test
    void namesAndOrderAreKept() {
        var seen = new ArrayList<String>();

        SOME.forEach((name, value) -> seen.add(name + "=" + value));

        assertThat(seen)
                .containsExactly(
                        "Content-Type=text/plain", "Vary=Accept", "X-Empty=", "vary=Origin");
        assertThat(SOME.size()).isEqualTo(4);
    }

    @Test
    void andPutsAFieldBehindTheOthers() {
        var more = SOME.and("Vary", "Cookie");

        assertThat(more.all("Vary")).containsExactly("Accept", "Origin", "Cookie");
        assertThat(SOME.all("Vary")).hasSize(2);
    }

    @Test
    void withPutsAFieldInThePlaceOfAllOfItsName() {
        assertThat(SOME.with("VARY", "*").all("Vary")).containsExactly("*");
        assertThat(SOME.with("Age", "1").get("Age")).isEqualTo("1");
    }

    @Test
    void withoutTakesAllFieldsOfANameAway() {
        var less = SOME.without("VARY");

        assertThat(less).isEqualTo(Headers.of("Content-Type", "text/plain", "X-Empty", ""));
        assertThat(less.toString()).isEqualTo("Content-Type: text/plain\r\nX-Empty: \r\n");
        assertThat(SOME.without("Age")).isSameAs(SOME);
    }

    @Test
    void withoutTheOnlyFieldNothingIsLeft() {
        var none = Headers.of("A", "b").without("a");

        assertThat(none.isEmpty()).isTrue();
        assertThat(none).isEqualTo(Headers.empty()).hasSameHashCodeAs(Headers.empty());
    }

    @Test
    void equalWhateverTheCaseOfTheNames() {
        var one = Headers.of("A", "b");

        assertThat(one).isEqualTo(Headers.of("a", "b")).hasSameHashCodeAs(Headers.of("a", "b"));
        assertThat(one).isNotEqualTo(Headers.of("A", "B")).isNotEqualTo(one.and("A", "b"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    close              | true
                    Close              | true
                    keep-alive, CLOSE  | true
                    close ,x           | true
                    ,, close           | true
                    closed             | false
                    x-close            | false
                    close x            | false
                    keep-alive         | false
                    ''                 | false
                    ,                  | false
                    """)
    void memberOfAListIsFoundWhole(String value, boolean isThere) {
        assertThat(Headers.of("Connection", value).hasToken("connection", "close"))
                .isEqualTo(isThere);
    }

    @Test
    void memberIsFoundInAnyLineOfAList() {
        var headers = Headers.of("Connection", "a, b", "Connection", "c");

        assertThat(headers.hasToken("Connection", "c")).isTrue();
        assertThat(headers.hasToken("Connection", "")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "A ", " A", "A:", "A\r", "A\n", "A\0", "A\tB", "A(B)", "Ä", "Ā", "Ĺ",
                "\u007f"
            })
    void nameThatIsNoTokenIsRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> Headers.of(name, "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> SOME.with(name, "x"));
    }

    /// U+010A and U+010D are LF and CR when they are cut to a byte.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\rb",
                "a\nb",
                "a\r\nSet-Cookie: x",
                "a\0b",
                "a\u007fb",
                "a\u001fb",
                "Ċ",
                "č",
                "中",
                "\n",
                "\r",
                "\0",
                " a",
                "a ",
                "\ta",
                "a\t",
                " "
            })
    void valueThatCouldNotStandInALineIsRefused(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> Headers.of("A", value));
        assertThatIllegalArgumentException().isThrownBy(() -> SOME.with("A", value));
        assertThatIllegalArgumentException().isThrownBy(() -> SOME.and("A", value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "a b",
                "a\tb",
                "ü",
                "\u0080\u0085\u00a0ÿ",
                "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
            })
    void valueOfLatin1IsKept(String value) {
        assertThat(Headers.of("A", value).get("A")).isEqualTo(value);
    }

    @Test
    void nameWithoutAValueIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Headers.of("A", "b", "C"));
    }

    @Test
    void refusalShowsNoControlCharacters() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Headers.of("A", "b\r\nC"))
                .withMessage("not a value for the header field A: \"b\\u000d\\u000aC\"");
    }
}
