// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import io.eventlet.Select;
import io.eventlet.benchmarks.Inside.Place;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

import java.util.concurrent.TimeUnit;

/// Two producers with a queue each, and one consumer that takes from either: the cost of an item.
public class SelectBenchmark {

    static final int MESSAGES = 20_000;

    @State(Scope.Benchmark)
    public abstract static class Rooms {
        @Param({"RENDEZVOUS", "BOUNDED_100"})
        public Room room;
    }

    /// On one hub, beside one carrier and one thread.
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    @OperationsPerInvocation(MESSAGES)
    @Warmup(iterations = 3, time = 1)
    @Measurement(iterations = 3, time = 1)
    public static class OneHub extends Rooms {

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet(Blackhole sink) throws Exception {
            var first = room.eventlet();
            var second = room.eventlet();
            Place.HUB.run(() -> {
                Place.HUB.start(() -> produce(Line.of(first)));
                Place.HUB.start(() -> produce(Line.of(second)));
                for (int i = 0; i < MESSAGES; i++) {
                    sink.consume(
                            Select.<Integer>first(
                                    first.onGet(item -> item), second.onGet(item -> item)));
                }
            });
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
        public void jox(Blackhole sink) throws Exception {
            var first = room.jox();
            var second = room.jox();
            Place.JDK.run(() -> {
                Place.JDK.start(() -> produce(Line.of(first)));
                Place.JDK.start(() -> produce(Line.of(second)));
                for (int i = 0; i < MESSAGES; i++) {
                    sink.consume(
                            com.softwaremill.jox.Select.<Integer>select(
                                    first.receiveClause(), second.receiveClause()));
                }
            });
        }

        @Benchmark
        @Fork(2)
        public void kotlin(Blackhole sink) {
            Coroutines.select(room.items, MESSAGES, sink);
        }
    }

    private static void produce(Line line) throws InterruptedException {
        for (int i = 0; i < MESSAGES / 2; i++) {
            line.put(i);
        }
    }
}
