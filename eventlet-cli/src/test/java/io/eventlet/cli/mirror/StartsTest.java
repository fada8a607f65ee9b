// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpUrl;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class StartsTest {
    private static HttpUrl start(String text) {
        return Starts.read(List.of(text), List.of()).urls().getFirst();
    }

    @ParameterizedTest
    @CsvSource({
        "http://a/pub/../iso/, /iso/",
        "http://a/pub/./, /pub/",
        "http://a/pub/.., /",
        "http://a/../x?q=/../, /x?q=/../",
        "http://a/.hidden/..x/%2e%2e/, /.hidden/..x/%2e%2e/",
        "http://a//x/../y, //x/../y",
        "http://a/?q=/../, /?q=/../"
    })
    void whatIsMeantIsWhereARunBegins(String text, String target) {
        assertThat(start(text).target()).isEqualTo(target);
    }

    @Test
    void theUserStays() {
        var url = start("https://me:p%40ss@a:81/x/../y/");

        assertThat(url).isEqualTo(HttpUrl.of("https://a:81/y/"));
        assertThat(url.userInfo()).isEqualTo("me:p%40ss");
    }
}
