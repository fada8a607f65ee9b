// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import io.eventlet.libraries.servers.LocalServer;
import io.eventlet.libraries.servers.Postgres;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/// Our pool over PostgreSQL.
@Timeout(180)
class PostgresConnectionPoolTest extends ConnectionPoolStorms {
    private static LocalServer server;
    private static Database database;

    @BeforeAll
    static void start() throws Exception {
        server = Postgres.start();
        database = Database.postgres(Postgres.url(server));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    LocalServer server() {
        return server;
    }

    @Override
    Database database() {
        return database;
    }

    @Override
    String driver() {
        return "pgjdbc";
    }

    @Override
    String table() {
        return "public.kept";
    }
}
