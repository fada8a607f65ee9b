// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.testing.CommandRun;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyCommandTest {
    @ParameterizedTest
    @CsvSource({
        "--port,70000",
        "--limit,0",
        "--hubs,none",
        "--health,health",
        "--health-every,0",
        "--timeout,later"
    })
    void aValueOutOfBoundsIsNamed(String option, String value) {
        CommandRun run =
                CommandRun.of(new ProxyCommand(), option + "=" + value, "http://localhost");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("'" + option + "'")
                .contains("'" + value + "'")
                .contains("expected");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:80",
                "ftp://localhost",
                "tcp://localhost",
                "tcp://localhost:1/a",
                "http://localhost/?a"
            })
    void anUpstreamThatIsNoneIsNamed(String upstream) {
        CommandRun run = CommandRun.of(new ProxyCommand(), upstream);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("Invalid upstream '" + upstream + "'");
    }

    @Test
    void streamsAndRequestsDoNotMix() {
        CommandRun run = CommandRun.of(new ProxyCommand(), "tcp://localhost:1", "http://localhost");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("tcp:// and http:// exclude each other");
    }
}
