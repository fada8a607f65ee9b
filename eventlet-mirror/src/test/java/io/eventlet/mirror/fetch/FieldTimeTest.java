// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.time.InstantSource;

@Timeout(60)
class FieldTimeTest {
    private static final Instant TIME = Instant.parse("1994-11-06T08:49:37Z");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sun, 06 Nov 1994 08:49:37 GMT",
                "sun, 06 nov 1994 08:49:37 GMT",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 09:49:37 +0100",
                "6 Nov 1994 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                "sunday, 06-nov-94 08:49:37 GMT",
                "Sun Nov  6 08:49:37 1994",
                "Sun Nov 06 08:49:37 1994"
            })
    void aTimeIsReadInEachFormThatServersWrite(String text) {
        assertThat(FieldTime.of(text)).isEqualTo(TIME);
    }

    @ParameterizedTest
    @CsvSource({
        "'Tuesday, 06-Nov-68 08:49:37 GMT', 2068",
        "'Wednesday, 06-Nov-74 08:49:37 GMT', 1974"
    })
    void aYearOfTwoDigitsIsNotMoreThanFiftyYearsAhead(String text, int expected) {
        InstantSource clock = () -> Instant.parse("2023-06-01T00:00:00Z");

        assertThat(FieldTime.of(text, clock)).isEqualTo(expected + "-11-06T08:49:37Z");
    }

    @Test
    void theLastDayOfALeapYearsFebruaryIsOne() {
        assertThat(FieldTime.of("Thu, 29 Feb 2024 23:59:59 GMT"))
                .isEqualTo(Instant.parse("2024-02-29T23:59:59Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "Mon, 06 Nov 1994 08:49:37 GMT",
                "Sun, 32 Nov 1994 08:49:37 GMT",
                "Wed, 29 Feb 2023 08:49:37 GMT",
                "Sun, 06 Nox 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 24:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 GMX",
                "Sun, 06 Nov 19\u0664\u0664 08:49:37 GMT",
                "Monday, 06-Nov-94 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37",
                "Sunday, 32-Nov-94 08:49:37 GMT",
                "Sunday, 06-Nov-1994 08:49:37 GMT",
                "Sun Nov 31 08:49:37 1994",
                "Mon Nov  6 08:49:37 1994"
            })
    void whatIsNoTimeIsNone(String text) {
        assertThat(FieldTime.of(text)).isNull();
    }
}
