// SPDX-License-Identifier: Apache-2.0
package io.eventlet.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.TimeoutExpired;
import io.eventlet.foreign.ForeignWaits;
import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// Each wait of the JDK for a descriptor, patched, and each way in which it ends.
@Tag("hub-only")
@Timeout(60)
@ExtendWith(NoLeaks.class)
class PatchedWaitTest {
    @BeforeAll
    static void patch() {
        assertThat(Patcher.monkeyPatch(Part.SOCKET)).isNotEmpty();
        assertThat(Patcher.isMonkeyPatched(Part.SOCKET)).isTrue();
    }

    @AfterAll
    static void undo() {
        Patcher.undo(Part.SOCKET);
    }

    @ParameterizedTest
    @EnumSource
    void isPolledByTheHubAndEndsWhenItIsReady(JdkWait wait) throws IOException {
        try (var scene = wait.open()) {
            var waiting = Eventlet.spawn(scene::await);

            Eventually.until(() -> ForeignWaits.isIn(waiting.thread()));
            scene.satisfy();

            assertThat(waiting.await()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsWhenItsSocketIsClosed(JdkWait wait) throws IOException {
        try (var scene = wait.open()) {
            var waiting = Eventlet.spawn(scene::await);
            Eventually.until(() -> ForeignWaits.isIn(waiting.thread()));

            scene.closeWaitedOn();

            assertThat(waiting.await()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsWithItsLimitWhichItsOwnerSees(JdkWait wait) throws IOException {
        try (var scene = wait.open()) {
            var waiting =
                    Eventlet.spawn(() ->
                            io.eventlet.Timeout.call(
                                    Duration.ofMillis(1),
                                    () -> {
                                        scene.awaitOrThrow();
                                        return true;
                                    }));

            assertThatThrownBy(waiting::await).hasCauseInstanceOf(TimeoutExpired.class);
            assertThat(ForeignWaits.isIn(waiting.thread())).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsWithItsThreadThatIsKilled(JdkWait wait) throws IOException {
        try (var scene = wait.open()) {
            var waiting = Eventlet.spawn(scene::awaitOrThrow);
            Eventually.until(() -> ForeignWaits.isIn(waiting.thread()));

            waiting.kill();

            Eventually.until(waiting::isDead);
            assertThat(waiting.isCancelled()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void isPolledByTheJdkForThreadsThatAreOnNoHub(JdkWait wait) throws Exception {
        try (var scene = wait.open()) {
            var result = new CompletableFuture<Boolean>();
            var waiting =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    result.complete(scene.await());
                                } catch (IOException e) {
                                    result.completeExceptionally(e);
                                }
                            });
            Eventually.until(() -> waiting.getState() == Thread.State.WAITING);

            boolean byHub = ForeignWaits.isIn(waiting);
            scene.satisfy();

            assertThat(result.get()).isTrue();
            assertThat(byHub).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesOnWhereTheJdkPollsIfItsHubIsClosed(JdkWait wait) throws IOException {
        try (var scene = wait.open();
                var hub = Hub.start("closed")) {
            var waiting = new Thread[1];
            var result = new CompletableFuture<Boolean>();
            // a thread that Eventlet did not start, so that the close does not tell it
            Eventlet.spawnOn(
                            hub,
                            () ->
                                    waiting[0] =
                                            Thread.startVirtualThread(() -> {
                                                try {
                                                    result.complete(scene.await());
                                                } catch (IOException e) {
                                                    result.completeExceptionally(e);
                                                }
                                            }))
                    .await();
            Eventually.until(() -> ForeignWaits.isIn(waiting[0]));

            boolean ended = hub.close(Duration.ofSeconds(50));
            Eventually.until(
                    () -> result.isDone() || waiting[0].getState() == Thread.State.WAITING);
            scene.satisfy();

            assertThat(result.join()).isTrue();
            assertThat(ended).isTrue();
        }
    }
}
