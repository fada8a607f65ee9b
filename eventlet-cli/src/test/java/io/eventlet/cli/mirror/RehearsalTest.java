// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RehearsalTest {
    @Test
    void rehearsesWhatACopyDoesFirst() {
        assertThatCode(Rehearsal::run).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mirror https://example.org/ copy",
                "mirror -q -c 5 http://example.org/a/ http://example.org/b/ copy"
            })
    void isWorthwhileForCopies(String line) {
        assertThat(Rehearsal.isWorthwhile(line.split(" "))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mirror",
                "mirror --report copy",
                "mirror --why https://example.org/ copy",
                "mirror https://example.org/ --help",
                "fetch https://example.org/"
            })
    void isNotWorthwhileWhereNothingIsCopied(String line) {
        assertThat(Rehearsal.isWorthwhile(line.split(" "))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mirror --hub portable https://example.org/ copy",
                "mirror https://example.org/ copy --hub=epoll",
                "--hub epoll mirror https://example.org/ copy",
                "mirror @options https://example.org/ copy"
            })
    void opensNoHubBeforeAnotherMayBeAskedFor(String line) {
        assertThat(Rehearsal.isWorthwhile(line.split(" "))).isFalse();
    }
}
