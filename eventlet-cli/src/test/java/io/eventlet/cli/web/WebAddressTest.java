// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

    @Test
    void aUrlThatIsTooLongIsNotOne() {
        assertThatThrownBy(() -> WebAddress.parse("http://h/" + "a".repeat(10_000)))
                .hasMessage("longer than 8192 characters");
    }
}
