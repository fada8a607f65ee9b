// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Eventlet;
import io.eventlet.GreenThread;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.GreenSocket;
import io.eventlet.queue.GreenQueue;
import io.eventlet.testing.Until;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;

/// Takeovers from threads that the initialiser of a class pins, which others need meanwhile.
@Tag("hub-only")
@Timeout(60)
class ClassInitialiserTakeoverTest {
    private final Hub hub = Hub.start("pinned");
    private final Stalls stalls = new Stalls("pinned");

    @AfterEach
    void close() {
        stalls.close();
        hub.close();
    }

    private void assertGoesOn() {
        var order = new ArrayList<Integer>();
        var threads = new ArrayList<GreenThread<?>>();
        for (int i = 0; i < 10; i++) {
            int number = i;
            threads.add(
                    Eventlet.spawnOn(
                            hub,
                            () -> {
                                order.add(number);
                                Eventlet.sleep(Duration.ofMillis(1));
                            }));
        }
        for (var thread : threads) {
            var ignored = thread.await();
        }
        assertThat(order).isSorted().hasSize(10);
        Until.holds(() -> hub.statistics().live() == 0);
    }

    // what the initialisers below use
    private static @Nullable GreenServerSocket server;
    private static @Nullable GreenQueue<Integer> source;

    private static final class Answer {
        static final int VALUE;

        static {
            try (var socket = new GreenSocket(server.getInetAddress(), server.getLocalPort())) {
                socket.sendAll(new byte[] {20});
                var answer = new byte[1];
                socket.recv(answer);
                VALUE = answer[0];
            } catch (IOException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }

    private static final class SharedAnswer {
        static final int VALUE;

        static {
            VALUE = source.get();
        }
    }

    @Test
    void aStaticInitialiserTalksToAGreenThreadOfItsHub() {
        var value =
                Eventlet.spawnOn(
                                hub,
                                () -> {
                                    try (var listener =
                                            new GreenServerSocket(
                                                    0, 1, InetAddress.getLoopbackAddress())) {
                                        server = listener;
                                        var answering =
                                                Eventlet.spawn(() -> {
                                                    try (var client = listener.accept()) {
                                                        var number = new byte[1];
                                                        client.recv(number);
                                                        number[0] = (byte) (number[0] + 22);
                                                        client.sendAll(number);
                                                    }
                                                });
                                        int answer = Eventlet.spawn(() -> Answer.VALUE).await();
                                        var ignored = answering.await();
                                        return answer;
                                    }
                                })
                        .await();

        assertThat(value).isEqualTo(42);
        assertThat(hub.statistics().takeovers()).isPositive();
        assertGoesOn();
    }

    /// They wait inside the JVM, where no thread of Java says that it waits.
    @Test
    void othersThatNeedTheClassMeanwhileAreTakenOverFromToo() {
        source = GreenQueue.unbounded();
        var threads = new ArrayList<GreenThread<Integer>>();
        for (int i = 0; i < 3; i++) {
            threads.add(Eventlet.spawnOn(hub, () -> SharedAnswer.VALUE));
        }
        var ignored = Eventlet.spawnOn(hub, () -> source.put(42));

        assertThat(threads).extracting(GreenThread::await).containsOnly(42);
        assertGoesOn();
    }

    private static final class AnswerForMany {
        static final int VALUE;

        static {
            VALUE = source.get();
        }
    }

    /// Each keeps a thread of the hub, and none of them for as long as the first.
    @Test
    void aHundredThatNeedTheClassMeanwhileAreNotWaitedForOneByOne() {
        source = GreenQueue.unbounded();
        var threads = new ArrayList<GreenThread<Integer>>();
        for (int i = 0; i < 100; i++) {
            threads.add(Eventlet.spawnOn(hub, () -> AnswerForMany.VALUE));
        }
        var ignored = Eventlet.spawnOn(hub, () -> source.put(42));

        assertThat(threads).extracting(GreenThread::await).containsOnly(42);
        assertThat(hub.statistics().takeovers()).isGreaterThanOrEqualTo(100);
        assertThat(stalls.rest())
                .extracting(Stall::culprit)
                .containsOnly(threads.getFirst().thread());
        assertGoesOn();
    }
}
