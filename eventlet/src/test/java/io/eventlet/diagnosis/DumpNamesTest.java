// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenSemaphore;
import io.eventlet.GreenThread;
import io.eventlet.Select;
import io.eventlet.dag.DagPool;
import io.eventlet.hub.Hub;
import io.eventlet.limit.KeyedLimit;
import io.eventlet.net.FullBacklog;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.queue.GreenQueue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/// What dumps call the things that threads wait for.
@Timeout(60)
class DumpNamesTest {
    private final Hub hub = Hub.start("named");

    @AfterEach
    void close() {
        hub.close();
    }

    private static List<DumpedThread> dumped() {
        return Dump.take().hubs().stream()
                .filter(other -> other.statistics().name().equals("named"))
                .flatMap(other -> other.threads().stream())
                .toList();
    }

    private static DumpedThread whenItWaits(GreenThread<?> green) {
        Eventually.until(() ->
                dumped().stream()
                        .anyMatch(thread ->
                                thread.thread() == green.thread()
                                        && thread.state() == DumpedThread.State.WAITING));
        return dumped().stream()
                .filter(thread -> thread.thread() == green.thread())
                .findAny()
                .orElseThrow();
    }

    @Test
    void keepThingsApartThatSayTheSame() {
        var queues = List.of(GreenQueue.unbounded(), GreenQueue.unbounded());
        for (int i = 0; i < 4; i++) {
            var queue = queues.get(i % 2);
            var ignored = whenItWaits(Eventlet.spawnOn(hub, () -> queue.get()));
        }

        String text = Dump.take().toString();

        assertThat(Dump.name(queues.getFirst())).isNotEqualTo(Dump.name(queues.getLast()));
        assertThat(text)
                .contains(
                        "each waits for %s (2 of them), %s (2 of them)"
                                .formatted(
                                        Dump.name(queues.getFirst()), Dump.name(queues.getLast())));
    }

    @Test
    void tellLocksOfTheJdkApart() {
        var latch = new CountDownLatch(1);
        var waiter = Eventlet.spawnOn(hub, () -> latch.await());

        assertThat(whenItWaits(waiter).waitsFor()).matches("CountDownLatch(\\.Sync)? @[0-9a-f]+");
        latch.countDown();
    }

    @Test
    void leaveTheIdentityOutOfWhatIsMadeForOneWait() {
        var future = new CompletableFuture<String>();
        var waiter = Eventlet.spawnOn(hub, () -> future.get());

        assertThat(whenItWaits(waiter).waitsFor()).isEqualTo("CompletableFuture.Signaller");
        future.complete("");
    }

    @Test
    void tellOfWhichThingsASelectIs() {
        var queue = GreenQueue.<String>unbounded();
        var full = GreenQueue.<String>bounded(1);
        full.put("");
        var event = new Event<String>();
        var semaphore = new GreenSemaphore(0);
        var selector =
                Eventlet.spawnOn(
                        hub,
                        () ->
                                Select.first(
                                        queue.onGet(item -> item),
                                        full.onPut("", () -> ""),
                                        event.onSend(item -> item),
                                        semaphore.onAcquire(() -> "")));

        assertThat(whenItWaits(selector).waitsFor())
                .startsWith("select of ")
                .contains("get from " + Dump.name(queue))
                .contains("put into " + Dump.name(full))
                .contains(Dump.name(event))
                .contains(Dump.name(semaphore));
    }

    @Test
    void tellWhichTurnIsWaitedFor() throws IOException {
        try (var server = new GreenServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = Eventlet.connect("localhost", server.getLocalPort());
                var accepted = server.accept()) {
            var writer = Eventlet.spawnOn(hub, () -> writeForEver(accepted.getOutputStream()));
            var dumpedWriter = whenItWaits(writer);
            var second = Eventlet.spawnOn(hub, () -> writeForEver(accepted.getOutputStream()));

            var dumped = whenItWaits(second);

            assertThat(dumped.waitsFor())
                    .startsWith("mutex of writes to ")
                    .contains("socket ")
                    .endsWith(":" + client.getLocalPort());
            assertThat(dumpedWriter.waitsFor()).startsWith("write of ");
            second.kill();
            writer.kill();
        }
    }

    @Test
    void tellWhereAListenerListens() throws IOException {
        try (var listener = new GreenServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var acceptor = Eventlet.spawnOn(hub, () -> listener.accept());

            assertThat(whenItWaits(acceptor).waitsFor())
                    .startsWith("accept of ")
                    .endsWith("/127.0.0.1:" + listener.getLocalPort());
            acceptor.kill();
            acceptor.join();
        }
    }

    @Test
    void tellWhereToAConnectIsMade() throws IOException {
        try (var server = new FullBacklog()) {
            var connecting = Eventlet.spawnOn(hub, () -> Eventlet.connect(server.address()));

            assertThat(whenItWaits(connecting).waitsFor())
                    .startsWith("connect of ")
                    .endsWith("/127.0.0.1:" + server.address().getPort());
            connecting.kill();
            connecting.join();
        }
    }

    private static void writeForEver(OutputStream out) {
        try {
            while (true) {
                out.write(new byte[1 << 16]);
            }
        } catch (IOException e) {
            // it is closed
        }
    }

    @Test
    void tellTheKeyOfALimit() {
        var limit = new KeyedLimit<String>(1);
        var permit = limit.enter("example.org");
        var waiter = Eventlet.spawnOn(hub, () -> limit.enter("example.org"));

        assertThat(whenItWaits(waiter).waitsFor())
                .startsWith("1 of at most 1, 1 waiting for example.org @");
        permit.close();
    }

    @Test
    void tellTheKeysOfResultsButNotTooMany() {
        var pool = new DagPool<String, String>();
        var some = Eventlet.spawnOn(hub, () -> pool.await(List.of("b", "c")));
        var keys = new ArrayList<String>();
        for (int i = 0; i < 20; i++) {
            keys.add("key" + i);
        }
        var many = Eventlet.spawnOn(hub, () -> pool.await(keys));

        assertThat(whenItWaits(some).waitsFor())
                .matches("results of \\[b, c] of DAG pool @[0-9a-f]+");
        assertThat(whenItWaits(many).waitsFor())
                .startsWith("results of [key0, key1, key2, ")
                .contains("key7, and 12 more] of ");
    }
}
