// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;

/// How a database is named.
@Timeout(60)
class PostgresSettingsTest {
    private static String place(String url, Map<String, String> environment) {
        return PostgresSettings.parse(url, environment::get).toString();
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://me@db.example.org:6432/crawls, postgresql://db.example.org:6432/crawls",
        "postgres://me@db.example.org/crawls,        postgresql://db.example.org:5432/crawls",
        "postgresql://me@db.example.org,             postgresql://db.example.org:5432/me",
        "postgresql:///crawls,                       postgresql://localhost:5432/crawls"
    })
    void aUrlSaysWhereTheDatabaseIs(String url, String place) {
        assertThat(place(url, Map.of())).isEqualTo(place);
    }

    @Test
    void variablesSayWhatTheUrlLeavesOut() {
        var environment =
                Map.of("PGHOST", "a.example", "PGPORT", "1", "PGDATABASE", "b", "PGUSER", "c");

        assertThat(place("postgresql://", environment)).isEqualTo("postgresql://a.example:1/b");
        assertThat(place("postgresql://d@e:2/f", environment)).isEqualTo("postgresql://e:2/f");
    }

    @Test
    void aPasswordInTheUrlIsRefusedAndNotRepeated() {
        assertThatThrownBy(() -> place("postgresql://me:secret@db/x", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "a password must not be in a URL, where others can see it; use PGPASSWORD"
                                + " or ~/.pgpass: postgresql://me:***@db/x");
    }

    @Test
    void anotherSchemeIsRefused() {
        assertThatThrownBy(() -> place("mysql://db/x", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "a frontier is a URL such as postgresql://user@host:5432/database, not"
                                + " this: mysql://db/x");
    }

    @Test
    void aParameterThatIsNotKnownIsRefused() {
        assertThatThrownBy(() -> place("postgresql://db/x?sslmodus=require", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "'sslmodus' is not known in a URL of PostgreSQL; known are ");
    }

    @Test
    void aPasswordIsNeverShown() {
        assertThat(place("postgresql://me@db/x", Map.of("PGPASSWORD", "secret")))
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://me:secret@secret@db/x",
                "postgresql://me:secret/secret@db/x",
                "postgresql://me:secret secret@db/x",
                "postgresql://me:secret@db_1/x"
            })
    void noPartOfAPasswordIsRepeated(String url) {
        assertThatThrownBy(() -> place(url, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("postgresql://me:***@db")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aHostThatIsNoneIsRefusedAndNotReplaced() {
        assertThatThrownBy(() -> place("postgresql://me@db_1:5432/x", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no host, with or without a port");
    }
}
