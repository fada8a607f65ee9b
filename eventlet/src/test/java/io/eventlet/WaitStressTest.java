// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventlet.net.GreenSocket;
import io.eventlet.testing.junit.NoLeaks;
import io.eventlet.wait.Interrupts;
import io.eventlet.wait.Waits;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/// As [CancellationStressTest], for waits on sockets, on green threads, and inside the JDK.
@Tag("stress")
@org.junit.jupiter.api.Timeout(300)
@ExtendWith(NoLeaks.class)
class WaitStressTest {
    /// A connection whose bytes count on: each is sent and received once, in order.
    private static final class Line {
        private static final int BYTES = Chaos.items(20_000);

        final GreenSocket out;
        final GreenSocket in;
        private int sent; // the sender
        private int received; // the receiver
        private boolean wrong; // the receiver

        Line(GreenSocket out, GreenSocket in) {
            this.out = out;
            this.in = in;
        }

        boolean send(Random random) {
            boolean inTime =
                    limited(
                            random,
                            () -> {
                                out.getOutputStream().write(sent & 0xff);
                                sent++;
                            });
            assertThat(inTime || sent < BYTES).isTrue();
            return sent < BYTES;
        }

        boolean receive(Random random) {
            var buffer = new byte[1 + random.nextInt(8)];
            limited(
                    random,
                    () -> {
                        int n = in.getInputStream().read(buffer);
                        for (int i = 0; i < n; i++) {
                            wrong |= (received++ & 0xff) != (buffer[i] & 0xff);
                        }
                    });
            return received < BYTES;
        }

        private static boolean limited(Random random, ThrowingRunnable<IOException> call) {
            try {
                if (random.nextInt(3) > 0) {
                    return Chaos.inTime(random, call);
                }
                call.run();
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    @Tag("hub-only") // a cancelled call closes a socket of the JDK
    void socketsLoseAndDoubleNoByte(TestReporter reporter) throws IOException {
        long seed = Chaos.seed(reporter);
        var lines = new ArrayList<Line>();
        try (var chaos = new Chaos(seed);
                var listener = Eventlet.listen("127.0.0.1", 0)) {
            for (int i = 0; i < 5; i++) {
                var out = Eventlet.connect("127.0.0.1", listener.getLocalPort());
                lines.add(new Line(out, listener.accept()));
            }
            for (var line : lines) {
                chaos.begin(1, line::send);
                chaos.begin(1, line::receive);
            }
            chaos.killUntilDone();
        } finally {
            for (var line : lines) {
                line.out.close();
                line.in.close();
            }
        }

        assertThat(lines).extracting(line -> line.wrong).as("seed %d", seed).containsOnly(false);
        assertThat(lines)
                .extracting(line -> line.received)
                .as("seed %d", seed)
                .containsOnly(Line.BYTES);
    }

    @Test
    void queuesOfTheJdkLoseAndDoubleNothing(TestReporter reporter) {
        var queue = new LinkedBlockingQueue<Integer>(3);
        var exchange = new ItemExchange(Chaos.seed(reporter));

        exchange.run(
                (item, random) -> inTheJdk(random, () -> queue.put(item)),
                (nobodyPuts, random) -> nobodyPuts ? queue.poll() : takes(queue, random));

        exchange.assertNothingLostOrDoubled(queue);
    }

    private static Integer takes(LinkedBlockingQueue<Integer> queue, Random random) {
        var taken = new AtomicReference<Integer>();
        boolean ignored = inTheJdk(random, () -> taken.set(queue.take()));
        return taken.get();
    }

    /// Whether a call of the JDK ended before its timeout; a kill is thrown as what it is.
    private static boolean inTheJdk(Random random, ThrowingRunnable<InterruptedException> call) {
        try {
            return Chaos.inTime(random, call);
        } catch (InterruptedException e) {
            throw Waits.rethrow(Interrupts.cause(e));
        }
    }

    @Test
    void locksOfTheJdkLoseAndDoubleNoPermit(TestReporter reporter) {
        long seed = Chaos.seed(reporter);
        var steps = new AtomicInteger(Chaos.items(20_000));
        var lock = new ReentrantLock();
        var changed = lock.newCondition();
        var holding = new AtomicInteger();
        var entered = new AtomicInteger();
        var wrong = new AtomicInteger();

        try (var chaos = new Chaos(seed)) {
            chaos.begin(
                    9,
                    random -> {
                        if (inTheJdk(random, lock::lockInterruptibly)) {
                            try {
                                if (holding.incrementAndGet() != 1) {
                                    wrong.incrementAndGet();
                                }
                                entered.incrementAndGet();
                                holding.decrementAndGet();
                                boolean ignored = inTheJdk(random, changed::await);
                                changed.signal();
                            } finally {
                                while (lock.isHeldByCurrentThread()) {
                                    lock.unlock();
                                }
                            }
                        }
                        return steps.decrementAndGet() > 0;
                    });
            chaos.killUntilDone();
        }

        assertThat(wrong).as("seed %d", seed).hasValue(0);
        assertThat(lock.isLocked() || lock.hasQueuedThreads()).as("seed %d", seed).isFalse();
        assertThat(entered).as("the test has tested something").hasValueGreaterThan(1000);
    }

    @Test
    void whoeverAwaitsAGreenThreadGetsItsResultOrNothing(TestReporter reporter) {
        long seed = Chaos.seed(reporter);
        var steps = new AtomicInteger(Chaos.items(10_000));
        var awaited = new AtomicInteger();
        var wrong = new CopyOnWriteArrayList<Integer>();

        try (var chaos = new Chaos(seed)) {
            chaos.begin(
                    9,
                    random -> {
                        int number = steps.getAndDecrement();
                        var time = Chaos.aWhile(random);
                        var child =
                                Eventlet.spawn(() -> {
                                    Eventlet.sleep(time);
                                    return number;
                                });
                        Integer result = null;
                        while (result == null) {
                            result = awaits(child, random);
                        }
                        awaited.incrementAndGet();
                        if (result != number || !child.await().equals(number)) {
                            wrong.add(number);
                        }
                        return number > 0;
                    });
            chaos.killUntilDone();
        }

        assertThat(wrong).as("seed %d", seed).isEmpty();
        assertThat(awaited.get()).as("the test has tested something").isGreaterThan(1_000);
    }

    private static Integer awaits(GreenThread<Integer> child, Random random) {
        try {
            return switch (random.nextInt(3)) {
                case 0 -> child.await(Chaos.aWhile(random));
                case 1 -> Chaos.<Integer, RuntimeException>orNull(random, () -> child.await());
                default -> child.await();
            };
        } catch (LimitExpired e) {
            Chaos.countTimeout();
            return null;
        }
    }
}
