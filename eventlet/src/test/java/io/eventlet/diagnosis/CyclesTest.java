// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenPool;
import io.eventlet.GreenThread;
import io.eventlet.Task;
import io.eventlet.hub.Hub;
import io.eventlet.limit.KeyedLimit;
import io.eventlet.offload.Offload;
import io.eventlet.resource.TokenPool;
import io.eventlet.testing.junit.NoLeaks;
import io.eventlet.wait.Strand;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Which threads that wait for each other are a deadlock, whatever anybody else does.
@Tag("hub-only")
@Timeout(60)
@ExtendWith(NoLeaks.class)
class CyclesTest {
    private static List<Strand> strandsThatWait(List<? extends GreenThread<?>> threads) {
        var strands = new ArrayList<Strand>();
        for (var green : threads) {
            if (green.thread().getUncaughtExceptionHandler() instanceof Strand strand) {
                strands.add(strand);
            }
            Eventually.until(() -> green.thread().getState().name().endsWith("WAITING"));
        }
        assertThat(strands).hasSameSizeAs(threads);
        return strands;
    }

    private static void assertOthersCouldEnd(GreenThread<?>... threads) {
        var strands = strandsThatWait(List.of(threads));

        assertThat(Cycles.find(strands)).isEmpty();
        Eventually.until(() -> Cycles.findAlsoEndable(strands).size() == 1); // all are there
    }

    /// Spawns a thread that is the second, given the first, which awaits it.
    private static void awaitSecond(Event<GreenThread<?>> told, Task body) {
        var second = Eventlet.spawn(body);
        told.send(second);
        second.join();
    }

    @Test
    void waitThatHasALimitIsInNone() {
        var second = new Event<GreenThread<?>>();
        var first = Eventlet.spawn(() -> second.await().await(Duration.ofHours(1)));
        second.send(Eventlet.spawn(() -> first.await()));

        var strands = strandsThatWait(List.of(first, second.await()));

        assertThat(Cycles.find(strands)).isEmpty();
        assertThat(Cycles.findAlsoEndable(strands)).isEmpty();
        first.kill();
        first.join();
        second.await().join();
    }

    @Test
    void waitForThreadsOfAPoolToEndIsInOne() {
        var pool = new GreenPool(1);
        var waiter = new Event<GreenThread<?>>();
        var member = pool.spawn(() -> waiter.await().join());
        waiter.send(Eventlet.spawn(() -> pool.waitall()));

        var strands = strandsThatWait(List.of(member, waiter.await()));

        assertThat(Cycles.find(strands)).hasSize(1);
        waiter.await().kill();
        member.join();
    }

    @Test
    void waitForALeaseIsInNoneThatOthersCouldNotEnd() {
        var tokens = new TokenPool(1);
        var lease = tokens.item();
        var second = new Event<GreenThread<?>>();
        var first =
                Eventlet.spawn(() -> {
                    var ignored = lease.get(); // who has it now
                    awaitSecond(second, () -> tokens.item().close());
                });
        Eventually.until(() -> tokens.waiting() == 1);

        assertOthersCouldEnd(first, second.await());

        lease.close();
        first.join();
    }

    @Test
    void waitForAPermitOfAPoolIsInNoneThatOthersCouldNotEnd() {
        var pool = new GreenPool(1);
        var second = new Event<GreenThread<?>>();
        var first = pool.spawn(() -> awaitSecond(second, () -> pool.spawn(() -> {}).join()));
        Eventually.until(() -> pool.waiting() == 1);

        assertOthersCouldEnd(first, second.await());

        pool.resize(2);
        first.join();
    }

    @Test
    void waitForAPermitOfAKeyIsInNoneThatOthersCouldNotEnd() {
        var limit = new KeyedLimit<String>(1);
        var permit = new Event<KeyedLimit<String>.Permit>();
        var second = new Event<GreenThread<?>>();
        var first =
                Eventlet.spawn(() -> {
                    permit.send(limit.enter("key"));
                    awaitSecond(second, () -> limit.enter("key").close());
                });
        Eventually.until(() -> limit.waiting("key") == 1);

        assertOthersCouldEnd(first, second.await());

        permit.await().close();
        first.join();
    }

    @Test
    void waitForAThreadOfAnOffloadIsInNoneThatOthersCouldNotEnd() {
        var second = new Event<GreenThread<?>>();
        try (var offload = Offload.named("one", 1)) {
            var first =
                    Eventlet.spawn(() -> {
                        var self = Objects.requireNonNull(Eventlet.current());
                        offload.run(() -> {
                            second.send(Eventlet.spawnOn(self.hub(), () -> offload.run(() -> {})));
                            second.await().join();
                        });
                    });
            Eventually.until(() -> offload.statistics().waiting() == 1);

            assertOthersCouldEnd(first, second.await());

            offload.resize(2);
            first.join();
        }
    }

    @Test
    void waitForTheRunningTaskOfAnOffloadIsInOne() {
        try (var hub = Hub.start("cyclic");
                var offload = Offload.named("one", 1)) {
            var caller =
                    Eventlet.spawnOn(
                            hub,
                            () -> {
                                var self = Objects.requireNonNull(Eventlet.current());
                                offload.run(() -> self.join());
                            });
            Eventually.until(() -> offload.statistics().busy() == 1);
            var strands = strandsThatWait(List.of(caller));

            Eventually.until(() -> !Cycles.find(strands).isEmpty());

            caller.kill();
            caller.join();
        }
    }
}
