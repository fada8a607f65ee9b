// SPDX-License-Identifier: Apache-2.0
package io.eventlet.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TaskFailed;
import io.eventlet.TimeoutExpired;
import io.eventlet.hub.Hub;
import io.eventlet.testing.junit.NoLeaks;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Many threads of two hubs ask over few connections; some are killed, some time out, some close
/// what they have not read, and the server ends connections as it likes.
@Timeout(60)
@ExtendWith(NoLeaks.class)
class ClientStressTest {
    private static final int CONNECTIONS = 20;
    private static final int THREADS = 60;
    private static final int SOME = 50; // requests of a thread
    private static final int MANY = 2_000;

    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger answers = new AtomicInteger();
    private final List<GreenThread<?>> working = new CopyOnWriteArrayList<>();

    @Test
    void noAnswerBelongsToAnotherQuestion() throws Exception {
        storm(SOME);
    }

    @Test
    @Tag("stress")
    @Timeout(600)
    void noAnswerBelongsToAnotherQuestionForLong() throws Exception {
        storm(MANY);
    }

    /// Says its target in each answer: with a length, in chunks or up to the end, in one piece or
    /// several.
    private static void serve(RawServer.Peer peer, Random random) throws IOException {
        for (var head = peer.readHeadOrEnd(); head != null; head = peer.readHeadOrEnd()) {
            var target = head.split(" ", 3)[1];
            var body = target.repeat(1 + random.nextInt(50));
            switch (random.nextInt(8)) {
                case 0 -> {
                    return;
                }
                case 1 -> {
                    peer.send(RawServer.head("HTTP/1.1 200 OK", "Connection: close") + body);
                    return;
                }
                case 2, 3 -> {
                    peer.send(RawServer.head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"));
                    Eventlet.yield();
                    peer.send("%x\r\n%s\r\n".formatted(body.length(), body));
                    Eventlet.yield();
                    peer.send("0\r\n\r\n");
                }
                case 4 -> {
                    peer.send(RawServer.ok(body).substring(0, 30));
                    Eventlet.sleep(Duration.ofNanos(random.nextInt(500_000)));
                    peer.send(RawServer.ok(body).substring(30));
                }
                default -> peer.send(RawServer.ok(body));
            }
        }
    }

    private void storm(int rounds) throws Exception {
        long seed = Long.getLong("stress.seed", System.nanoTime());
        var random = new Random(seed);
        var other = Hub.start();
        try (var server = RawServer.of(peer -> serve(peer, new Random(random.nextLong())));
                var client = HttpClient.builder().connectionsPerHost(CONNECTIONS).build()) {
            var threads = new ArrayList<GreenThread<?>>();
            for (int i = 0; i < THREADS; i++) {
                var own = new Random(random.nextLong());
                var hub = i % 2 == 0 ? Hub.current() : other;
                threads.add(
                        Eventlet.spawnOn(hub, () -> askByMany(client, server, rounds, own, hub)));
            }
            while (threads.stream().anyMatch(thread -> !thread.isDead())) {
                Eventlet.sleep(Duration.ofNanos(random.nextInt(500_000)));
                var some = List.copyOf(working);
                if (!some.isEmpty()) {
                    some.get(random.nextInt(some.size())).kill();
                }
            }
            threads.forEach(GreenThread::await);

            assertThat(answers.get()).as("seed %d", seed).isPositive();
            assertThat(client.inUse()).as("seed %d", seed).isZero();
            assertThat(client.idle()).as("seed %d", seed).isLessThanOrEqualTo(CONNECTIONS);
        } finally {
            other.close();
        }
    }

    /// Asks by one thread after the other, each of which somebody may kill.
    private void askByMany(
            HttpClient client, RawServer server, int rounds, Random random, Hub hub) {
        for (int i = 0; i < rounds; i += 5) {
            var next =
                    Eventlet.spawnOn(
                            hub,
                            () -> {
                                for (int j = 0; j < 5; j++) {
                                    ask(client, server, random);
                                }
                            });
            working.add(next);
            try {
                next.await();
            } catch (TaskFailed e) {
                if (!(e.getCause() instanceof GreenThreadKilled)) {
                    throw e;
                }
            }
            working.remove(next);
        }
    }

    private void ask(HttpClient client, RawServer server, Random random) {
        var target = "/" + numbers.incrementAndGet() + "/";
        try {
            switch (random.nextInt(6)) {
                case 0 ->
                        io.eventlet.Timeout.call(
                                Duration.ofNanos(random.nextInt(1_000_000)),
                                () -> {
                                    read(client, server.url(target), target);
                                    return true;
                                });
                case 1 -> client.get(server.url(target)).close();
                case 2 ->
                        client.send(
                                        ClientRequest.get(server.url(target))
                                                .limit(Duration.ofMillis(1)))
                                .close();
                default -> read(client, server.url(target), target);
            }
        } catch (IOException | TimeoutExpired e) {
            // the server or the limit has ended it
        }
    }

    private void read(HttpClient client, String url, String target) throws IOException {
        try (var response = client.get(url)) {
            var text = response.text();
            assertThat(text).isNotEmpty();
            assertThat(text.replace(target, "")).as(target).isEmpty();
            answers.incrementAndGet();
        }
    }
}
