// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.queue.GreenQueue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;

/// A hub that sleeps hears of everything that other threads give it. A wake-up that is lost is a
/// hang here.
@Timeout(120)
class WakeupTest {
    private static final int THREADS = 3;

    private static <T> FutureTask<T> start(Callable<T> body) {
        var task = new FutureTask<>(body);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    @Test
    void spawnsOfPlatformThreadsAreNeverLost() throws Exception {
        spawn(2000);
    }

    @Test
    @Tag("stress")
    void spawnsOfPlatformThreadsAreNeverLostForLong() throws Exception {
        spawn(200_000);
    }

    private static void spawn(int rounds) throws Exception {
        try (var hub = Hub.start("woken")) {
            var spawners = new ArrayList<FutureTask<Integer>>();
            for (int t = 0; t < THREADS; t++) {
                spawners.add(
                        start(() -> {
                            int sum = 0;
                            for (int i = 0; i < rounds; i++) {
                                sum += Eventlet.spawnOn(hub, () -> 1).await();
                            }
                            return sum;
                        }));
            }

            for (var spawner : spawners) {
                assertThat(spawner.get()).isEqualTo(rounds);
            }
        }
    }

    @Test
    void wakeUpsByPlatformThreadsAreNeverLost() throws Exception {
        pingPong(2000);
    }

    @Test
    @Tag("stress")
    void wakeUpsByPlatformThreadsAreNeverLostForLong() throws Exception {
        pingPong(200_000);
    }

    /// Each platform thread has a green partner, which parks in a primitive of the JDK.
    private static void pingPong(int rounds) throws Exception {
        try (var hub = Hub.start("woken")) {
            var players = new ArrayList<FutureTask<Integer>>();
            for (int t = 0; t < THREADS; t++) {
                var ping = new Semaphore(0);
                var pong = new Semaphore(0);
                var partner =
                        Eventlet.spawnOn(
                                hub,
                                () -> {
                                    for (int i = 0; i < rounds; i++) {
                                        ping.acquire();
                                        pong.release();
                                    }
                                    return rounds;
                                });
                players.add(
                        start(() -> {
                            for (int i = 0; i < rounds; i++) {
                                ping.release();
                                pong.acquire();
                            }
                            return partner.await();
                        }));
            }

            for (var player : players) {
                assertThat(player.get()).isEqualTo(rounds);
            }
        }
    }

    @Test
    void wakeUpsBetweenHubsAreNeverLost() {
        relay(2000);
    }

    @Test
    @Tag("stress")
    void wakeUpsBetweenHubsAreNeverLostForLong() {
        relay(300_000);
    }

    private static void relay(int rounds) {
        try (var one = Hub.start("one");
                var other = Hub.start("other")) {
            var there = GreenQueue.<Integer>rendezvous();
            var back = GreenQueue.<Integer>rendezvous();
            var echo =
                    Eventlet.spawnOn(
                            other,
                            () -> {
                                for (int i = 0; i < rounds; i++) {
                                    back.put(there.get());
                                }
                            });
            var sum =
                    Eventlet.spawnOn(
                            one,
                            () -> {
                                long received = 0;
                                for (int i = 0; i < rounds; i++) {
                                    there.put(i);
                                    received += back.get();
                                }
                                return received;
                            });

            assertThat(sum.await()).isEqualTo((long) rounds * (rounds - 1) / 2);
            var ignored = echo.await();
        }
    }

    @Test
    void timersSetByOtherThreadsAreNotSleptThrough() throws Exception {
        try (var hub = Hub.start("woken")) {
            for (int i = 0; i < 200; i++) {
                var fired = new Semaphore(0);
                var ignored = hub.schedule(fired::release, 100_000);

                fired.acquire();
            }
        }
    }
}
