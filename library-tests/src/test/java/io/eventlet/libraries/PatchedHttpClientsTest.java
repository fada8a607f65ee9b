// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import io.eventlet.hub.Hub;
import io.eventlet.libraries.storm.Storm;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Libraries that ask by HTTP, as they are, where sockets, threads and executors are patched.
@Tag("hub-only")
@Timeout(180)
class PatchedHttpClientsTest {
    private static final int SOME = 500; // questions
    private static final int MANY = 30_000;
    private static final int FEW_CONNECTIONS = 8;

    private static Site site;

    @BeforeAll
    static void open() throws Exception {
        site = Site.open();
        AllParts.patch();
    }

    @AfterAll
    static void close() {
        AllParts.undo();
        if (site != null) {
            site.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void asksAllAtOnce(HttpClientsAsTheyAre kind) throws Exception {
        try (var hub = Hub.start("patched");
                var client = kind.open(site, AllAtOnce.COUNT)) {
            AllAtOnce.assertAnswered(hub, client.library(), site.echo().held());
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersOnAfterTimeoutsAndKills(HttpClientsAsTheyAre kind) throws Exception {
        storm(kind, SOME);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("stress")
    @Timeout(900)
    void answersOnAfterManyTimeoutsAndKills(HttpClientsAsTheyAre kind) throws Exception {
        storm(kind, MANY);
    }

    private static void storm(HttpClientsAsTheyAre kind, int questions) throws Exception {
        try (var storm = Storm.of(kind + ", patched", questions);
                var client = kind.open(site, FEW_CONNECTIONS)) {
            if (kind.mayAnswerWhoIsInterrupted()) {
                storm.tolerateInterrupted();
            }
            storm.rage(client.library());
            storm.assertAnswers(client.library());
        }
    }
}
