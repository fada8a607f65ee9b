// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Event;
import io.eventlet.http.client.HttpClient;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/// Listings of many files.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class LongListingTest {
    private static final int FILES = 600;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    private final TreeServer server;
    private final HttpClient client = HttpClient.create();

    LongListingTest() throws IOException {
        var paths = IntStream.range(0, FILES).mapToObj("/pub/%03d.txt"::formatted);
        server = new TreeServer(paths.toArray(String[]::new));
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
    }

    @Test
    void theFirstAreFetchedWhileTheNextAreLookedAt() throws IOException {
        var asked = new Event<Boolean>();
        server.answer(
                "/pub/000.txt",
                response -> {
                    asked.trySend(true);
                    return response;
                });
        List<Integer> found = new CopyOnWriteArrayList<>();
        var frontier =
                new OtherFrontier() {
                    @Override
                    public Collection<Entry> discovered(Collection<Entry> entries) {
                        if (!found.isEmpty()) {
                            asked.await();
                        }
                        found.add(entries.size());
                        return super.discovered(entries);
                    }
                };

        var summary = Copy.in(root, client, frontier).of(server.url("/pub/")).build().run();

        assertThat(found).hasSizeGreaterThan(1);
        assertThat(found.stream().mapToInt(Integer::intValue).sum()).isEqualTo(FILES);
        assertThat(summary.stored()).isEqualTo(FILES);
    }
}
