// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import io.eventlet.wait.Interrupts;

import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.util.Set;

/// What an error that came out of a driver says of the connection.
final class Failures {
    private static final int MOST_FOLLOWING = 16; // chains may be rings
    private static final String CONNECTION_CLASS = "08"; // of SQL states

    /// States of class 57 and 25 in which PostgreSQL ends the session, and "disconnect error":
    /// https://www.postgresql.org/docs/current/errcodes-appendix.html
    private static final Set<String> FATAL =
            Set.of("57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04", "01002");

    private static final System.Logger LOGGER = System.getLogger("io.eventlet");

    private Failures() {}

    /// Whether a connection that has thrown it is not to be used any more: it is lost, or a
    /// cancellation has hit it, or nobody knows in what state the driver is.
    static boolean isFatal(Throwable error) {
        if (!(error instanceof SQLException first) || isCancellation(error)) {
            return true;
        }
        @Nullable SQLException e = first;
        for (int i = 0; e != null && i < MOST_FOLLOWING; i++) {
            if (isLoss(e)) {
                return true;
            }
            e = e.getNextException();
        }
        return false;
    }

    private static boolean isLoss(SQLException e) {
        if (e instanceof SQLNonTransientConnectionException
                || e instanceof SQLRecoverableException) {
            return true;
        }
        var state = e.getSQLState();
        return state != null && (state.startsWith(CONNECTION_CLASS) || FATAL.contains(state));
    }

    /// Whether it only says that the thread was to stop: nothing of the server, nor of other
    /// connections.
    static boolean isCancellation(Throwable error) {
        return error instanceof Error || Interrupts.areBehind(error);
    }

    /// Logs that a connection could not be made as it was, and is closed therefore: as a warning if
    /// it was neither lost nor cancelled.
    static void tellOfRestore(String pool, SQLException error) {
        LOGGER.log(
                isFatal(error) ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                () -> "%s closes a connection that could not be restored".formatted(pool),
                error);
    }

    static void tellOfClose(String pool, SQLException error) {
        LOGGER.log(
                System.Logger.Level.DEBUG,
                () -> "%s could not close a connection in order".formatted(pool),
                error);
    }
}
