// SPDX-License-Identifier: Apache-2.0
package io.eventlet.cli.demo;

import io.eventlet.Eventlet;
import io.eventlet.GreenPool;
import io.eventlet.GreenSemaphore;
import io.eventlet.cli.display.Quantity;
import io.eventlet.cli.echo.EchoHandler;
import io.eventlet.cli.process.ThisProcess;
import io.eventlet.hub.Hub;
import io.eventlet.hub.Mode;
import io.eventlet.net.GreenSocket;
import io.eventlet.net.server.GreenServer;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// The server pattern: an echo server holds thousands of conversations at once.
///
/// Each says a line, waits until everybody has got through, thinks for a while, and says another
/// one. Its clients are green threads of the same process, so a connection takes two descriptors.
final class ServerAct implements Act {
    private static final int MOST_CONNECTING = 256;
    private static final byte[] LINE =
            "Hello from a green thread\n".getBytes(StandardCharsets.US_ASCII);

    private final DemoPlan plan;
    private final Room room;
    private final Gauge gauge;

    ServerAct(DemoPlan plan) {
        this.plan = plan;
        this.room = Room.forConnections(plan.connections());
        this.gauge = new Gauge(room.connections());
    }

    @Override
    public String name() {
        return "Server";
    }

    @Override
    public String subject() {
        return "%s with an echo server, all open at once"
                .formatted(Quantity.count(gauge.total(), "conversation"));
    }

    @Override
    public Gauge gauge() {
        return gauge;
    }

    @Override
    public Scene play() throws Exception {
        try (Hub hub = Hub.start("demo-echo")) {
            GreenServer server = Eventlet.spawnOn(hub, this::startServer).await();
            try {
                return play(server, sampled(server.address()));
            } finally {
                boolean ignored = server.close(Duration.ZERO);
            }
        }
    }

    /// A server serves on the hub of the green thread that starts it.
    private GreenServer startServer() throws IOException {
        return GreenServer.builder(new EchoHandler())
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .concurrency(gauge.total() + 1)
                .backlog(2 * MOST_CONNECTING)
                .name("demo-echo")
                .start();
    }

    private Scene play(GreenServer server, Duration each) throws InterruptedException {
        int total = gauge.total();
        var gathering = new Gathering(total);
        var pool = new GreenPool(total);
        long heapBefore = ThisProcess.liveHeap();
        var watch = Stopwatch.start();
        for (int i = 0; i < total; i++) {
            pool.spawnN(() -> converse(server.address(), gathering));
        }
        gathering.everybody.await();
        Duration gathered = watch.elapsed();
        int held = server.active();
        var measuring = Stopwatch.start();
        long heap = ThisProcess.liveHeap() - heapBefore;
        Duration measured = measuring.elapsed();
        gathering.goOn.countDown();
        pool.waitall();
        int failed = gathering.failed.get();
        return new Scene(
                held,
                watch.elapsed().minus(measured),
                each.multipliedBy(total),
                watch.cpu(),
                facts(gathering, gathered, Math.max(0, heap) / Math.max(1, held)),
                failed == 0);
    }

    private List<String> facts(Gathering gathering, Duration gathered, long heapOfEach) {
        List<String> facts = new ArrayList<>();
        String hubs = Hub.main().mode() == Mode.HUB ? "server and clients on a hub each; " : "";
        facts.add(
                "%sall connected after %s, then each thinks for %s and speaks again"
                        .formatted(hubs, Quantity.time(gathered), Quantity.time(plan.thought())));
        facts.add(
                "heap for each with all of them open: %s, server, client and their green threads"
                        .formatted(Quantity.bytes(heapOfEach)));
        room.reason().ifPresent(facts::add);
        int failed = gathering.failed.get();
        if (failed > 0) {
            String first = String.valueOf(gathering.firstFailure.get());
            facts.add(Quantity.count(failed) + " failed, the first with: " + first);
        }
        return facts;
    }

    /// Where the conversations wait for each other.
    private static final class Gathering {
        final CountDownLatch everybody;
        final CountDownLatch goOn = new CountDownLatch(1);
        final GreenSemaphore door = new GreenSemaphore(MOST_CONNECTING);
        final AtomicInteger failed = new AtomicInteger();
        final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();

        Gathering(int total) {
            everybody = new CountDownLatch(total);
        }
    }

    private void converse(InetSocketAddress address, Gathering gathering)
            throws InterruptedException {
        gauge.begin();
        boolean counted = false;
        try (GreenSocket socket = new GreenSocket()) {
            gathering.door.acquire();
            try {
                socket.connect(address);
                say(socket);
            } finally {
                gathering.door.release();
            }
            gathering.everybody.countDown();
            counted = true;
            gathering.goOn.await();
            Eventlet.sleep(plan.thought());
            say(socket);
        } catch (IOException e) {
            gathering.failed.incrementAndGet();
            gathering.firstFailure.compareAndSet(null, e.toString());
        } finally {
            if (!counted) {
                gathering.everybody.countDown();
            }
            gauge.end();
        }
    }

    /// How long one conversation takes when there is no other.
    private Duration sampled(InetSocketAddress address) {
        return Eventlet.run(() -> {
            var watch = Stopwatch.start();
            try (GreenSocket socket = Eventlet.connect(address)) {
                say(socket);
                Eventlet.sleep(plan.thought());
                say(socket);
            }
            return watch.elapsed();
        });
    }

    private static void say(GreenSocket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream();
        out.write(LINE);
        byte[] echo = in.readNBytes(LINE.length);
        if (!Arrays.equals(echo, LINE)) {
            throw new EOFException("the echo was " + echo.length + " bytes, not " + LINE.length);
        }
    }
}
