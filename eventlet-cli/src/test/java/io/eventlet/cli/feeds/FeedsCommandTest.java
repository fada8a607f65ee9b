// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.feeds;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.CommandRun;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedsCommandTest {
    @ParameterizedTest
    @CsvSource({
        "--port,70000",
        "--limit,0",
        "--timeout,0",
        "--timeout,later",
        "--max-urls,none",
        "--host,''"
    })
    void aValueOutOfBoundsIsNamed(String option, String value) {
        CommandRun run = CommandRun.of(new FeedsCommand(), option + "=" + value);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("'" + option + "'")
                .contains("'" + value + "'")
                .contains("expected");
    }

    @Test
    void aHostWithoutAnAddressIsNamed() {
        CommandRun run = CommandRun.of(new FeedsCommand(), "--host", "no host");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("'--host'").contains("no address is known of 'no host'");
    }
}
