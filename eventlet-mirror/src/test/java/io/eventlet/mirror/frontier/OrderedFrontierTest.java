// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.frontier;

import static io.eventlet.mirror.frontier.FrontierSpecification.LEASE;
import static io.eventlet.mirror.frontier.FrontierSpecification.claim;
import static io.eventlet.mirror.frontier.FrontierSpecification.entry;
import static io.eventlet.mirror.frontier.FrontierSpecification.next;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.GreenThread;
import io.eventlet.Task;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/// The order in which a frontier of this process alone gives out what it has passed over.
@Timeout(60)
class OrderedFrontierTest {
    private static final String A = "http://a";

    private Instant now = Instant.EPOCH;

    @Test
    void whatIsNearerComesNextThoughItWasFoundLater() throws Exception {
        try (var frontier = new MemoryFrontier(() -> now)) {
            frontier.discovered(List.of(entry(A, "/1/2", 2), entry(A, "/1/3", 2)));
            claim(frontier);
            frontier.discovered(entry(A, "/2", 1));

            assertThat(next(frontier)).isEqualTo("http://a/2");
        }
    }

    @Test
    void whatWasReleasedComesBeforeWhatIsBehindIt() throws Exception {
        try (var frontier = new MemoryFrontier(() -> now)) {
            frontier.discovered(List.of(entry(A, "/1", 0), entry(A, "/2", 0), entry(A, "/3", 0)));
            var first = Objects.requireNonNull(claim(frontier));
            claim(frontier);
            frontier.release(first);

            assertThat(next(frontier)).isEqualTo("http://a/1");
        }
    }

    @Test
    void whatIsFoundWhenAllIsClaimedIsGivenOut() throws Exception {
        try (var frontier = new MemoryFrontier(() -> now)) {
            frontier.discovered(entry(A, "/1", 0));
            claim(frontier);
            assertThat(next(frontier)).isNull();

            frontier.discovered(entry(A, "/2", 0));

            assertThat(next(frontier)).isEqualTo("http://a/2");
        }
    }

    @Test
    void aClaimWhoseLeaseHasEndedComesBeforeWhatIsBehindIt() throws Exception {
        try (var frontier = new MemoryFrontier(() -> now)) {
            frontier.discovered(List.of(entry(A, "/1", 0), entry(A, "/2", 0), entry(A, "/3", 0)));
            claim(frontier);
            frontier.renew(Objects.requireNonNull(claim(frontier)), LEASE.multipliedBy(10));
            now = now.plus(LEASE);

            assertThat(next(frontier)).isEqualTo("http://a/1");
            assertThat(next(frontier)).isEqualTo("http://a/3");
        }
    }

