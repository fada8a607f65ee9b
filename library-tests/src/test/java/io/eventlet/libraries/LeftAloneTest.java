// SPDX-License-Identifier: Apache-2.0
package io.eventlet.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.hub.Hub;
import io.eventlet.libraries.storm.Storm;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Netty and gRPC, which have event loops of their own, where all parts are patched.
@Tag("hub-only")
@Timeout(180)
class LeftAloneTest {
    private static final int SOME = 500; // questions
    private static final int MANY = 20_000;

    @BeforeAll
    static void patch() throws Exception {
        AllParts.patch();
    }

    @AfterAll
    static void undo() {
        AllParts.undo();
    }

    @Test
    void nettyIsAskedAllAtOnceAndItsLoopsAreThreadsOfThePlatform() throws Exception {
        try (var hub = Hub.start("patched");
                var netty = LeftAlone.Netty.open()) {
            AllAtOnce.assertAnswered(hub, netty, netty.held());

            assertThat(netty.loops().keySet()).isNotEmpty().noneMatch(Thread::isVirtual);
        }
    }

    @Test
    void nettyAnswersOnAfterTimeoutsAndKills() throws Exception {
        stormOverNetty(SOME);
    }

    @Test
    @Tag("stress")
    @Timeout(600)
    void nettyAnswersOnAfterManyTimeoutsAndKills() throws Exception {
        stormOverNetty(MANY);
    }

    @Test
    void grpcIsAskedAllAtOnce() throws Exception {
        try (var hub = Hub.start("patched");
                var grpc = LeftAlone.Grpc.open()) {
            AllAtOnce.assertAnswered(hub, grpc, grpc.held());
        }
    }

    @Test
    void grpcAnswersOnAfterTimeoutsAndKills() throws Exception {
        stormOverGrpc(SOME);
    }

    @Test
    @Tag("stress")
    @Timeout(600)
    void grpcAnswersOnAfterManyTimeoutsAndKills() throws Exception {
        stormOverGrpc(MANY);
    }

    private static void stormOverNetty(int questions) throws Exception {
        try (var storm = Storm.of("Netty, patched", questions);
                var netty = LeftAlone.Netty.open()) {
            storm.tolerateInterrupted(); // its loops answer on threads beside the hubs
            storm.rage(netty);
            storm.assertAnswers(netty);
        }
    }

    private static void stormOverGrpc(int questions) throws Exception {
        try (var storm = Storm.of("gRPC, patched", questions);
                var grpc = LeftAlone.Grpc.open()) {
            storm.tolerateInterrupted(); // likewise
            storm.rage(grpc);
            storm.assertAnswers(grpc);
        }
    }
}
