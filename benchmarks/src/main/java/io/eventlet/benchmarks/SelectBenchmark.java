// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import io.eventlet.Select;
import io.eventlet.benchmarks.Inside.Place;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.Blackhole;

/// Two producers with a queue each, and one consumer that takes from either: the cost of an item.
public class SelectBenchmark {

    static final int MESSAGES = 20_000;

    /// On one hub, beside one carrier and one thread.
    @OperationsPerInvocation(MESSAGES)
    public static class OneHub extends Timed {

        @Param({"RENDEZVOUS", "BOUNDED_100"})
        public Room room;

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet(Blackhole sink) throws Exception {
            var first = room.eventlet();
            var second = room.eventlet();
            takeFromEither(
                    Place.HUB,
                    Line.of(first),
                    Line.of(second),
                    _ -> Select.first(first.onGet(item -> item), second.onGet(item -> item)),
                    sink);
        }

        /// jox prefers the clause that comes first, so they come first in turn.
        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
        public void jox(Blackhole sink) throws Exception {
            var first = room.jox();
            var second = room.jox();
            takeFromEither(
                    Place.JDK,
                    Line.of(first),
                    Line.of(second),
                    i -> {
                        var preferred = i % 2 == 0 ? first : second;
                        var other = i % 2 == 0 ? second : first;
                        return com.softwaremill.jox.Select.select(
                                preferred.receiveClause(), other.receiveClause());
                    },
                    sink);
        }

        @Benchmark
        public void kotlin(Blackhole sink) {
            Coroutines.select(room.items, MESSAGES, sink);
        }
    }

    /// Takes an item from whichever queue has one.
    private interface Either {
        Integer take(int round) throws InterruptedException;
    }

    private static void takeFromEither(
            Place place, Line first, Line second, Either either, Blackhole sink) throws Exception {
        place.run(() -> {
            place.start(() -> produce(first));
            place.start(() -> produce(second));
            for (int i = 0; i < MESSAGES; i++) {
                sink.consume(either.take(i));
            }
        });
    }

    private static void produce(Line line) throws InterruptedException {
        for (int i = 0; i < MESSAGES / 2; i++) {
            line.put(i);
        }
    }
}
