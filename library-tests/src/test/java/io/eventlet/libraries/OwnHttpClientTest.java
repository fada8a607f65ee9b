// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.libraries.storm.Storm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The client of `eventlet-http` before an nginx, whose connections all share.
@Timeout(180)
class OwnHttpClientTest {
    private static final int SOME = 2_000; // questions
    private static final int MANY = 40_000;

    @Test
    @Tag("hub-only")
    void clientServesOnAfterTimeoutsAndKills() throws Exception {
        stormOverClient(SOME);
    }

    @Test
    @Tag("hub-only")
    @Tag("stress")
    @Timeout(600)
    void clientServesOnAfterManyTimeoutsAndKills() throws Exception {
        stormOverClient(MANY);
    }

    private static void stormOverClient(int questions) throws Exception {
        try (var own = OwnHttpClient.open();
                var storm = Storm.of("HttpClient", questions)) {
            storm.rage(own);
            storm.assertAnswers(own);
            assertThat(own.client().inUse()).isZero();
            assertThat(own.client().idle()).isLessThanOrEqualTo(2 * OwnHttpClient.POOLED);
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
        try (var own = OwnHttpClient.open();
                var storm = Storm.of("HttpClient, of a server that dies", questions)) {
            storm.rage(
                    own,
                    () -> {
                        own.nginx().server().kill();
                        own.nginx().server().restart();
                    });
            storm.assertRecovers(own, 2 * OwnHttpClient.POOLED);
            assertThat(own.client().inUse()).isZero();
        }
    }
}
