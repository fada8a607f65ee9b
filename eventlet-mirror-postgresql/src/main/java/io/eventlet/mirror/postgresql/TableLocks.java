// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import io.eventlet.Eventlet;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// The tables of a crawl for one transaction alone, beside workers that use them in any order.
///
/// Whoever waits for a table while it has another may wait for a worker that waits for it. So each
/// attempt is short, and gives back what it has got; the workers go on in between.
final class TableLocks {
    private static final Set<String> PASSING = Set.of("55P03", "40P01"); // no lock; a deadlock
    private static final int ATTEMPT_MILLIS = 200; // less than a deadlock takes to be found
    private static final int LONGEST_PAUSE_MILLIS = 200;

    private TableLocks() {}

    /// Throws an `SQLException` if others have some of them until the patience has ended.
    static void take(Connection connection, String crawl, Duration patience) throws SQLException {
        long begin = System.nanoTime();
        try (var statement = connection.createStatement()) {
            var tables = tables(statement, crawl);
            while (!isTaken(connection, statement, tables)) {
                if (Duration.ofNanos(System.nanoTime() - begin).compareTo(patience) >= 0) {
                    throw new SQLException(
                            "the tables of crawl '%s' have to be brought to version %d, and others are using them all the time"
                                    .formatted(crawl, Schema.VERSION),
                            "55P03");
                }
                Eventlet.sleep(
                        Duration.ofMillis(
                                ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_MILLIS)));
            }
        }
    }

    /// Those of its version, with commas between them.
    private static String tables(Statement statement, String crawl) throws SQLException {
        try (var rows =
                statement.executeQuery(
                        """
                        select string_agg(format('%%I.%%I', schemaname, tablename), ', ')
                        from pg_tables where schemaname = '%s'
                            and tablename in ('crawl', 'host', 'tally', 'url', 'worker')
                        """
                                .formatted(crawl))) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static boolean isTaken(Connection connection, Statement statement, String tables)
            throws SQLException {
        var before = connection.setSavepoint();
        try {
            statement.execute("set local lock_timeout = " + ATTEMPT_MILLIS);
            statement.execute("lock table %s in access exclusive mode".formatted(tables));
            statement.execute("set local lock_timeout to default");
            connection.releaseSavepoint(before);
            return true;
        } catch (SQLException e) {
            connection.rollback(before);
            if (PASSING.contains(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }
}
