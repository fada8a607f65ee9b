// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.libraries.servers.SecurePostgres;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.State;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import javax.net.ssl.SSLPeerUnverifiedException;

/// Connections to a PostgreSQL that wants TLS and a password or a certificate.
@Timeout(60)
class SecureConnectionTest {
    private static final String WRITTEN = "open\\:sesame\\\\now"; // the password in a file

    @SuppressWarnings("NullAway.Init") // JUnit calls start()
    private static SecurePostgres postgres;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path home;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeAll
    static void start() throws IOException, SQLException {
        postgres = new SecurePostgres();
        var admin = Map.of("PGPASSWORD", SecurePostgres.PASSWORD);
        try (var connection =
                        PostgresSettings.parse(url("localhost", "require"), admin::get).connect();
                var statement = connection.createStatement()) {
            statement.execute("create role certified login");
        }
    }

    @AfterAll
    static void stop() {
        if (postgres != null) {
            postgres.close();
        }
    }

    private static String url(String host, String mode) {
        return "postgresql://postgres@%s:%d/postgres?sslmode=%s"
                .formatted(host, postgres.port(), mode);
    }

    private PostgresSettings settings(String url) {
        environment.put("HOME", home.toString());
        return PostgresSettings.parse(url, environment::get);
    }

    private void trust(String authority) {
        environment.put("PGSSLROOTCERT", postgres.file(authority));
    }

    private void passwordFile(String permissions, String text) throws IOException {
        var file = Files.writeString(home.resolve(".pgpass"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static boolean isEncrypted(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "select ssl from pg_stat_ssl where pid = pg_backend_pid()")) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"allow", "prefer", "require", "verify-ca", "verify-full"})
    void aConnectionIsEncryptedInEachModeButDisable(String mode) throws Exception {
        environment.put("PGPASSWORD", SecurePostgres.PASSWORD);
        trust("authority.crt");

        try (var connection = settings(url("localhost", mode)).connect()) {
            assertThat(isEncrypted(connection)).isTrue();
        }
    }

    @Test
    void aServerThatWantsTlsRefusesWhoDisablesIt() {
        environment.put("PGPASSWORD", SecurePostgres.PASSWORD);

        assertThatThrownBy(() -> settings(url("localhost", "disable")).connect())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("no encryption");
    }

    @Test
    void aServerOfAnotherNameIsRefusedByVerifyFull() {
        environment.put("PGPASSWORD", SecurePostgres.PASSWORD);
        trust("authority.crt");

        assertThatThrownBy(() -> settings(url("127.0.0.1", "verify-full")).connect())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("127.0.0.1 could not be verified")
                .hasCauseInstanceOf(SSLPeerUnverifiedException.class);
    }

