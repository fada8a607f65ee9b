// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import io.eventlet.libraries.storm.Storm;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Apache HttpClient 4, whose connections all share.
@Timeout(180)
class HttpClient4Test {
    private static final int SOME = 2_000; // questions
    private static final int MANY = 40_000;

    private static Site site;

    @BeforeAll
    static void open() throws Exception {
        site = Site.open();
    }

    @AfterAll
    static void close() {
        if (site != null) {
            site.close();
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
        try (var client = HttpClient4.open(site);
                var storm = Storm.of("Apache HttpClient 4", questions)) {
            storm.rage(client);
            storm.assertAnswers(client);
        }
    }

    @Test
    @Tag("hub-only")
    void clientRecoversFromTheDeathOfTheServer() throws Exception {
        stormAroundDeath(SOME);
    }

    @Test
    @Tag("hub-only")
    @Tag("stress")
    @Timeout(600)
    void clientRecoversFromTheDeathOfTheServerUnderLoad() throws Exception {
        stormAroundDeath(MANY);
    }

    private static void stormAroundDeath(int questions) throws Exception {
        try (var client = HttpClient4.open(site);
                var storm = Storm.of("Apache HttpClient 4, of a server that dies", questions)) {
            storm.rage(
                    client,
                    () -> {
                        site.nginx().kill();
                        site.nginx().restart();
                    });
            storm.assertRecovers(client, HttpClient4.POOLED);
        }
    }
}
