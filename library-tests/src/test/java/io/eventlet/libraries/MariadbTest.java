// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import io.eventlet.libraries.servers.LocalServer;
import io.eventlet.libraries.servers.Mariadb;
import io.eventlet.libraries.storm.Storm;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;

/// MariaDB: MariaDB's driver alone, and under HikariCP.
@Timeout(180)
class MariadbTest {
    private static final int SOME = 1_000; // questions
    private static final int MANY = 30_000;

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

    @Test
    void connectionAnswersItsOwnQuestionsOrIsBroken() throws Exception {
        stormOverConnections(3 * SOME);
    }

    @Test
    @Tag("stress")
    @Timeout(600)
    void connectionAnswersManyQuestionsOrIsBroken() throws Exception {
        stormOverConnections(3 * MANY);
    }

    private static void stormOverConnections(int questions) throws Exception {
        var connections = new ArrayList<OwnConnection>();
        try (var storm = Storm.of("MariaDB's driver", questions)) {
            storm.rage(() -> {
                var connection = new OwnConnection(database);
                connections.add(connection);
                return connection;
            });
            for (var connection : connections) {
                storm.assertAnswers(connection);
                connection.close();
            }
        }
    }

    @Test
    @Tag("hub-only")
    void poolServesOnAfterTimeoutsAndKills() throws Exception {
        stormOverPool(SOME);
    }

    @Test
    @Tag("hub-only")
    @Tag("stress")
    @Timeout(600)
    void poolServesOnAfterManyTimeoutsAndKills() throws Exception {
        stormOverPool(MANY);
    }

    private static void stormOverPool(int questions) throws Exception {
        try (var pool = database.pool();
                var storm = Storm.of("HikariCP over MariaDB's driver", questions)) {
            storm.rage(database.over(pool));
            storm.assertAnswers(database.over(pool));
        }
    }

    @Test
    @Tag("hub-only")
    void poolRecoversFromTheDeathOfTheServer() throws Exception {
        stormAroundDeath(SOME);
    }

    @Test
    @Tag("hub-only")
    @Tag("stress")
    @Timeout(600)
    void poolRecoversFromTheDeathOfTheServerUnderLoad() throws Exception {
        stormAroundDeath(MANY);
    }

    private static void stormAroundDeath(int questions) throws Exception {
        try (var pool = database.pool();
                var storm =
                        Storm.of(
                                "HikariCP over MariaDB's driver, of a server that dies",
                                questions)) {
            storm.rage(
                    database.over(pool),
                    () -> {
                        server.kill();
                        server.restart();
                    });
            storm.assertRecovers(database.over(pool), Database.POOLED);
        }
    }
}
