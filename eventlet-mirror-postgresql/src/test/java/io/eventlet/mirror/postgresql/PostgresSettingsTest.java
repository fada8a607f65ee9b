// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// How a database is named.
@Timeout(60)
class PostgresSettingsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

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
                "postgresql://me:secret@db_1/x",
                "postgresql://me:secret@db/x?password=secret"
            })
    void noPartOfAPasswordIsRepeated(String url) {
        assertThatThrownBy(() -> place(url, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("postgresql://me:***@db")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://me@a b/x,      'no host, with or without a port'",
        "postgresql://me@b@c/x,      'no host, with or without a port'",
        "postgresql://me@a:b/x,      'no host, with or without a port'",
        "postgresql://me@a:70000/x,  'no port: 70000'",
        "postgresql://me@a%2Cb%2F/x, 'no name of a host: b/'",
        "'postgresql://a,b,c/x?port=1,2', '2 ports for 3 hosts'"
    })
    void aHostThatIsNoneIsRefusedAndNotReplaced(String url, String message) {
        assertThatThrownBy(() -> place(url, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource({
        "'postgresql://a:1,b_2/x',             'postgresql://a:1,b_2:5432/x'",
        "'postgresql://a,b/x?port=7',          'postgresql://a:7,b:7/x'",
        "'postgresql://a,[::1]:2/x',           'postgresql://a:5432,[::1]:2/x'",
        "'postgresql://%2Frun%2Fpg:7/x',       'postgresql:///x?host=/run/pg&port=7'",
        "'postgresql:///x?host=/run/pg',       'postgresql:///x?host=/run/pg&port=5432'",
        "'postgresql:///?dbname=x&user=me',    'postgresql://localhost:5432/x'",
        "'postgresql://a/x%20y?sslmode=allow', 'postgresql://a:5432/x y'"
    })
    void aUrlHasWhatUrlsOfLibpqHave(String url, String place) {
        assertThat(place(url, Map.of())).isEqualTo(place);
    }

    @ParameterizedTest
    @CsvSource({
        "'a,b',  '1,2', 'postgresql://a:1,b:2/x'",
        "'::1',  '1',   'postgresql://[::1]:1/x'",
        "'/run', '1',   'postgresql:///x?host=/run&port=1'"
    })
    void variablesMayNameSeveralHostsAndSockets(String hosts, String ports, String place) {
        assertThat(place("postgresql:///x", Map.of("PGHOST", hosts, "PGPORT", ports)))
                .isEqualTo(place);
    }

    @ParameterizedTest
    @CsvSource({
        "'postgresql:///x?sslmode=on',                      'sslmode is disable, allow, prefer, '",
        "'postgresql:///x?sslrootcert=system&sslmode=require', 'sslrootcert=system, '",
        "'postgresql://a,%2Frun/x',                         'a socket in the file system cannot '",
        "'postgresql://a,b/x?target_session_attrs=standby', 'target_session_attrs is any, '",
        "'postgresql://a/x?password=secret',                'a password must not be in a URL'",
        "'postgresql://a/%zz?password=secret',              'a password must not be in a URL'",
        "'postgresql://a/%zz',                              'not a URL, it has a % without '",
        "'postgresql://me:se?cret@db/x',                    'a ? before the last @; a password '"
    })
    void whatCannotBeMeantIsRefused(String url, String message) {
        assertThatThrownBy(() -> place(url, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("cret");
    }

    @ParameterizedTest
    @CsvSource({
        "PGHOSTADDR, 10.0.0.1",
        "PGSSLCRL, crl.pem",
        "PGSSLMINPROTOCOLVERSION, TLSv1.3",
        "PGREQUIREPEER, postgres",
        "PGGSSENCMODE, require"
    })
    void aVariableThatAsksForMoreSafetyThanThereIsIsNotIgnored(String variable, String value) {
        assertThatThrownBy(() -> place("postgresql:///x", Map.of(variable, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(variable);
    }

    @Test
    void aServiceSaysWhatTheUrlLeavesOutAndGoesBeforeVariables() throws IOException {
        var file =
                Files.writeString(
                        directory.resolve("services"),
                        """
                        [other]
                        host = other
                        # of the crawl
                        [crawl]
                        host = a.example
                        port=7
                        password=secret
                        """);
        var environment =
                Map.of(
                        "PGSERVICEFILE", file.toString(),
                        "PGSERVICE", "crawl",
                        "PGHOST", "b.example",
                        "PGDATABASE", "x");

        assertThat(place("postgresql://", environment)).isEqualTo("postgresql://a.example:7/x");
        assertThat(place("postgresql://c:1/y?service=other", environment))
                .isEqualTo("postgresql://c:1/y");
        assertThatThrownBy(() -> place("postgresql:///?service=third", environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no service 'third'");
    }

    @Test
    void servicesAreFoundInTheHomeOfTheUserAndInTheDirectoryOfTheSystem() throws IOException {
        var home = Files.createDirectory(directory.resolve("home"));
        Files.writeString(home.resolve(".pg_service.conf"), "[own]\nhost=own.example\n");
        Files.writeString(directory.resolve("pg_service.conf"), "[all]\nhost=all.example\n");
        var environment =
                Map.of(
                        "HOME",
                        home.toString(),
                        "PGSYSCONFDIR",
                        directory.toString(),
                        "PGUSER",
                        "u");

        assertThat(place("postgresql:///?service=own", environment))
                .isEqualTo("postgresql://own.example:5432/u");
        assertThat(place("postgresql:///?service=all", environment))
                .isEqualTo("postgresql://all.example:5432/u");
    }
}
