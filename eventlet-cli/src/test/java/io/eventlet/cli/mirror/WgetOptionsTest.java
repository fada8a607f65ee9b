// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;

import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

class WgetOptionsTest {
    private static final Pattern NAME = Pattern.compile("(?<![^ ])--?[a-zA-Z][a-zA-Z-]*");
    private static final Set<String> OWN =
            new CommandLine(new MirrorCommand()).getCommandSpec().optionsMap().keySet();

    static Set<Map.Entry<String, String>> advised() {
        return WgetOptions.ADVICE.entrySet();
    }

    @ParameterizedTest
    @MethodSource("advised")
    void adviceIsOnWhatIsMissingAndNamesWhatIsThere(Map.Entry<String, String> advised) {
        assertThat(OWN)
                .doesNotContain(advised.getKey())
                .containsAll(
                        NAME.matcher(advised.getValue())
                                .results()
                                .map(MatchResult::group)
                                .toList());
    }

    @ParameterizedTest
    @CsvSource({"-t3, -t: --retries N", "-mk, -m: that is what", "-nc, what has not changed"})
    void severalLettersAreAsTheFirst(String option, String advice) {
        assertThat(WgetOptions.advice(option)).startsWith(advice);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--no-such", "-Z", "-Zr", "-", ""})
    void onOthersThereIsNone(String option) {
        assertThat(WgetOptions.advice(option)).isEmpty();
    }
}
