// SPDX-License-Identifier: Apache-2.0
package io.eventlet.lang;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.LoggedRecords;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {
    private static final String PROPERTY = "eventlet.some.millis";

    @RegisterExtension private final LoggedRecords logged = new LoggedRecords();

    @AfterEach
    void forget() {
        System.clearProperty(PROPERTY);
    }

    private static long read() {
        return Setting.nanosOfMillis(PROPERTY, 1, 1000);
    }

    @Test
    void isTheUsualOneWhereNobodyHasSetIt() {
        assertThat(read()).isEqualTo(1_000_000_000);
        assertThat(logged.lines()).isEmpty();
    }

    @Test
    void isWhatWasSet() {
        System.setProperty(PROPERTY, "1");

        assertThat(read()).isEqualTo(1_000_000);
        assertThat(logged.lines()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-5", "soon", "", "1.5", "99999999999999999999"})
    void isTheUsualOneWhereABadOneWasSetAndThatIsLogged(String bad) {
        System.setProperty(PROPERTY, bad);

        assertThat(read()).isEqualTo(1_000_000_000);
        assertThat(logged.lines())
                .containsExactly(
                        "-Deventlet.some.millis="
                                + bad
                                + ": expected a number of milliseconds, at least 1; it is 1000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "TRUE"})
    void aFlagIsSetByTrue(String set) {
        System.setProperty(PROPERTY, set);

        assertThat(Setting.flag(PROPERTY, false)).isTrue();
        assertThat(logged.lines()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "", "1"})
    void aFlagIsTheUsualOneWhereABadOneWasSetAndThatIsLogged(String bad) {
        System.setProperty(PROPERTY, bad);

        assertThat(Setting.flag(PROPERTY, false)).isFalse();
        assertThat(logged.lines())
                .containsExactly(
                        "-Deventlet.some.millis=" + bad + ": expected true or false; it is false");
    }
}