    @Test
    void whatIsOverLeavesPassedOverWhatIsClaimed() throws Exception {
        try (var frontier = new CountingFrontier()) {
            for (int i = 0; i < 100; i++) {
                frontier.discovered(entry(A, "/" + i, 0));
            }
            var over = Objects.requireNonNull(claim(frontier));
            for (int i = 1; i < 50; i++) {
                claim(frontier);
            }
            frontier.done(over, State.DONE, "");
            frontier.release(over);
            frontier.looks.set(0);

            assertThat(next(frontier)).isEqualTo("http://a/50");
            assertThat(frontier.looks).hasValueLessThan(10);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void nothingIsDueWhileNothingIsGivenOut(long seed) throws Exception {
        var random = new Random(seed);
        List<Claim> claims = new ArrayList<>();
        List<String> urls = new ArrayList<>();
        try (var frontier = new MemoryFrontier(() -> now)) {
            for (int i = 0; i < 2_000; i++) {
                act(frontier, random, claims, urls);
                var claim = claim(frontier);

                if (claim != null) {
                    claims.add(claim);
                } else {
                    var due = frontier.due();
                    assertThat(due == null || due.isAfter(now)).as("due at step %d", i).isTrue();
                }
            }
        }
    }

    /// One thing that may happen to a frontier.
    private void act(
            MemoryFrontier frontier, Random random, List<Claim> claims, List<String> urls) {
        var claim = claims.isEmpty() ? null : claims.remove(random.nextInt(claims.size()));
        var url = urls.isEmpty() ? "" : urls.get(random.nextInt(urls.size()));
        var found = frontier.find(url);
        switch (random.nextInt(7)) {
            case 0 -> {
                var entry = entry(A, "/" + urls.size(), random.nextInt(5));
                urls.add(entry.url());
                frontier.discovered(
                        random.nextBoolean() ? entry : entry.ended(State.SKIPPED, "rule"));
            }
            case 1 -> now = now.plusSeconds(random.nextInt(20));
            case 2 -> frontier.block(A, now.plusSeconds(random.nextInt(5)));
            case 3 -> {
                if (found != null) {
                    frontier.requeue(found, "needed");
                }
            }
            case 4 -> {
                if (claim != null) {
                    frontier.done(claim, State.DONE, "");
                    frontier.release(claim);
                }
            }
            case 5 -> {
                if (claim != null) {
                    frontier.retry(claim, now.plusSeconds(random.nextInt(300)), "");
                }
            }
            default -> {
                if (claim != null) {
                    frontier.release(claim);
                }
            }
        }
    }

    /// One that counts how many keys of its queue it looks at.
    private static final class CountingFrontier extends OrderedFrontier {
        private final AtomicInteger looks;

        private CountingFrontier() {
            this(new TreeMap<>(), new AtomicInteger());
        }

        private CountingFrontier(NavigableMap<String, String> queue, AtomicInteger looks) {
            super(
                    new TreeMap<>(),
                    queue,
                    key -> {
                        looks.incrementAndGet();
                        return queue.higherKey(key);
                    },
                    InstantSource.system());
            this.looks = looks;
        }

        @Override
        public void save() {}

        @Override
        public void close() {}
    }

    /// A frontier of a URL, whose walks through all of them wait.
    private static final class Walked extends OrderedFrontier {
        private Walked(Map<String, String> urls, NavigableMap<String, String> queue) {
            super(urls, queue, queue::higherKey, () -> Instant.EPOCH);
        }

        static Walked of(Task walk) {
            var urls =
                    new TreeMap<String, String>() {
                        private static final long serialVersionUID = 1;

                        @Override
                        public void forEach(BiConsumer<? super String, ? super String> action) {
                            try {
                                if (!isEmpty()) {
                                    walk.run();
                                }
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                            super.forEach(action);
                        }
                    };
            return new Walked(urls, new TreeMap<>());
        }

        @Override
        public void save() {}

        @Override
        public void close() {}
    }

    @Test
    void noWalkThroughAllUrlsIsOnAHub() throws Exception {
        var walkers = new CopyOnWriteArrayList<Boolean>();
        var frontier = Walked.of(() -> walkers.add(Thread.currentThread().isVirtual()));
        frontier.discovered(entry(A, "/1", 0));

        var beginning = GreenThread.spawn(frontier::begin).await();
        GreenThread.spawn(() -> frontier.requeue(State.DONE)).await();

        assertThat(beginning).isEqualTo(Beginning.GOES_ON);
        assertThat(walkers).hasSize(3).containsOnly(false);
    }

    @Test
    void aBeginningWhoseCallerIsKilledIsDoneAllTheSame() throws Exception {
        var begun = new CountDownLatch(1);
        var goesOn = new CountDownLatch(1);
        var frontier =
                Walked.of(() -> {
                    begun.countDown();
                    goesOn.await();
                });
        frontier.discovered(entry(A, "/1", 0));
        var done = Objects.requireNonNull(claim(frontier));
        frontier.done(done, State.DONE, "");

        var beginning = GreenThread.spawn(frontier::begin);
        begun.await();
        beginning.kill();
        beginning.join();
        goesOn.countDown();

        assertThat(frontier.count(State.QUEUED)).isEqualTo(1);
    }
}
