// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.memory;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.GreenPool;
import io.eventlet.GreenThread;
import io.eventlet.Timeout;
import io.eventlet.hub.Hub;
import io.eventlet.net.GreenServerSocket;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/// Spawns, timers, timeouts, kills and sockets, in rounds: what is left after each of them.
///
/// Arguments: `ROUNDS SPAWNS`. In each round so many green threads are spawned, 500 at a time: a
/// quarter sleeps, a quarter is ended by a timeout, a quarter cancels one, a quarter is killed, and
/// each hundredth has a conversation over a connection of its own. The status is 1 if what is left
/// after the last two rounds is, after each, more than after the first by more than an allowance: 1
/// MB of heap, no green thread, no timer, no descriptor, 2 threads.
final class Soak {
    private static final int AT_ONCE = 500;
    private static final long HEAP_ALLOWANCE = 1_000_000;
    private static final int THREAD_ALLOWANCE = 2;

    private final LongAdder timers = new LongAdder();
    private final LongAdder timeouts = new LongAdder();
    private final LongAdder kills = new LongAdder();
    private final LongAdder sockets = new LongAdder();
    private final Event<String> never = new Event<>();
    private final int port;

    private Soak(int port) {
        this.port = port;
    }

    /// What there is when a round is over.
    private record Left(long heap, long live, long timers, long descriptors, int threads) {
        static Left now() throws InterruptedException, IOException {
            long heap = Heap.now().heap();
            var statistics = Hub.main().statistics();
            try (var open = Files.list(Path.of("/proc/self/fd"))) {
                return new Left(
                        heap,
                        statistics.live(),
                        statistics.timers(),
                        open.count(),
                        ManagementFactory.getThreadMXBean().getThreadCount());
            }
        }

        boolean isMoreThan(Left other) {
            return heap > other.heap + HEAP_ALLOWANCE
                    || live > other.live
                    || timers > other.timers
                    || descriptors > other.descriptors
                    || threads > other.threads + THREAD_ALLOWANCE;
        }

        @Override
        public String toString() {
            return "heap_kb=%d live=%d timers=%d descriptors=%d threads=%d"
                    .formatted(heap / 1000, live, timers, descriptors, threads);
        }
    }

    public static void main(String... arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        int spawns = Integer.parseInt(arguments[1]);
        var lefts = new ArrayList<Left>();
        try (var listener = Eventlet.listen("127.0.0.1", 0)) {
            var soak = new Soak(listener.getLocalPort());
            var server = Eventlet.spawn(() -> serve(listener));
            for (int round = 1; round <= rounds; round++) {
                long begin = System.nanoTime();
                Eventlet.spawn(() -> soak.round(spawns)).await();
                var left = Left.now();
                lefts.add(left);
                System.out.printf(
                        "what=soak round=%d spawns=%d timers=%d timeouts=%d kills=%d sockets=%d"
                                + " seconds=%.1f left: %s%n",
                        round,
                        (long) round * spawns,
                        soak.timers.sum(),
                        soak.timeouts.sum(),
                        soak.kills.sum(),
                        soak.sockets.sum(),
                        (System.nanoTime() - begin) / 1e9,
                        left);
            }
            server.kill();
        }
        boolean grown =
                lefts.subList(Math.max(1, rounds - 2), rounds).stream()
                        .allMatch(left -> left.isMoreThan(lefts.getFirst()));
        boolean isJudged = rounds > 2;
        System.out.println("what=soak " + (isJudged && grown ? "something is left over" : "flat"));
        System.exit(isJudged && grown ? 1 : 0);
    }

    /// Sends back the first byte of each connection.
    private static void serve(GreenServerSocket listener) throws IOException {
        while (true) {
            var connection = listener.accept();
            Eventlet.spawn(() -> {
                try (connection) {
                    connection.getOutputStream().write(connection.getInputStream().read());
                }
            });
        }
    }

    private void round(int spawns) {
        var pool = new GreenPool(AT_ONCE);
        List<GreenThread<?>> victims = new ArrayList<>();
        for (int i = 0; i < spawns; i++) {
            int number = i;
            switch (i % 4) {
                case 0 -> pool.spawnN(() -> sleep(number));
                case 1 -> pool.spawnN(this::expire);
                case 2 -> pool.spawnN(() -> answer(number));
                default -> victims.add(pool.spawn(() -> never.await()));
            }
            if (victims.size() == AT_ONCE / 2) {
                killAll(victims);
            }
        }
        killAll(victims);
        pool.waitall();
    }

    private void killAll(List<GreenThread<?>> victims) {
        Eventlet.yield(); // most of them wait then
        victims.forEach(GreenThread::kill);
        kills.add(victims.size());
        victims.clear();
    }

    private void sleep(int number) {
        timers.increment();
        Eventlet.sleep(Duration.ofNanos(number % 1_000 * 1_000L));
    }

    private void expire() {
        timers.increment();
        if (!Timeout.silent(Duration.ofMillis(1), () -> never.await())) {
            timeouts.increment();
        }
    }

    /// Does something within a time that does not pass.
    private void answer(int number) throws IOException {
        timers.increment();
        try (var _ = Timeout.after(Duration.ofSeconds(60))) {
            if (number % 100 != 2) {
                Eventlet.yield();
                return;
            }
            sockets.increment();
            try (var connection = Eventlet.connect("127.0.0.1", port)) {
                connection.getOutputStream().write(number);
                if (connection.getInputStream().read() != (number & 0xff)) {
                    throw new IOException("not the byte that was sent");
                }
            }
        }
    }
}
