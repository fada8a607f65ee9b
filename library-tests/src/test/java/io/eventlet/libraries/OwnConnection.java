// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import io.eventlet.libraries.storm.Library;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;

/// Asks a database by one connection, again and again. After a question that did not end well the
/// connection has to be right or to say that it is broken: then another one is opened.
final class OwnConnection implements Library, AutoCloseable {
    private static final int PATIENCE_SECONDS = 10;

    private final Database database;
    private @Nullable Connection connection;
    private boolean suspect; // the last question did not end well

    OwnConnection(Database database) {
        this.database = database;
    }

    @Override
    public long ask(long question, long millis) throws SQLException {
        boolean wasSuspect = suspect;
        try {
            return askOnce(question, millis);
        } catch (SQLException e) {
            if (wasSuspect && isBroken()) {
                close();
                return askOnce(question, millis);
            }
            throw e;
        }
    }

    private long askOnce(long question, long millis) throws SQLException {
        var known = connection;
        if (known == null || known.isClosed()) {
            known = database.connect();
            connection = known;
        }
        suspect = true;
        long answer = database.ask(known, question, millis);
        suspect = false;
        return answer;
    }

    private boolean isBroken() throws SQLException {
        var known = connection;
        return known != null && !known.isValid(PATIENCE_SECONDS);
    }

    @Override
    public void close() throws SQLException {
        var known = connection;
        connection = null;
        suspect = false;
        if (known != null) {
            known.close();
        }
    }
}
