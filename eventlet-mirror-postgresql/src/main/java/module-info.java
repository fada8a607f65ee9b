// SPDX-License-Identifier: Apache-2.0

/// A mirror's frontier in PostgreSQL, for any number of workers.
@org.jspecify.annotations.NullMarked
@SuppressWarnings("module") // the driver is not there when this is compiled
module io.eventlet.mirror.postgresql {
    requires static org.jspecify;
    requires transitive io.eventlet.db;
    requires transitive io.eventlet.mirror;

    exports io.eventlet.mirror.postgresql;
    exports io.eventlet.mirror.postgresql.driver to
            org.postgresql.jdbc;
}
