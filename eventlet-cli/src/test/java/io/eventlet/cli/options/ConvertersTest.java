// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine.TypeConversionException;

import java.nio.file.Path;
import java.time.Duration;

class ConvertersTest {
    @ParameterizedTest
    @CsvSource({
        "30,30000",
        "2.5,2500",
        "500ms,500",
        "30s,30000",
        "2m,120000",
        "1h,3600000",
        "0,0",
        " 5 s ,5000"
    })
    void readsLengthsOfTime(String text, long millis) {
        assertThat(new DurationConverter().convert(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "5 days", "1e9", "s", "999999999h9"})
    void namesWhatIsNoLengthOfTime(String text) {
        assertThatThrownBy(() -> new DurationConverter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("expected");
    }

    @Test
    void aTimeThatNobodyCanWaitForIsTooLong() {
        assertThatThrownBy(() -> new DurationConverter().convert("999999999h"))
                .hasMessageContaining("too long");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65536", "http", "", "80.0", "99999999999"})
    void namesWhatIsNoPort(String text) {
        assertThatThrownBy(() -> new PortConverter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("'" + text + "' is not a port (expected 0 to 65535)");
    }

    @Test
    void readsPortsAndCounts() {
        assertThat(new PortConverter().convert("0")).isZero();
        assertThat(new PortConverter().convert("65535")).isEqualTo(65_535);
        assertThat(new CountConverter().convert("10000")).isEqualTo(10_000);
        assertThat(new HubCountConverter().convert("2")).isEqualTo(2);
    }

    @Test
    void nothingIsNoPath() {
        assertThatThrownBy(() -> new PathConverter().convert(""))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("'' is not the name of a file or directory");
        assertThat(new PathConverter().convert("a/b")).isEqualTo(Path.of("a", "b"));
    }

    @Test
    void nothingIsNoCount() {
        assertThatThrownBy(() -> new CountConverter().convert("0"))
                .hasMessageContaining("'0' is not a count");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "4096,4096",
        "64k,65536",
        "10M,10485760",
        "2GiB,2147483648",
        "1tb,1099511627776"
    })
    void readsSizes(String text, long bytes) {
        assertThat(new SizeConverter().convert(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "big", "-1", "1.5M", "10X", "999999999999T"})
    void namesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> new SizeConverter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void readsTimes() {
        var utc = new TimeConverter().convert("2026-11-29T15:00:00Z");
        var here = new TimeConverter().convert("2026-11-29");

        assertThat(utc).isEqualTo("2026-11-29T15:00:00Z");
        assertThat(here.atZone(java.time.ZoneId.systemDefault()).toLocalDateTime())
                .isEqualTo("2026-11-29T00:00");
    }
}
