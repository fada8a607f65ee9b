// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import io.eventlet.libraries.servers.LocalServer;
import io.eventlet.libraries.servers.Mariadb;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/// Our pool over MariaDB.
@Timeout(180)
class MariadbConnectionPoolTest extends ConnectionPoolStorms {
    private static LocalServer server;
    private static Database database;

    @BeforeAll
    static void start() throws Exception {
        server = Mariadb.start();
        database = Database.mariadb(Mariadb.url(server));
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
        return "MariaDB's driver";
    }

    @Override
    String table() {
        return "mysql.kept";
    }
}
