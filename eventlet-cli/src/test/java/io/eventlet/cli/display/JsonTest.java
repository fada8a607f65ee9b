// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.display;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

class JsonTest {
    private static final String TEXT = "{\"name\":\"käse 🧀\"}";

    @Test
    void whatTheStreamHasNoLettersForIsEscaped() {
        assertThat(Json.encodable(TEXT, StandardCharsets.US_ASCII))
                .isEqualTo("{\"name\":\"k\\u00e4se \\ud83e\\uddc0\"}");
        assertThat(Json.encodable(TEXT, StandardCharsets.ISO_8859_1))
                .isEqualTo("{\"name\":\"käse \\ud83e\\uddc0\"}");
    }

    @Test
    void whatItHasIsLeft() {
        assertThat(Json.encodable(TEXT, StandardCharsets.UTF_8)).isEqualTo(TEXT);
    }

    @Test
    void whatATerminalWouldObeyIsEscaped() {
        assertThat(Json.encodable("{\"name\":\"\u009b31m\u007f🧀\"}", StandardCharsets.UTF_8))
                .isEqualTo("{\"name\":\"\\u009b31m\\u007f🧀\"}");
    }
}
