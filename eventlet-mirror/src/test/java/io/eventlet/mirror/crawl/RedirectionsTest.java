// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.http.client.HttpClient;
import io.eventlet.http.server.Response;
import io.eventlet.mirror.frontier.MemoryFrontier;
import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;

/// Redirects that lead to no answer.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class RedirectionsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private Copy copy;

    private final HttpClient client = HttpClient.create();
    private final TreeServer server = new TreeServer("/d/a", "/d/b", "/d/c", "/d/file");

    RedirectionsTest() throws IOException {}

    @BeforeEach
    void beginCopy() {
        copy = Copy.in(root, client, new MemoryFrontier());
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
    }

    private void redirect(String target, String to) {
        server.answer(target, _ -> Response.of(302).header("Location", to));
    }

    private Summary run(String start) throws IOException {
        return copy.of(server.url(start)).build().run();
    }

    private @Nullable String reason(String target) {
        var outcome = Outcome.of(copy.frontier(), server.url(target));
        return outcome == null ? null : outcome.reason();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "/d/a", "", "#top"})
    void oneToItselfIsAFailure(String to) throws IOException {
        redirect("/d/a", to);

        var summary = run("/d/");

        assertThat(summary.failed()).isEqualTo(1);
        assertThat(reason("/d/a")).isEqualTo("leads to itself");
    }

    @Test
    void oneOfAStartToItselfIsAFailure() throws IOException {
        redirect("/d/a", "a");

        assertThat(run("/d/a").isComplete()).isFalse();
    }

    @Test
    void onesThatComeBackAreAFailure() throws IOException {
        redirect("/d/a", "b");
        redirect("/d/b", "c");
        redirect("/d/c", "a");

        var summary = run("/d/");

        assertThat(summary.failed()).isPositive();
        assertThat(copy.events())
                .filteredOn(MirrorEvent.Failed.class::isInstance)
                .allSatisfy(event -> assertThat(event.toString()).contains("leads to itself, by"));
    }

    @Test
    void onesThatLeadToARingEnd() throws IOException {
        redirect("/d/a", "b");
        redirect("/d/b", "b");

        var summary = run("/d/a");

        assertThat(summary.failed()).isEqualTo(1);
        assertThat(summary.left()).isZero();
    }

    @Test
    void onesToAFileAreFollowed() throws IOException {
        redirect("/d/a", "b");
        redirect("/d/b", "c");
        redirect("/d/c", "file");

        var summary = run("/d/a");

        assertThat(summary.isComplete()).isTrue();
        assertThat(copy.files()).containsExactly("/d/file");
    }
}
