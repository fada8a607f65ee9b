// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import io.eventlet.libraries.servers.LocalServer;
import io.eventlet.libraries.servers.Redis;
import io.eventlet.libraries.storm.Storm;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Jedis, whose connections all share.
@Tag("hub-only")
@Timeout(180)
class JedisTest {
    private static final int SOME = 2_000; // questions
    private static final int MANY = 60_000;

    private static LocalServer server;

    @BeforeAll
    static void start() throws Exception {
        server = Redis.start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void clientServesOnAfterTimeoutsAndKills() throws Exception {
        stormOverClient(SOME);
    }

    @Test
    @Tag("stress")
    @Timeout(600)
    void clientServesOnAfterManyTimeoutsAndKills() throws Exception {
        stormOverClient(MANY);
    }

    private static void stormOverClient(int questions) throws Exception {
        try (var client = Jedis.open(server.port());
                var storm = Storm.of("Jedis", questions)) {
            storm.rage(client);
            storm.assertAnswers(client);
        }
    }

    @Test
    void clientRecoversFromTheDeathOfTheServer() throws Exception {
        stormAroundDeath(SOME);
    }

    @Test
    @Tag("stress")
    @Timeout(600)
    void clientRecoversFromTheDeathOfTheServerUnderLoad() throws Exception {
        stormAroundDeath(MANY);
    }

    private static void stormAroundDeath(int questions) throws Exception {
        try (var client = Jedis.open(server.port());
                var storm = Storm.of("Jedis, of a server that dies", questions)) {
            storm.rage(
                    client,
                    () -> {
                        server.kill();
                        server.restart();
                    });
            storm.assertRecovers(client, Jedis.POOLED);
        }
    }
}