    @Test
    void aServerOfAnotherNameIsTakenByVerifyCa() throws Exception {
        environment.put("PGPASSWORD", SecurePostgres.PASSWORD);
        trust("authority.crt");

        try (var connection = settings(url("127.0.0.1", "verify-ca")).connect()) {
            assertThat(isEncrypted(connection)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"require", "verify-ca", "verify-full"})
    void aServerOfAnotherAuthorityIsRefusedWhereOneIsNamed(String mode) {
        environment.put("PGPASSWORD", SecurePostgres.PASSWORD);
        trust("other.crt");

        assertThatThrownBy(() -> settings(url("localhost", mode)).connect())
                .isInstanceOf(SQLException.class)
                .hasStackTraceContaining("PKIX path building failed");
    }

    @Test
    void aServerIsNotTakenForOneThatTheSystemTrusts() {
        environment.put("PGPASSWORD", SecurePostgres.PASSWORD);
        environment.put("PGSSLROOTCERT", "system");

        assertThatThrownBy(() -> settings(url("localhost", "verify-full")).connect())
                .isInstanceOf(SQLException.class)
                .hasStackTraceContaining("unable to find valid certification path");
    }

    @Test
    void aMissingRootCertificateIsNamed() {
        assertThatThrownBy(() -> settings(url("localhost", "verify-full")).connect())
                .isInstanceOf(SQLException.class)
                .hasMessage(
                        "root certificate file %s is not there: with sslmode=verify-full either"
                                + " make it, or use sslrootcert=system",
                        home.resolve(".postgresql/root.crt"));
    }

    @Test
    void rootCertificateOfTheUserIsFound() throws Exception {
        environment.put("PGPASSWORD", SecurePostgres.PASSWORD);
        var directory = Files.createDirectory(home.resolve(".postgresql"));
        Files.copy(Path.of(postgres.file("authority.crt")), directory.resolve("root.crt"));

        try (var connection = settings(url("localhost", "verify-full")).connect()) {
            assertThat(isEncrypted(connection)).isTrue();
        }
    }

    @Test
    void aCertificateIsEnoughForItsUser() throws Exception {
        trust("authority.crt");
        environment.put("PGUSER", "certified");
        environment.put("PGSSLCERT", postgres.file("client.crt"));
        environment.put("PGSSLKEY", postgres.file("client.key"));
        var url = "postgresql://localhost:%d/postgres".formatted(postgres.port());

        try (var connection = settings(url + "?sslmode=verify-full").connect()) {
            assertThat(connection.getMetaData().getUserName()).isEqualTo("certified");
        }
    }

    @Test
    void certificateAndKeyOfTheUserAreFound() throws Exception {
        var directory = Files.createDirectory(home.resolve(".postgresql"));
        Files.copy(Path.of(postgres.file("client.crt")), directory.resolve("postgresql.crt"));
        Files.copy(Path.of(postgres.file("client.key")), directory.resolve("postgresql.key"));
        var url = "postgresql://certified@localhost:%d/postgres".formatted(postgres.port());

        try (var connection = settings(url + "?sslmode=require").connect()) {
            assertThat(connection.getMetaData().getUserName()).isEqualTo("certified");
        }
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws Exception {
        var key = Files.copy(Path.of(postgres.file("client.key")), home.resolve("open.key"));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        environment.put("PGSSLCERT", postgres.file("client.crt"));
        environment.put("PGSSLKEY", key.toString());
        var url = "postgresql://certified@localhost:%d/postgres".formatted(postgres.port());

        assertThatThrownBy(() -> settings(url + "?sslmode=require").connect())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("open.key")
                .hasMessageContaining("0600");
    }

    @Test
    void aPasswordIsFoundInTheUsersFile() throws Exception {
        passwordFile("rw-------", "other:*:*:*:no\nlocalhost:*:*:postgres:" + WRITTEN + "\n");

        try (var connection = settings(url("localhost", "require")).connect()) {
            assertThat(isEncrypted(connection)).isTrue();
        }
    }

    @Test
    void aFileOfPasswordsThatOthersMayReadIsNotUsedAndThatIsSaid() throws Exception {
        passwordFile("rw-r-----", "*:*:*:*:" + WRITTEN + "\n");

        assertThatThrownBy(() -> settings(url("localhost", "require")).connect())
                .isInstanceOf(SQLException.class)
                .hasMessageEndingWith(
                        "(password file %s has group or world access; its permissions should be"
                                + " u=rw (0600) or less)",
                        home.resolve(".pgpass"))
                .hasMessageNotContaining("sesame");
    }

    @Test
    void aWrongPasswordIsInNoMessageAndNoLog() throws Exception {
        environment.put("PGPASSWORD", "close sesame");

        assertThatThrownBy(() -> settings(url("localhost", "require")).connect())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed")
                .satisfies(e ->
                        assertThat(org.assertj.core.util.Throwables.getStackTrace(e))
                                .doesNotContain("sesame"));
        assertThat(postgres.log()).doesNotContain("sesame");
    }

    @Test
    void theFirstOfSeveralServersThatCanBeReachedIsTaken() throws Exception {
        environment.put("PGPASSWORD", SecurePostgres.PASSWORD);
        var url =
                "postgresql://postgres@localhost:1,localhost:%d/postgres?sslmode=require"
                        .formatted(postgres.port());

        try (var connection = settings(url).connect()) {
            assertThat(isEncrypted(connection)).isTrue();
        }
    }

    @Test
    void aSocketInADirectoryIsUsedWithoutTls() throws Exception {
        environment.put("PGHOST", postgres.sockets().toString());
        environment.put("PGPORT", String.valueOf(postgres.port()));
        environment.put("PGPASSWORD", SecurePostgres.PASSWORD);
        environment.put("PGSSLMODE", "verify-full");

        try (var connection = settings("postgresql://postgres@/postgres").connect()) {
            assertThat(isEncrypted(connection)).isFalse();
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    @Test
    void aSocketThatIsNotThereIsNamed() {
        environment.put("PGHOST", home.toString());

        assertThatThrownBy(() -> settings("postgresql://postgres@/postgres").connect())
                .isInstanceOf(SQLException.class)
                .hasStackTraceContaining(home.resolve(".s.PGSQL.5432").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "path"})
    void aFrontierIsSharedByWhatIsSaidOnce(String host) throws Exception {
        passwordFile("rw-------", "*:*:*:*:" + WRITTEN + "\n");
        trust("authority.crt");
        if (host.equals("path")) {
            environment.put("PGHOST", postgres.sockets().toString());
        } else {
            environment.put("PGHOST", host);
        }
        environment.put("PGPORT", String.valueOf(postgres.port()));
        var settings = settings("postgresql://postgres@/postgres?sslmode=verify-full");
        var options = PostgresOptions.of("one").crawl("of_" + host);

        try (var frontier = PostgresFrontier.open(settings, options)) {
            frontier.discovered(Entry.of("http://a/1", "http://a", 1, ""));
            var claim = Objects.requireNonNull(frontier.claim(Duration.ofMinutes(1), _ -> true));
            frontier.done(claim, State.DONE, "");
        }

        assertThat(CrawlStatus.read(settings, "of_" + host).urls()).containsEntry(State.DONE, 1L);
        assertThat(postgres.log()).doesNotContain("sesame");
    }
}
