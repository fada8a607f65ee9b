// SPDX-License-Identifier: Apache-2.0
package io.eventlet.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.Eventually;
import io.eventlet.GreenPool;
import io.eventlet.GreenThread;
import io.eventlet.dag.DagPool;
import io.eventlet.hub.Hub;
import io.eventlet.limit.KeyedLimit;
import io.eventlet.net.GreenServerSocket;
import io.eventlet.net.server.ConnectionHandler;
import io.eventlet.net.server.GreenServer;
import io.eventlet.offload.Offload;
import io.eventlet.resource.TokenPool;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;

/// Who, as dumps tell, holds what others wait for.
@Timeout(60)
class HeldTest {
    private final Hub hub = Hub.start("held");

    @AfterEach
    void close() {
        hub.close();
    }

    private static List<Thread> holders(GreenThread<?> waiter) {
        Eventually.until(() -> waiter.thread().getState() == Thread.State.WAITING);
        return dumped(waiter).holders();
    }

    private static DumpedThread dumped(GreenThread<?> green) {
        return Dump.take().hubs().stream()
                .flatMap(each -> each.threads().stream())
                .filter(thread -> thread.thread() == green.thread())
                .findAny()
                .orElseThrow();
    }

    @Test
    void theWriterHoldsTheTurnToWrite() throws IOException {
        try (var server = new GreenServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var _ = Eventlet.connect("localhost", server.getLocalPort());
                var accepted = server.accept()) {
            var out = accepted.getOutputStream();
            var writer = Eventlet.spawnOn(hub, () -> writeUntilClosed(out));
            Eventually.until(
                    () -> Dump.take().toString().contains(writer + " waits for write of "));
            var second = Eventlet.spawnOn(hub, () -> writeUntilClosed(out));

            assertThat(holders(second)).containsExactly(writer.thread());
            var third = Eventlet.spawnOn(hub, () -> writeUntilClosed(out));
            assertThat(holders(third)).containsExactly(writer.thread());
            List.of(third, second, writer).forEach(GreenThread::kill);
        }
    }

    private static void writeUntilClosed(OutputStream out) {
        try {
            while (true) {
                out.write(new byte[1 << 16]);
            }
        } catch (IOException e) {
            // it is closed
        }
    }

    @Test
    void theThreadThatWasHandedATurnHoldsIt() throws IOException {
        var begun = new Event<String>();
        var go = new Event<String>();
        var limit = new KeyedLimit<String>(1);
        var first =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            try (var _ = limit.enter("")) {
                                begun.await();
                            }
                        });
        Eventually.until(() -> limit.inUse("") == 1);
        var second =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            try (var _ = limit.enter("")) {
                                go.await();
                            }
                        });
        var third = Eventlet.spawnOn(hub, () -> limit.enter("").close());
        assertThat(holders(third)).containsExactly(first.thread());

        begun.send("");
        first.await();

        assertThat(holders(third)).containsExactly(second.thread());
        go.send("");
        third.await();
        assertThat(limit.keys()).isZero();
    }

    @Test
    void aTaskHoldsItsPlaceForAKey() {
        var release = new Event<String>();
        var pool = new GreenPool(10);
        var limit = new KeyedLimit<String>(1);
        var member =
                Eventlet.spawnOn(hub, () -> limit.spawn(pool, "", () -> release.await())).await();
        var waiter = Eventlet.spawnOn(hub, () -> limit.enter("").close());

        assertThat(holders(waiter)).containsExactly(member.thread());
        release.send("");
        waiter.await();
    }

    @Test
    void theBorrowerHoldsATokenOfAPool() {
        var release = new Event<String>();
        var pool = new TokenPool(1);
        var borrower =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            try (var _ = pool.item()) {
                                release.await();
                            }
                        });
        Eventually.until(() -> pool.free() == 0);
        var waiter = Eventlet.spawnOn(hub, () -> pool.item().close());

        assertThat(holders(waiter)).containsExactly(borrower.thread());
        release.send("");
        waiter.await();
    }

    @Test
    void whoTakesTheItemOutOfALeaseThatWasHandedOnHoldsIt() {
        var release = new Event<String>();
        var pool = new TokenPool(1);
        var lease = pool.item();
        var user =
                Eventlet.spawnOn(
                        hub,
                        () -> {
                            var ignored = lease.get();
                            release.await();
                            lease.close();
                        });
        Eventually.until(() -> user.thread().getState() == Thread.State.WAITING);
        var waiter = Eventlet.spawnOn(hub, () -> pool.item().close());

        assertThat(holders(waiter)).containsExactly(user.thread());
        release.send("");
        waiter.await();
    }

    @Test
    void theWorkerHoldsTheTaskThatItRunsAndThoseThatWait() {
        var release = new Event<String>();
        var workers = new LinkedBlockingQueue<Thread>();
        try (var offload = Offload.named("held", 1)) {
            var caller =
                    Eventlet.spawnOn(
                            hub,
                            () ->
                                    offload.run(() -> {
                                        workers.add(Thread.currentThread());
                                        release.await();
                                    }));
            Eventually.until(() -> !workers.isEmpty());
            var queued = Eventlet.spawnOn(hub, () -> offload.run(() -> {}));

            assertThat(holders(caller)).containsExactlyElementsOf(workers);
            assertThat(holders(queued)).containsExactlyElementsOf(workers);
            release.send("");
        }
    }

    @Test
    void theMembersThatComputeThemHoldResults() {
        var release = new Event<String>();
        var pool = new DagPool<String, String>();
        Eventlet.spawnOn(
                        hub,
                        () -> {
                            pool.spawn("a", List.of(), (_, _) -> release.await());
                            pool.spawn("b", List.of(), (_, _) -> release.await());
                        })
                .await();

        var both = Eventlet.spawnOn(hub, () -> pool.await(List.of("a", "b")));
        var other = Eventlet.spawnOn(hub, () -> pool.await(List.of("a", "nobody's")));

        assertThat(holders(both))
                .hasSize(2)
                .allMatch(thread -> thread != both.thread() && thread.isVirtual());
        assertThat(holders(other)).isEmpty();
        release.send("");
        other.kill();
    }

    @Test
    void theHandlersHoldTheEndOfAServer() throws IOException {
        var release = new Event<String>();
        var handlers = new LinkedBlockingQueue<Thread>();
        ConnectionHandler handler =
                _ -> {
                    handlers.add(Objects.requireNonNull(Eventlet.current()).thread());
                    release.await();
                };
        try (var server = GreenServer.builder(handler).start();
                var _ = Eventlet.connect("localhost", server.port())) {
            Eventually.until(() -> !handlers.isEmpty());
            var closer = Eventlet.spawnOn(hub, () -> server.close(Duration.ofMinutes(1)));
            Eventually.until(() -> closer.thread().getState() == Thread.State.TIMED_WAITING);

            assertThat(dumped(closer).holders()).containsExactlyElementsOf(handlers);
            release.send("");
            assertThat(closer.await()).isTrue();
        }
    }
}
