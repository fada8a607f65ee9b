// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// Threads to which code of others gives a handler of uncaught exceptions, as factories do.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class GivenHandlerTest {
    @Test
    void aHandlerGivenBeforeTheStartGetsTheError() throws Exception {
        var seen = new CompletableFuture<String>();
        var thread =
                GreenThreads.factory("t")
                        .newThread(() -> {
                            throw new IllegalStateException("lost");
                        });
        thread.setUncaughtExceptionHandler((by, e) -> seen.complete(by.getName() + e.getMessage()));

        thread.start();

        assertThat(seen.get()).isEqualTo("t1lost");
        thread.join();
    }

    @Test
    void aThreadWithAHandlerStaysAGreenThread() throws Exception {
        var green = new CompletableFuture<Boolean>();
        var thread =
                GreenThreads.factory("t")
                        .newThread(() -> green.complete(Eventlet.current() != null));
        thread.setUncaughtExceptionHandler((_, _) -> {});

        thread.start();

        assertThat(green.get()).isTrue();
        thread.join();
    }

    @Test
    void aThreadWithAHandlerIsToldWhenItsHubIsClosed() throws Exception {
        var begun = new CompletableFuture<Boolean>();
        var hub = Hub.start("short");
        var thread =
                GreenThreads.factory(hub, "t")
                        .newThread(() -> {
                            begun.complete(true);
                            new Event<Void>().await();
                        });
        thread.setUncaughtExceptionHandler((_, _) -> {});
        thread.start();
        begun.get();

        boolean ended = hub.close(Duration.ofSeconds(30));

        assertThat(ended).isTrue();
    }
}
