// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.eventlet.GreenThreadKilled;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Limits of keys, without Spark.
@Timeout(60)
class KeyLimitsTest {
    private static SparkConf speculation(boolean on) {
        return new SparkConf(false).set("spark.speculation", String.valueOf(on));
    }

    @Test
    void speculationIsRefused() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> KeyLimits.ensureExact(speculation(true)))
                .withMessageContaining("spark.speculation");
        assertThatCode(() -> KeyLimits.ensureExact(speculation(false))).doesNotThrowAnyException();
        assertThatCode(() -> KeyLimits.ensureExact(new SparkConf(false)))
                .doesNotThrowAnyException();
    }

    @Test
    void itemsWithoutAKeyHaveAPlace() {
        var limits = KeyLimits.<String>by(text -> text.isEmpty() ? null : text.substring(1), 4);

        assertThat(limits.partitionKey("ab")).isEqualTo("b");
        assertThat(limits.partitionKey("")).isEmpty();
    }

    @Test
    void killWithinTheFunctionIsThrown() {
        var limits =
                KeyLimits.<String>by(
                        _ -> {
                            throw new GreenThreadKilled("enough");
                        },
                        4);

        assertThatExceptionOfType(GreenThreadKilled.class)
                .isThrownBy(() -> limits.partitionKey("item"));
    }
}
