// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// A file of passwords.
@Timeout(60)
class PasswordFileTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init") // JUnit calls write()
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file =
                Files.writeString(
                        directory.resolve("passwords"),
                        """
                        # host:port:database:user:password
                        too:few:fields

                        a:5432:x:me:first
                        a:*:*:me:second
                        \\:\\:1:5432:x:me:by address
                        /run:5432:x:me:of\\:a\\\\socket:
                        *:*:*:you:all
                        """);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "a, 5432, x, me, first",
                "a, 5432, y, me, second",
                "a, 1, x, me, second",
                "::1, 5432, x, me, by address",
                "/run, 5432, x, me, 'of:a\\socket:'",
                "b, 5432, x, you, all",
                "b, 5432, x, me, none"
            })
    void theFirstLineThatFitsIsTaken(
            String host, String port, String database, String user, String password) {
        var passwords = PasswordFile.read(file);

        assertThat(passwords.find(host, port, database, user)).isEqualTo(password);
    }

    @ParameterizedTest
    @CsvSource({"rw-r-----", "rw----r--", "rw--w----", "rwx--x--x"})
    void aFileThatOthersHaveAccessToIsNotRead(String permissions) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        var passwords = PasswordFile.read(file);

        assertThat(passwords.lines()).isEmpty();
        assertThat(passwords.complaint())
                .isEqualTo(
                        "password file %s has group or world access; its permissions should be"
                                + " u=rw (0600) or less",
                        file);
    }

    @Test
    void whatIsNoFileIsNotRead() {
        var passwords = PasswordFile.read(directory);

        assertThat(passwords.complaint()).endsWith("is not a plain file");
    }

    @Test
    void noFileIsNoMistake() {
        var passwords = PasswordFile.read(directory.resolve("none"));

        assertThat(passwords.lines()).isEmpty();
        assertThat(passwords.complaint()).isNull();
    }
}
