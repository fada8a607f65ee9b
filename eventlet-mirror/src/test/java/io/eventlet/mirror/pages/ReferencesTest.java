// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpUrl;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ReferencesTest {
    @ParameterizedTest
    @CsvSource({
        "HTTP://A.org:80/b#c, http://a.org/b",
        "https://a.org:443/, https://a.org/",
        "https://a.org:80/, https://a.org:80/",
        "http://a.org, http://a.org/",
        "http://a.org/b/../c/./d, http://a.org/c/d",
        "http://a.org/../b, http://a.org/b",
        "http://a.org/%c3%a9%2fx, http://a.org/%C3%A9%2Fx",
        "http://a.org//b/%aa, http://a.org//b/%AA",
        "http://a.org//b/../c, http://a.org//c",
        "http://a.org/b/%2e%2E/c/%2e/d, http://a.org/c/d",
        "http://a.org/b/.%2e, http://a.org/",
        "http://a.org/%2e%2e%2e/.%2eb, http://a.org/%2E%2E%2E/.%2Eb",
        "http://a.org/b%zz%, http://a.org/b%zz%",
    })
    void whatIsEqualToAnyServerIsAskedForOnce(String url, String normalised) {
        assertThat(References.normalised(HttpUrl.of(url))).hasToString(normalised);
    }

    @ParameterizedTest
    @CsvSource({
        "http://a.org/%7Eb",
        "http://a.org/a%2Fb",
        "http://a.org/a+b",
        "http://a.org/?q=%c3%a9&r=/../x",
        "http://a.org/b?",
        "http://a.org//",
        "http://a.org/;x=1",
    })
    void whatAServerMayWantToSeeStaysAsItIs(String url) {
        assertThat(References.normalised(HttpUrl.of(url))).hasToString(url);
    }
}
