// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebAddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.org",
                "ftp://example.org/",
                "http://",
                "http://a b/",
                "http://h:99999/",
                "http:/x",
                "file:///etc/passwd"
            })
    void whatIsNoWebAddressFailsAsABadUrl(String text) {
        assertThatThrownBy(() -> WebAddress.parse(text))
                .isInstanceOfSatisfying(
                        KnownFailure.class,
                        e -> assertThat(e.kind()).isEqualTo(FailureKind.BAD_URL));
    }

    @Test
    void schemeAndHostAreReadInAnyCase() throws Exception {
        assertThat(WebAddress.parse("HTTP://EXAMPLE.org/A").toString())
                .isEqualTo("http://example.org/A");
    }

    @ParameterizedTest
    @CsvSource({
        "http://me:secret@h/p?q=a:b@c, http://me:***@h/p?q=a:b@c",
        "HTTPS://me:se:cr@et@h:1/, HTTPS://me:***@h:1/",
        "ftp://me:secret@h, ftp://me:***@h",
        "http:me:secret@h/, http:***@h/",
        "http://me:sec/ret@h/, http://me:***@h/",
        "http://me:x@h:y/secret@h/, http://me:***@h/",
        "me:secret@h, me:***@h",
        "http://me@/, http://me@/",
        "http://me@h/, http://me@h/",
        "http://h:80/a@b, http://h:80/a@b",
        "http://h/?to=me:you@h, http://h/?to=me:you@h",
        "no-url, no-url"
    })
    void aPasswordIsNotShown(String text, String shown) {
        assertThat(WebAddress.withoutPassword(text)).isEqualTo(shown);
    }

    @Test
    void aUrlThatIsTooLongIsNotOne() {
        assertThatThrownBy(() -> WebAddress.parse("http://h/" + "a".repeat(10_000)))
                .hasMessage("longer than 8192 characters");
    }
}
