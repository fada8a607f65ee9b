// SPDX-License-Identifier: Apache-2.0

/// Connections to databases for green threads: a pool behind `javax.sql.DataSource`.
@org.jspecify.annotations.NullMarked
module io.eventlet.db {
    requires static org.jspecify;
    requires transitive io.eventlet;
    requires transitive java.sql;

    exports io.eventlet.db;
}
