// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.GreenSocket;
import io.eventlet.os.VirtualThreads;
import io.eventlet.poll.PollerKind;
import io.eventlet.queue.GreenQueue;
import io.eventlet.wait.Waits;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// What follows from a hub's green threads sharing one thread.
@Tag("hub-only")
@Timeout(60)
class HubOrderTest {
    private final List<String> log = new ArrayList<>();

    private static void awaitAll(List<? extends GreenThread<?>> threads) {
        for (var thread : threads) {
            var ignored = thread.await();
        }
    }

    @Test
    void greenThreadsBeginInTheOrderOfTheirSpawning() {
        Eventlet.run(() -> {
            var threads = new ArrayList<GreenThread<?>>();
            for (var name : List.of("a", "b", "c")) {
                threads.add(Eventlet.spawn(() -> log.add(name)));
            }
            log.add("spawned");
            awaitAll(threads);
        });

        assertThat(log).containsExactly("spawned", "a", "b", "c");
    }

    @Test
    void greenThreadsThatYieldTakeTurns() {
        Eventlet.run(() -> {
            var threads = new ArrayList<GreenThread<?>>();
            for (var name : List.of("a", "b")) {
                threads.add(
                        Eventlet.spawn(() -> {
                            for (int i = 0; i < 3; i++) {
                                log.add(name + i);
                                Eventlet.yield();
                            }
                        }));
            }
            awaitAll(threads);
        });

        assertThat(log).containsExactly("a0", "b0", "a1", "b1", "a2", "b2");
    }

    @Test
    void theWokenRunInTheOrderOfTheirWaking() {
        Eventlet.run(() -> {
            var threads = new ArrayList<GreenThread<?>>();
            for (var name : List.of("a", "b", "c")) {
                threads.add(
                        Eventlet.spawn(() -> {
                            LockSupport.park();
                            log.add(name);
                        }));
            }
            Eventlet.yield();

            LockSupport.unpark(threads.get(2).thread());
            LockSupport.unpark(threads.get(0).thread());
            LockSupport.unpark(threads.get(1).thread());
            log.add("woken");
            awaitAll(threads);
        });

        assertThat(log).containsExactly("woken", "c", "a", "b");
    }

    /// From Eventlet's queue_test.py: TestQueue.test_channel_send, for a queue of one.
    @Test
    void wakingSomebodyDoesNotSwitchToIt() {
        Eventlet.run(() -> {
            var queue = GreenQueue.<String>bounded(1);
            var getter = Eventlet.spawn(() -> log.add(queue.get()));
            Eventlet.yield();

            queue.put("item");
            log.add("put");
            var ignored = getter.await();
        });

        assertThat(log).containsExactly("put", "item");
    }

    @Test
    void noTwoGreenThreadsOfAHubRunAtTheSameTime() {
        var counts = new int[2]; // how many are inside, and how often there were more than one
        var carriers = new ArrayList<Thread>();

        Eventlet.run(() -> {
            var threads = new ArrayList<GreenThread<?>>();
            for (int i = 0; i < 50; i++) {
                threads.add(
                        Eventlet.spawn(() -> {
                            for (int n = 0; n < 200; n++) {
                                counts[1] += ++counts[0] == 1 ? 0 : 1;
                                carriers.add(VirtualThreads.currentCarrier());
                                counts[0]--;
                                Thread.yield();
                            }
                        }));
            }
            awaitAll(threads);
        });

        assertThat(counts[1]).isZero();
        assertThat(carriers).hasSize(10_000);
        assertThat(carriers.stream().distinct()).hasSize(1);
    }

    @Test
    void aLoopThatYieldsDoesNotKeepDescriptorsFromBeingPolled() {
        Eventlet.run(() -> {
            try (var listener = new GreenServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                var done = new AtomicBoolean();
                var spinner =
                        Eventlet.spawn(() -> {
                            while (!done.get()) {
                                Thread.yield();
                            }
                        });
                var client = new GreenSocket(listener.getInetAddress(), listener.getLocalPort());
                var server = listener.accept();
                var reader = Eventlet.spawn(() -> server.recv(new byte[10]));
                Eventlet.yield();
                client.sendAll(new byte[3]);

                assertThat(reader.await()).isEqualTo(3);
                done.set(true);
                var ignored = spinner.await();
                client.close();
                server.close();
            }
        });
    }

    @Test
    void aLoopThatYieldsDoesNotKeepTimersFromFiring() {
        Eventlet.run(() -> {
            var done = new AtomicBoolean();
            var spinner =
                    Eventlet.spawn(() -> {
                        while (!done.get()) {
                            Thread.yield();
                        }
                    });

            Eventlet.sleep(Duration.ofMillis(5));
            done.set(true);
            var ignored = spinner.await();
        });
    }

    /// Defect 15 of Eventlet: under load a timeout beats bytes that have arrived before it.
    @Test
    void aTimerThatIsDueDoesNotBeatBytesThatHaveArrived() throws IOException {
        var limit = Duration.ofMillis(30);
        var time = new AtomicLong();
        try (var hub =
                Hub.start(
                        "clocked",
                        time::get,
                        PollerKind.EPOLL.open(Waits.PARKING, HubStrand::networkOfCaller))) {
            var received =
                    Eventlet.spawnOn(
                            hub,
                            () -> {
                                try (var listener =
                                                new GreenServerSocket(
                                                        0, 1, InetAddress.getLoopbackAddress());
                                        var client =
                                                new GreenSocket(
                                                        listener.getInetAddress(),
                                                        listener.getLocalPort());
                                        var server = listener.accept()) {
                                    var reader =
                                            Eventlet.spawn(() ->
                                                    Eventlet.withTimeout(
                                                            limit,
                                                            () -> server.recv(new byte[10])));
                                    Eventlet.yield();
                                    client.sendAll(new byte[3]);
                                    time.addAndGet(2 * limit.toNanos());
                                    return reader.await();
                                }
                            });

            assertThat(received.await()).isEqualTo(3);
        }
    }

    @Test
    void whatPlatformThreadsSpawnBeginsInTheirOrder() throws InterruptedException {
        var hub = Hub.main();
        var threads = new ArrayList<GreenThread<?>>();

        for (int i = 0; i < 100; i++) {
            var name = "%02d".formatted(i);
            threads.add(Eventlet.spawnOn(hub, () -> log.add(name)));
        }
        awaitAll(threads);

        assertThat(log).hasSize(100).isSorted();
    }
}
