// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.memory;

import io.eventlet.Event;
import io.eventlet.Eventlet;
import io.eventlet.GreenPool;
import io.eventlet.GreenThread;
import io.eventlet.GreenThreadKilled;
import io.eventlet.Task;
import io.eventlet.Timeout;
import io.eventlet.net.GreenServerSocket;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/// Spawns, timers, timeouts, kills and sockets, in rounds: what is left after each of them.
///
/// Arguments: `ROUNDS SPAWNS`, the second a multiple of 100. In each round so many green threads
/// are spawned, 500 at a time: a quarter sleeps, a quarter is ended by a timeout, a quarter cancels
/// one, a quarter is killed; each hundredth has a conversation over a connection of its own, and
/// another hundredth uses what is in [Sundry].
///
/// The status is 1 if anything failed, if not as much was done as was asked for, or if the rounds
/// leave more and more ([Left]).
final class Soak {
    private static final int AT_ONCE = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LongAdder failures = new LongAdder();
    private final LongAdder timers = new LongAdder();
    private final LongAdder timeouts = new LongAdder();
    private final LongAdder kills = new LongAdder();
    private final LongAdder sockets = new LongAdder();
    private final LongAdder sundries = new LongAdder();
    private final Event<Integer> never = new Event<>();
    private final int port;

    private Soak(int port) {
        this.port = port;
    }

    /// How often what it is about was done, to the end.
    private record Done(long timers, long timeouts, long kills, long sockets, long sundries) {
        static Done after(long spawns) {
            long quarter = spawns / 4;
            long hundredth = spawns / 100;
            return new Done(3 * quarter - hundredth, quarter, quarter, hundredth, hundredth);
        }

        @Override
        public String toString() {
            return "timers=%d timeouts=%d kills=%d sockets=%d sundries=%d"
                    .formatted(timers, timeouts, kills, sockets, sundries);
        }
    }

    public static void main(String... arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        int spawns = Integer.parseInt(arguments[1]);
        if (spawns % 100 != 0) {
            throw new IllegalArgumentException(spawns + " spawns are no multiple of 100");
        }
        var lefts = new ArrayList<Left>();
        Soak soak;
        try (var listener = Eventlet.listen("127.0.0.1", 0)) {
            soak = new Soak(listener.getLocalPort());
            var server = Eventlet.spawn(soak.counted(() -> soak.serve(listener)));
            for (int round = 1; round <= rounds; round++) {
                long begin = System.nanoTime();
                Eventlet.spawn(() -> soak.round(spawns)).await();
                var left = Left.now();
                lefts.add(left);
                System.out.printf(
                        "what=soak round=%d spawns=%d %s failures=%d seconds=%.1f left: %s%n",
                        round,
                        (long) round * spawns,
                        soak.done(),
                        soak.failures.sum(),
                        (System.nanoTime() - begin) / 1e9,
                        left);
            }
            server.kill();
            server.join(); // before the listener is closed, which it would take for a failure
        }
        boolean good = soak.didAll(Done.after((long) rounds * spawns));
        System.exit(leavesNothing(lefts) && good ? 0 : 1);
    }

    private boolean didAll(Done expected) {
        if (failures.sum() > 0) {
            System.out.println("what=soak failures: " + failures);
        }
        boolean all = done().equals(expected);
        if (!all) {
            System.out.println("what=soak not as many as expected: " + expected);
        }
        return all && failures.sum() == 0;
    }

    private static boolean leavesNothing(List<Left> lefts) {
        if (!Left.isEnough(lefts)) {
            System.out.println("what=soak not judged: too few rounds to tell what grows");
            return true;
        }
        var grown = Left.growth(lefts);
        System.out.println("what=soak " + (grown.isEmpty() ? "flat" : "grows: " + grown));
        return grown.isEmpty();
    }

    private Done done() {
        return new Done(timers.sum(), timeouts.sum(), kills.sum(), sockets.sum(), sundries.sum());
    }

    /// Counts it as a failure if the body ends with anything but a kill.
    private Task counted(Task body) {
        return () -> {
            try {
                body.run();
            } catch (GreenThreadKilled e) {
                throw e;
            } catch (Throwable e) {
                failures.increment();
                throw e;
            }
        };
    }

    /// Sends back the first byte of each connection.
    private void serve(GreenServerSocket listener) throws IOException {
        while (true) {
            var connection = listener.accept();
            Eventlet.spawnN(
                    counted(() -> {
                        try (connection) {
                            connection.getOutputStream().write(connection.getInputStream().read());
                        }
                    }));
        }
    }

    private void round(int spawns) {
        try (var sundry = new Sundry(never)) {
            round(spawns, sundry);
        }
    }

    private void round(int spawns, Sundry sundry) {
        var pool = new GreenPool(AT_ONCE);
        List<GreenThread<?>> victims = new ArrayList<>();
        for (int i = 0; i < spawns; i++) {
            int number = i;
            switch (i % 4) {
                case 0 -> pool.spawnN(counted(() -> sleep(number, sundry)));
                case 1 -> pool.spawnN(counted(this::expire));
                case 2 -> pool.spawnN(counted(() -> answer(number)));
                default -> victims.add(pool.spawn(counted(never::await)));
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
        kills.add(victims.stream().filter(victim -> victim.join(PATIENCE)).count());
        victims.clear();
    }

    private void sleep(int number, Sundry sundry) {
        if (number % 100 != 0) {
            Eventlet.sleep(Duration.ofNanos(number % 1_000 * 1_000L));
            timers.increment();
        } else if (sundry.use(number)) {
            sundries.increment();
        }
    }

    private void expire() {
        if (!Timeout.silent(Duration.ofMillis(1), () -> never.await())) {
            timeouts.increment();
            timers.increment();
        }
    }

    /// Does something within a time that does not pass.
    private void answer(int number) throws IOException {
        try (var _ = Timeout.after(Duration.ofSeconds(60))) {
            if (number % 100 == 2) {
                converse(number);
            } else {
                Eventlet.yield();
            }
        }
        timers.increment();
    }

    private void converse(int number) throws IOException {
        try (var connection = Eventlet.connect("127.0.0.1", port)) {
            connection.getOutputStream().write(number);
            if (connection.getInputStream().read() != (number & 0xff)) {
                throw new IOException("not the byte that was sent");
            }
        }
        sockets.increment();
    }
}
