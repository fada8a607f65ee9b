// SPDX-License-Identifier: Apache-2.0
package io.eventlet.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventlet.Eventlet;
import io.eventlet.GreenSemaphore;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.TaskFailed;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.GreenSocket;
import io.eventlet.os.VirtualThreads;
import io.eventlet.queue.GreenQueue;
import io.eventlet.testing.Until;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

@Timeout(60)
class ManyHubsTest {
    private final Hub one = Hub.start("one");
    private final Hub other = Hub.start("other");

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    /// Runs a body on a virtual thread of the JDK's scheduler.
    private static <T> T onVirtualThread(Callable<T> body) throws Exception {
        var task = new FutureTask<>(body);
        var ignored = Thread.ofVirtual().start(task);
        return task.get();
    }

    private static void closeAll(Closeable... all) throws IOException {
        for (var closeable : all) {
            closeable.close();
        }
    }

    private static GreenServerSocket listener() throws IOException {
        return new GreenServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    private static GreenSocket connect(GreenServerSocket listener) throws IOException {
        return new GreenSocket(listener.getInetAddress(), listener.getLocalPort());
    }

    @Test
    @Tag("hub-only")
    void eachHubHasAThreadOfItsOwn() {
        var first = Eventlet.spawnOn(one, VirtualThreads::currentCarrier).await();
        var second = Eventlet.spawnOn(other, VirtualThreads::currentCarrier).await();

        assertThat(first.getName()).isEqualTo("hub-one");
        assertThat(second.getName()).isEqualTo("hub-other");
    }

    @Test
    void aGreenThreadIsAwaitedFromAnotherHub() {
        var worker = Eventlet.spawnOn(one, () -> 42);

        assertThat(Eventlet.spawnOn(other, () -> worker.await()).await()).isEqualTo(42);
    }

    @Test
    void aGreenThreadIsKilledFromAnotherHub() {
        var sleeper = Eventlet.spawnOn(one, () -> Eventlet.sleep(Duration.ofDays(1)));
        Until.waiting(sleeper);

        var ignored = Eventlet.spawnOn(other, () -> sleeper.kill()).await();

        assertThatThrownBy(sleeper::await).hasCauseInstanceOf(GreenThreadKilled.class);
    }

    @Test
    void aQueueJoinsHubsPlatformThreadsAndVirtualThreads() throws Exception {
        var queue = GreenQueue.<Integer>bounded(3);
        var results = GreenQueue.<Integer>bounded(3);
        int items = 1000;
        var producers = new ArrayList<FutureTask<String>>();
        List<Consumer<Runnable>> starters =
                List.of(
                        body -> Thread.ofPlatform().start(body),
                        body -> Thread.ofVirtual().start(body),
                        body -> Eventlet.spawnOn(one, body::run),
                        body -> Eventlet.spawnOn(other, body::run));
        for (var starter : starters) {
            var producer =
                    new FutureTask<>(() -> {
                        for (int i = 0; i < items; i++) {
                            queue.put(i);
                        }
                        return "done";
                    });
            producers.add(producer);
            starter.accept(producer);
        }
        for (var hub : new Hub[] {one, other}) {
            var ignored =
                    Eventlet.spawnOn(
                            hub,
                            () -> {
                                while (true) {
                                    results.put(queue.get());
                                }
                            });
        }

        long sum = 0;
        for (int i = 0; i < 4 * items; i++) {
            sum += results.get();
        }

        assertThat(sum).isEqualTo(4L * items * (items - 1) / 2);
        for (var producer : producers) {
            assertThat(producer.get()).isEqualTo("done");
        }
    }

    @Test
    void aSemaphoreExcludesThreadsOfAllHubs() {
        var semaphore = new GreenSemaphore(1);
        var inside = new int[2];
        var threads = new ArrayList<GreenThread<?>>();
        for (int i = 0; i < 10; i++) {
            threads.add(
                    Eventlet.spawnOn(
                            i % 2 == 0 ? one : other,
                            () -> {
                                for (int n = 0; n < 200; n++) {
                                    semaphore.acquire();
                                    inside[1] += inside[0]++;
                                    Eventlet.yield();
                                    inside[0]--;
                                    semaphore.release();
                                }
                            }));
        }

        for (var thread : threads) {
            var ignored = thread.await();
        }

        assertThat(inside).containsExactly(0, 0);
    }

    @Test
    void aSocketOfOneHubWorksOnAnother() throws Exception {
        try (var listener = Eventlet.spawnOn(one, ManyHubsTest::listener).await();
                var client = Eventlet.spawnOn(other, () -> connect(listener)).await();
                var server = Eventlet.spawnOn(one, listener::accept).await()) {
            var reader = Eventlet.spawnOn(other, () -> server.recv(new byte[10]));
            Until.waiting(reader);

            var ignored = Eventlet.spawnOn(one, () -> client.sendAll(new byte[5])).await();

            assertThat(reader.await()).isEqualTo(5);
        }
    }

    @Test
    void aSocketWorksOnPlatformThreadsAndVirtualThreads() throws Exception {
        try (var listener = listener();
                var client = Eventlet.spawnOn(one, () -> connect(listener)).await();
                var server = onVirtualThread(listener::accept)) {
            var reader = new FutureTask<>(() -> server.recv(new byte[10]));
            var thread = Thread.ofVirtual().start(reader);
            Until.waiting(thread);

            client.sendAll(new byte[5]);

            assertThat(reader.get()).isEqualTo(5);
            var answer = Eventlet.spawnOn(other, () -> server.sendAll(new byte[7]));
            assertThat(client.recv(new byte[10])).isEqualTo(7);
            var ignored = answer.await();
        }
    }

    /// Defect 14 of Eventlet: closing a socket does not wake who waits for it.
    @Test
    void closingASocketWakesItsWaiterOnAnotherHub() throws Exception {
        try (var listener = listener();
                var client = connect(listener);
                var server = listener.accept()) {
            var reader = Eventlet.spawnOn(one, () -> client.recv(new byte[1]));
            var acceptor = Eventlet.spawnOn(one, listener::accept);
            Until.waiting(reader);
            Until.waiting(acceptor);

            var ignored = Eventlet.spawnOn(other, () -> closeAll(client, listener)).await();

            for (var waiter : new GreenThread<?>[] {reader, acceptor}) {
                assertThatThrownBy(waiter::await)
                        .isInstanceOf(TaskFailed.class)
                        .hasCauseInstanceOf(SocketException.class);
            }
            assertThat(server.recv(new byte[1])).isEqualTo(-1);
        }
    }

    @Test
    void acceptorsOfSeveralHubsShareAListener() throws Exception {
        int connections = 40;
        try (var listener = listener()) {
            var accepted = GreenQueue.<Hub>unbounded();
            for (var hub : new Hub[] {one, other, one, other}) {
                var ignored =
                        Eventlet.spawnOn(
                                hub,
                                () -> {
                                    while (true) {
                                        try (var socket = listener.accept()) {
                                            socket.sendAll(new byte[1]);
                                            accepted.put(Hub.current());
                                        }
                                    }
                                });
            }

            for (int i = 0; i < connections; i++) {
                try (var client = connect(listener)) {
                    assertThat(client.recv(new byte[1])).isEqualTo(1);
                }
            }

            for (int i = 0; i < connections; i++) {
                assertThat(accepted.get()).isIn(one, other);
            }
        }
    }

    @Test
    void hubsHaveNames() {
        assertThat(one.name()).isEqualTo("one");
        assertThat(one).hasToString("hub 'one'");
        try (var nameless = Hub.start();
                var next = Hub.start()) {
            assertThat(nameless.name()).isNotEqualTo(next.name());
        }
    }
}
