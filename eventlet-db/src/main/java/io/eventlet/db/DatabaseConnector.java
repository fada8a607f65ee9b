// SPDX-License-Identifier: Apache-2.0
package io.eventlet.db;

import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/// A [ConnectionPool] for each database of each host.
///
/// ```java
/// var databases = new DatabaseConnector((host, database) ->
///         ConnectionPool.builder("jdbc:postgresql://%s/%s".formatted(host, database)).max(4));
/// try (var connection = databases.get("db1.example.org", "shop").getConnection()) {
///     …
/// }
/// ```
///
/// Thread-safe.
public final class DatabaseConnector implements AutoCloseable {
    private final PoolFor pools;
    private final Map<Key, ConnectionPool> open = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /// How the pool of a database is to be.
    @FunctionalInterface
    public interface PoolFor {
        /// Called when a pool is first asked for, by several threads at once.
        ConnectionPoolBuilder database(String host, String database) throws SQLException;
    }

    private record Key(String host, String database) {}

    /// A connector that makes pools when they are first asked for.
    public DatabaseConnector(PoolFor pools) {
        this.pools = Objects.requireNonNull(pools);
    }

    /// The pool of a database: always the same, until it is closed here. Waits only if the pool is
    /// to have connections from the start, and throws what opening those throws.
    public ConnectionPool get(String host, String database) throws SQLException {
        var key = new Key(Objects.requireNonNull(host), Objects.requireNonNull(database));
        ensureOpen();
        var known = open.get(key);
        if (known != null) {
            return known;
        }
        var made = pools.database(host, database).open();
        var there = open.putIfAbsent(key, made);
        if (there != null) {
            made.close();
            return there;
        }
        if (closed) { // meanwhile: who closes it may not have seen this one
            made.close();
            ensureOpen();
        }
        return made;
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("the connector of databases has been closed");
        }
    }

    /// Closes all pools.
    @Override
    public void close() {
        closed = true;
        open.values().forEach(ConnectionPool::close);
    }

    @Override
    public String toString() {
        return "connector of databases: " + open.values();
    }
}
