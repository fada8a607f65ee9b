// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import org.jspecify.annotations.Nullable;

import java.net.UnknownHostException;
import java.sql.SQLException;

import javax.net.ssl.SSLPeerUnverifiedException;

/// Says of a connection that could not be made what the driver leaves out.
final class ConnectionFailure {
    private static final String REFUSED = "08004"; // of SQL: the server rejected the connection
    private static final String VERIFIER = "PgjdbcHostnameVerifier"; // who says so, in any language

    private ConnectionFailure() {}

    /// @param complaint about the file of passwords; null if there is none
    static SQLException explain(
            SQLException failure, boolean hasPassword, @Nullable String complaint) {
        var text = String.valueOf(failure.getMessage());
        if (failure.getCause() == null && text.contains(VERIFIER)) { // it is of TLS
            var cause = new SSLPeerUnverifiedException(text);
            cause.initCause(failure);
            return new SQLException(text, failure.getSQLState(), cause);
        }
        var more = "";
        if (failure.getCause() instanceof UnknownHostException unknown) {
            more = ": " + unknown.getMessage();
        } else if (complaint != null) {
            more = " (" + complaint + ")";
        } else if (!hasPassword && REFUSED.equals(failure.getSQLState())) {
            more = " (none was found in PGPASSWORD, PGPASSFILE or ~/.pgpass)";
        }
        return more.isEmpty()
                ? failure
                : new SQLException(failure.getMessage() + more, failure.getSQLState(), failure);
    }
}
