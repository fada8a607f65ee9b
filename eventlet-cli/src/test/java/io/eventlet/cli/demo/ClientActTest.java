// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.cli.web.FailureKind;

import org.junit.jupiter.api.Test;

import java.util.EnumMap;
import java.util.Map;

class ClientActTest {
    private final Map<FailureKind, Integer> failures =
            new EnumMap<>(
                    Map.of(
                            FailureKind.TIMEOUT,
                            1,
                            FailureKind.HTTP_4XX,
                            1,
                            FailureKind.HTTP_5XX,
                            1,
                            FailureKind.RESET,
                            1));

    @Test
    void whatShouldFailAndDoesIsSound() {
        assertThat(ClientAct.isSound(failures)).isTrue();
        assertThat(ClientAct.said(failures))
                .isEqualTo("failed as they should: 1 timeout, 1 http 4xx, 1 http 5xx, 1 reset");
    }

    @Test
    void aFailureThatNobodyExpectedIsNot() {
        failures.put(FailureKind.REFUSED, 2);

        assertThat(ClientAct.isSound(failures)).isFalse();
        assertThat(ClientAct.said(failures))
                .startsWith("failed: 2 refused, 1 timeout,")
                .contains("; expected: 1 timeout,");
    }

    @Test
    void aFailureThatIsMissingIsNotSoundEither() {
        failures.remove(FailureKind.RESET);

        assertThat(ClientAct.isSound(failures)).isFalse();
        assertThat(ClientAct.said(failures)).startsWith("failed: 1 timeout, 1 http 4xx");
    }

    @Test
    void pagesThatCameTooLateDoNotCountButAreSaid() {
        failures.remove(FailureKind.RESET);
        failures.put(FailureKind.TIMEOUT, 5);

        assertThat(ClientAct.isSound(failures)).isTrue();
        assertThat(ClientAct.said(failures)).startsWith("failed: 5 timeout, 1 http 4xx");
    }
}
