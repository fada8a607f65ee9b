// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.display;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "0,0 B",
        "999,999 B",
        "1000,1.0 kB",
        "1500,1.5 kB",
        "999499,999 kB",
        "999500,1.0 MB",
        "250000000,250 MB"
    })
    void writesSizes(long bytes, String text) {
        assertThat(Quantity.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "3,3.0 ms",
        "83,83 ms",
        "999,999 ms",
        "4210,4.21 s",
        "37800,37.8 s",
        "200000,3 min 20 s",
        "60000,1 min",
        "3600000,1 h",
        "9960000,2 h 46 min"
    })
    void writesLengthsOfTime(long millis, String text) {
        assertThat(Quantity.time(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @Test
    void setsThousandsApart() {
        assertThat(Quantity.count(10_000)).isEqualTo("10,000");
    }

    @Test
    void putsTheNounInThePluralUnlessThereIsOne() {
        assertThat(Quantity.count(1, "URL")).isEqualTo("1 URL");
        assertThat(Quantity.count(0, "URL")).isEqualTo("0 URLs");
        assertThat(Quantity.count(2000, "URL")).isEqualTo("2,000 URLs");
    }

    @Test
    void writesRatesAndFactors() {
        assertThat(Quantity.rate(1640, Duration.ofSeconds(2))).isEqualTo("820/s");
        assertThat(Quantity.rate(1, Duration.ofSeconds(2))).isEqualTo("0.5/s");
        assertThat(Quantity.times(75.2)).isEqualTo("×75");
        assertThat(Quantity.times(1.44)).isEqualTo("×1.4");
    }
}
