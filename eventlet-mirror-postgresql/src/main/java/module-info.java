// SPDX-License-Identifier: Apache-2.0

/// A mirror's frontier in PostgreSQL, for any number of workers.
@org.jspecify.annotations.NullMarked
module io.eventlet.mirror.postgresql {
    requires static org.jspecify;
    requires transitive io.eventlet.db;
    requires transitive io.eventlet.mirror;

    exports io.eventlet.mirror.postgresql;
}
