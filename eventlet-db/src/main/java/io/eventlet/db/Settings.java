// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/// The settings of a connection of the driver's, as they were when it was opened.
///
/// Each is read when it is to be changed for the first time, since drivers ask the server for some.
/// Belongs to whoever holds the connection.
final class Settings {
    private final Connection connection;
    private final Map<Setting, @Nullable Object> originals = new EnumMap<>(Setting.class);
    private final Set<Setting> changed = EnumSet.noneOf(Setting.class);
    private boolean autoCommit;

    Settings(Connection connection) throws SQLException {
        this.connection = connection;
        autoCommit = connection.getAutoCommit();
        originals.put(Setting.AUTO_COMMIT, autoCommit);
    }

    /// Called before one is changed.
    void change(Setting setting) throws SQLException {
        if (!originals.containsKey(setting)) {
            originals.put(setting, setting.read(connection));
        }
        changed.add(setting);
    }

    /// Called after that of the auto-commit mode has been changed.
    void autoCommit(boolean on) {
        autoCommit = on;
    }

    /// Rolls back what was not committed, and makes all as it was; false if that cannot be done.
    boolean restore() throws SQLException {
        if (!autoCommit) { // before that is set, which would commit
            connection.rollback();
        }
        if (!changed.isEmpty() && !restoreChanged()) {
            return false;
        }
        connection.clearWarnings();
        return true;
    }

    private boolean restoreChanged() throws SQLException {
        for (var setting : changed) { // in their order
            if (!setting.restore(connection, originals.get(setting))) {
                return false;
            }
        }
        changed.clear();
        autoCommit = Boolean.TRUE.equals(originals.get(Setting.AUTO_COMMIT));
        if (!autoCommit) { // what drivers do by a statement would be rolled back with the next user
            connection.commit();
        }
        return true;
    }
}
