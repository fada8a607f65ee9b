// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.crawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.errors.Cancelled;
import io.eventlet.http.client.HttpClient;
import io.eventlet.http.client.HttpUrl;
import io.eventlet.mirror.frontier.Claim;
import io.eventlet.mirror.frontier.Entry;
import io.eventlet.mirror.frontier.Frontier;
import io.eventlet.mirror.frontier.State;
import io.eventlet.mirror.scope.Scope;
import io.eventlet.testing.junit.NoLeaks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/// Runs whose frontier fails, or does not answer.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class FrontierTroubleTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path root;

    @SuppressWarnings("NullAway.Init") // set before each
    private TreeServer server;

    private final HttpClient client = HttpClient.create();

    @BeforeEach
    void startServer() throws IOException {
        server = new TreeServer("/pub/a.txt", "/pub/b.txt");
    }

    @AfterEach
    void closeAll() {
        client.close();
        server.close();
    }

    private MirrorBuilder run(Frontier frontier) {
        return Copy.in(root, client, frontier).of(server.url("/pub/"));
    }

    @Test
    void aRunEndsWhoseFrontierTakesNoClaimBack() {
        var frontier =
                new OtherFrontier() {
                    @Override
                    public boolean release(Claim claim) {
                        throw new UncheckedIOException(new IOException("away"));
                    }
                };

        assertThatThrownBy(() -> run(frontier).build().run())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("away");
    }

    @Test
    void claimsFromASharedFrontierEndAfterAMinuteIfNothingIsSaid() throws Exception {
        var leases = new ConcurrentSkipListSet<Duration>();
        var frontier =
                new OtherFrontier() {
                    @Override
                    public boolean isShared() {
                        return true;
                    }

                    @Override
                    public @Nullable Claim claim(Duration lease, Predicate<? super String> hosts) {
                        leases.add(lease);
                        return super.claim(lease, hosts);
                    }
                };

        run(frontier).build().run();

        assertThat(leases).containsExactly(Duration.ofMinutes(1));
    }

    /// A run that waits in its frontier, for ever.
    private Mirror away(OtherFrontier frontier) {
        return run(frontier).lease(Duration.ofMinutes(1)).build();
    }

    private final Event<Boolean> waits = new Event<>();

    private OtherFrontier silent() {
        return new OtherFrontier() {
            @Override
            public @Nullable Claim claim(Duration lease, Predicate<? super String> hosts) {
                waits.send(true);
                Eventlet.sleep(Duration.ofHours(1));
                return null;
            }

            @Override
            public long count(State state) {
                Eventlet.sleep(Duration.ofHours(1));
                return 0;
            }
        };
    }

    @Test
    void anAbortEndsARunThatWaitsForItsFrontier() {
        var mirror = away(silent());
        var run = GreenThread.spawn(mirror::run);
        waits.await();

        assertThat(mirror.active()).isZero();
        assertThat(mirror.progress().done()).isZero();
        mirror.abort();

        assertThat(run.await().ending()).isIn(Ending.STOPPED, Ending.FINISHED);
    }

    @Test
    void theTimeOfARunEndsItsWaitForRobots() {
        server.answer(
                "/robots.txt",
                plain -> {
                    Eventlet.sleep(Duration.ofHours(1));
                    return plain;
                });

        var summary = run(new OtherFrontier()).sitemaps(true).limit(Duration.ofMillis(200)).build();

        assertThatCode(summary::run).doesNotThrowAnyException();
    }

    @Test
    void anAbortEndsTheWaitForRobots() {
        var asked = new Event<Boolean>();
        server.answer(
                "/robots.txt",
                plain -> {
                    asked.send(true);
                    Eventlet.sleep(Duration.ofHours(1));
                    return plain;
                });
        var mirror = run(new OtherFrontier()).sitemaps(true).build();
        var run = GreenThread.spawn(mirror::run);
        asked.await();

        mirror.abort();

        assertThat(run.await().ending()).isEqualTo(Ending.STOPPED);
    }

    /// A worker that is cut off ends all that it has claimed when its leases end, and not one after
    /// another.
    @Test
    void claimsEndByTheirTimeWhileNoneCanBeRenewed() throws InterruptedException {
        var begun = new CountDownLatch(4);
        var ended = new CountDownLatch(4);
        server.put("/pub/c.txt", "");
        server.put("/pub/d.txt", "");
        for (var path : server.files().keySet()) {
            server.answer(
                    path,
                    plain -> {
                        begun.countDown();
                        return plain.body(
                                out -> {
                                    try {
                                        while (true) {
                                            out.write('x');
                                            out.flush();
                                            Eventlet.sleep(Duration.ofMillis(50));
                                        }
                                    } finally {
                                        ended.countDown();
                                    }
                                },
                                1_000_000);
                    });
        }
        var goOn = new Event<Boolean>();
        var frontier =
                new OtherFrontier() {
                    @Override
                    public boolean renew(Claim claim, Duration lease) {
                        while (true) {
                            try {
                                return goOn.await();
                            } catch (Cancelled e) {
                                // as a driver that does not hear of it
                            }
                        }
                    }
                };
        var mirror = run(frontier).lease(Duration.ofSeconds(2)).build();
        var run = GreenThread.spawn(mirror::run);
        begun.await();

        ended.await();

        goOn.send(true);
        mirror.abort();
        assertThat(run.await().ending()).isEqualTo(Ending.STOPPED);
    }

    @Test
    void theLinksOfAPageGoToTheFrontierAtOnce() throws IOException {
        var sizes = new CopyOnWriteArrayList<Integer>();
        var frontier =
                new OtherFrontier() {
                    @Override
                    public Collection<Entry> discovered(Collection<Entry> entries) {
                        sizes.add(entries.size());
                        return super.discovered(entries);
                    }
                };

        run(frontier).build().run();

        assertThat(sizes).containsExactly(2);
        assertThat(frontier.count(State.DONE)).isEqualTo(3);
    }

    @Test
    void theLinksThatARuleLeavesOutGoToTheFrontierWithTheOthers() throws IOException {
        var calls = new CopyOnWriteArrayList<Integer>();
        var skipped = new CopyOnWriteArrayList<HttpUrl>();
        var frontier =
                new OtherFrontier() {
                    @Override
                    public boolean discovered(Entry entry) {
                        calls.add(1);
                        return super.discovered(entry);
                    }

                    @Override
                    public Collection<Entry> discovered(Collection<Entry> entries) {
                        calls.add(entries.size());
                        return entries.stream().filter(entry -> super.discovered(entry)).toList();
                    }
                };
        var scope = Scope.from(List.of(server.url("/pub/"))).reject("a.txt").build();

        run(frontier)
                .scope(scope)
                .listener(event -> {
                    if (event instanceof MirrorEvent.Skipped) {
                        skipped.add(event.url());
                    }
                })
                .build()
                .run();

        assertThat(calls).containsExactly(1, 2); // the start, and all links
        assertThat(skipped).containsExactly(server.url("/pub/a.txt"));
    }
}
