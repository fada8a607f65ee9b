// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a green thread has of the one that spawned it.
@Timeout(60)
class InheritanceTest {
    private static final ScopedValue<String> USER = ScopedValue.newInstance();
    private static final ScopedValue<String> ROLE = ScopedValue.newInstance();

    private static GreenThread<String> spawnLooking() {
        return Eventlet.spawn(() -> USER.orElse("nobody") + " " + ROLE.orElse("nothing"));
    }

    /// Defect 16 of Eventlet: context variables do not reach what is spawned.
    @Test
    @Tag("hub-only")
    void aChildSeesTheScopedValuesOfItsSpawner() {
        var child =
                Eventlet.spawn(
                        () -> ScopedValue.where(USER, "ann").call(() -> spawnLooking().await()));

        assertThat(child.await()).isEqualTo("ann nothing");
    }

    @Test
    @Tag("hub-only")
    void aChildOfAPlatformThreadSeesItsScopedValues() {
        var child = ScopedValue.where(USER, "ann").call(InheritanceTest::spawnLooking);

        assertThat(child.await()).isEqualTo("ann nothing");
    }

    @Test
    @Tag("hub-only")
    void scopedValuesReachGrandchildrenAndNest() {
        var child =
                ScopedValue.where(USER, "ann")
                        .call(() ->
                                Eventlet.spawn(() ->
                                        ScopedValue.where(ROLE, "boss")
                                                .call(() -> spawnLooking().await())));

        assertThat(child.await()).isEqualTo("ann boss");
    }

    @Test
    void aChildOutlivesTheScopeAndKeepsItsValue() {
        var spawned = ScopedValue.where(USER, "ann").call(InheritanceTest::spawnLooking);
        var after = spawnLooking();

        assertThat(after.await()).isEqualTo("nobody nothing");
        assertThat(spawned.await()).endsWith("nothing");
    }

    @Test
    void aChildWithoutANameHasThatOfItsSpawner() {
        var name =
                Eventlet.spawn(
                        "family",
                        () -> Eventlet.spawn(() -> Thread.currentThread().getName()).await());

        assertThat(name.await()).isEqualTo("family");
    }

    @Test
    void aChildWithANameKeepsIt() {
        var name =
                Eventlet.spawn(
                        "family",
                        () ->
                                Eventlet.spawn("own", () -> Thread.currentThread().getName())
                                        .await());

        assertThat(name.await()).isEqualTo("own");
    }

    @Test
    void aChildRunsOnTheHubOfItsSpawner() {
        try (var hub = Hub.start("family")) {
            var child = Eventlet.spawnOn(hub, () -> Eventlet.spawn(() -> Hub.current()).await());

            assertThat(child.await()).isSameAs(hub);
        }
    }

    @Test
    void whatAPlatformThreadSpawnsRunsOnTheMainHub() {
        assertThat(Eventlet.run(() -> Hub.current())).isSameAs(Hub.main());
        assertThat(Hub.current()).isSameAs(Hub.main());
    }
}
