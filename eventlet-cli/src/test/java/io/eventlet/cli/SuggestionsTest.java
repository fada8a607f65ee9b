// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class SuggestionsTest {
    private static final List<String> WORDS =
            List.of("demo", "fetch", "serve", "feeds", "echo", "dump", "completion");

    @ParameterizedTest
    @CsvSource({
        "fecth,fetch",
        "ftech,fetch",
        "fetchs,fetch",
        "feed,feeds",
        "dmup,dump",
        "complet,completion",
        "comp,completion",
        "completiom,completion"
    })
    void aWordThatIsNearIsSuggested(String typed, String meant) {
        assertThat(Suggestions.of(typed, WORDS)).containsExactly(meant);
    }

    @ParameterizedTest
    @CsvSource({"nosuch", "f", "run", "help", "curl", "mirror"})
    void aWordThatIsFarIsNot(String typed) {
        assertThat(Suggestions.of(typed, WORDS)).isEmpty();
    }

    @Test
    void theNearestComesFirst() {
        assertThat(
                        Suggestions.of(
                                "--tls-keyx", List.of("--tls-keystore", "--tls-cert", "--tls-key")))
                .first()
                .isEqualTo("--tls-key");
    }

    @Test
    void anExchangeOfTwoLettersIsOneKeystroke() {
        assertThat(Suggestions.distance("abcd", "acbd")).isEqualTo(1);
        assertThat(Suggestions.distance("", "abc")).isEqualTo(3);
        assertThat(Suggestions.distance("kitten", "sitting")).isEqualTo(3);
    }
}
