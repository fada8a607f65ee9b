// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreads;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.State;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Workers that claim from one crawl at the same time.
@Timeout(60)
class ManyWorkersTest {
    private static final int WORKERS = 4;
    private static final int THREADS = 8; // of each worker
    private static final int HOSTS = 5;
    private static final int URLS = 600;
    private static final int MOST = 2; // of a host
    private static final Duration LEASE = Duration.ofMinutes(1);

    @SuppressWarnings("NullAway.Init") // JUnit calls start()
    private static OwnPostgres postgres;

    private final Queue<String> fetched = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> busy = new ConcurrentHashMap<>();
    private final AtomicInteger tooMany = new AtomicInteger();

    @BeforeAll
    static void start() throws IOException {
        postgres = new OwnPostgres();
    }

    @AfterAll
    static void stop() {
        if (postgres != null) {
            postgres.close();
        }
    }

    private static List<Entry> entries() {
        return IntStream.range(0, URLS)
                .mapToObj(i -> {
                    var host = "http://host" + i % HOSTS;
                    return Entry.of(host + "/" + i, host, 1, "");
                })
                .toList();
    }

    /// Claims and ends until nothing is queued.
    private void work(PostgresFrontier frontier) {
        while (frontier.count(State.QUEUED) > 0) {
            var claim = frontier.claim(LEASE, _ -> true);
            if (claim == null) {
                Eventlet.sleep(Duration.ofMillis(2)); // others have them all
                continue;
            }
            var ofHost = busy.computeIfAbsent(claim.entry().host(), _ -> new AtomicInteger());
            if (ofHost.incrementAndGet() > MOST) {
                tooMany.incrementAndGet();
            }
            Eventlet.sleep();
            fetched.add(claim.entry().url());
            ofHost.decrementAndGet();
            frontier.done(claim, State.DONE, "");
        }
    }

    @Test
    void eachUrlIsClaimedOnceAndNoHostByTooMany() throws Exception {
        var crawl = postgres.crawl();
        var frontiers = new ArrayList<PostgresFrontier>();
        var threads = new ArrayList<GreenThread<?>>();
        try {
            for (int i = 0; i < WORKERS; i++) {
                var options =
                        PostgresOptions.of("worker" + i)
                                .crawl(crawl)
                                .batch(3)
                                .limits(new HostLimits(MOST, Duration.ZERO));
                var frontier = PostgresFrontier.open(postgres.settings(), options);
                frontiers.add(frontier);
                threads.add(Eventlet.spawn(() -> frontier.discovered(entries())));
            }
            GreenThreads.awaitAll(threads);
            var seen = frontiers.getFirst().count(State.QUEUED);
            threads.clear();
            for (var frontier : frontiers) {
                for (int i = 0; i < THREADS; i++) {
                    threads.add(Eventlet.spawn(() -> work(frontier)));
                }
            }
            GreenThreads.awaitAll(threads);

            assertThat(seen).isEqualTo(URLS);
            assertThat(fetched).hasSize(URLS).doesNotHaveDuplicates();
            assertThat(tooMany).hasValue(0);
        } finally {
            frontiers.forEach(PostgresFrontier::close);
        }
    }
}
