// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.sql.SQLException;

@Timeout(60)
class ConnectionFailureTest {
    private static final String REFUSED = "08004";

    private static Throwable explained(
            SQLException failure, boolean hasPassword, @Nullable String complaint) {
        return ConnectionFailure.explain(failure, hasPassword, complaint);
    }

    @Test
    void theStateIsThatOfTheFailure() {
        var failure = new SQLException("no", REFUSED);

        assertThat(ConnectionFailure.explain(failure, false, null).getSQLState())
                .isEqualTo(REFUSED);
    }

    @Test
    void aHostThatIsNotThereIsNamed() {
        var failure =
                new SQLException(
                        "The connection attempt failed.",
                        "08001",
                        new UnknownHostException("db: there is no such host"));

        assertThat(explained(failure, true, null))
                .hasMessage("The connection attempt failed.: db: there is no such host")
                .hasCause(failure);
    }

    @Test
    void whereAPasswordWasLookedForIsSaidIfThereIsNone() {
        var failure = new SQLException("the password is an empty string.", REFUSED);

        assertThat(explained(failure, false, null))
                .hasMessage(
                        "the password is an empty string. (none was found in PGPASSWORD, PGPASSFILE"
                                + " or ~/.pgpass)");
    }

    @Test
    void aPasswordThatIsRefusedIsNotMissing() {
        var failure = new SQLException("no TLS here", REFUSED);

        assertThat(explained(failure, true, null)).isSameAs(failure);
    }

    @Test
    void aFileThatWasNotReadIsToldInsteadOfAllPlaces() {
        var failure = new SQLException("the password is an empty string.", REFUSED);

        assertThat(explained(failure, false, "password file has group access"))
                .hasMessage("the password is an empty string. (password file has group access)");
    }

    @Test
    void whatTheDriverSaysWellIsLeftAsItIs() {
        var failure = new SQLException("Connection refused.", "08001", new ConnectException());

        assertThat(explained(failure, false, null)).isSameAs(failure);
    }
}
