// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// What a green thread has from its spawner. Defect 16 of Eventlet, mended: there a spawned thread
/// does not see its spawner's context variables.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GreenThreadInheritanceTest {
    private static final ScopedValue<String> USER = ScopedValue.newInstance();
    private static final ScopedValue<String> REQUEST = ScopedValue.newInstance();

    private static String user() {
        return USER.orElse("nobody");
    }

    @Test
    @Tag("hub-only")
    void scopedValuesOfAPlatformThreadReachWhatItSpawns() {
        var child = ScopedValue.where(USER, "ann").call(() -> Eventlet.spawn(() -> user()));

        assertThat(child.await()).isEqualTo("ann");
    }

    /// From gevent's test__greenlet.py: TestBasic.test_tree_locals.
    @Test
    @Tag("hub-only")
    void scopedValuesReachGrandchildrenAndCanBeReboundThere() {
        var seen =
                ScopedValue.where(USER, "ann")
                        .where(REQUEST, "1")
                        .call(() ->
                                Eventlet.<List<String>>run(() ->
                                        ScopedValue.where(REQUEST, "2")
                                                .call(() ->
                                                        Eventlet.spawn(() ->
                                                                        List.of(
                                                                                user(),
                                                                                REQUEST.get()))
                                                                .await())));

        assertThat(seen).containsExactly("ann", "2");
    }

    @Test
    @Tag("hub-only")
    void scopedValuesReachMembersOfPoolsAndDelayedThreads() {
        var pool = new GreenPool(2);

        List<String> seen =
                ScopedValue.where(USER, "ann")
                        .call(() ->
                                List.of(
                                        pool.spawn(() -> user()).await(),
                                        pool.imap(_ -> user(), List.of(1)).next(),
                                        Eventlet.spawnAfter(Duration.ofMillis(1), () -> user())
                                                .await()));

        assertThat(seen).containsOnly("ann").hasSize(3);
    }

    @Test
    void whatIsBoundAfterTheSpawningIsNotSeen() {
        var gate = new GreenSemaphore(0);
        var child =
                Eventlet.spawn(() -> {
                    gate.acquire();
                    return user();
                });

        ScopedValue.where(USER, "ann").run(gate::release);

        assertThat(child.await()).isEqualTo("nobody");
    }

    /// What portable mode cannot keep: the JDK passes scoped values on only in its own scopes.
    @Test
    @Tag("portable-only")
    void scopedValuesStayBehindInPortableMode() {
        var child = ScopedValue.where(USER, "ann").call(() -> Eventlet.spawn(() -> user()));

        assertThat(child.await()).isEqualTo("nobody");
    }

    @Test
    void nameOfTheSpawnerReachesTheChild() {
        String name =
                Eventlet.spawn(
                                "crawler",
                                () ->
                                        Eventlet.spawn(() -> Thread.currentThread().getName())
                                                .await())
                        .await();

        assertThat(name).isEqualTo("crawler");
    }

    @Test
    void nameIsGivenToTheThreadAndShows() {
        var thread = Eventlet.spawn("reader", () -> Thread.currentThread().getName());

        assertThat(thread.await()).isEqualTo("reader");
        assertThat(thread.name()).isEqualTo("reader");
        assertThat(thread).asString().contains("'reader'");
    }

    @Test
    void nameOfAPlatformThreadIsNotPassedOn() throws Exception {
        var spawned = new CompletableFuture<GreenThread<?>>();

        Thread.ofPlatform()
                .name("main-like")
                .start(() -> spawned.complete(Eventlet.spawn(() -> {})))
                .join();

        assertThat(spawned.get().name()).isEmpty();
        spawned.get().await();
    }

    @Test
    void inheritableThreadLocalsReachTheChild() {
        var local = new InheritableThreadLocal<String>();
        local.set("from the spawner");

        String seen = Eventlet.spawn(() -> local.get()).await();

        assertThat(seen).isEqualTo("from the spawner");
        local.remove();
    }
}
