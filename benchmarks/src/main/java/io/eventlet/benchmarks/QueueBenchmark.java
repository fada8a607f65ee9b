// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

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

/// One producer, one consumer, a queue between them: the cost of an item.
public class QueueBenchmark {

    static final int MESSAGES = 20_000;

    @State(Scope.Benchmark)
    public abstract static class Rooms {
        @Param public Room room;
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
            stream(Place.HUB, Line.of(room.eventlet()), sink);
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
        public void jdk(Blackhole sink) throws Exception {
            stream(Place.JDK, Line.of(room.jdk()), sink);
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
        public void jox(Blackhole sink) throws Exception {
            stream(Place.JDK, Line.of(room.jox()), sink);
        }

        @Benchmark
        @Fork(2)
        public void kotlin(Blackhole sink) {
            Coroutines.stream(true, room.items, MESSAGES, sink);
        }
    }

    /// Between two hubs, beside as many carriers and threads as there are processors.
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    @OperationsPerInvocation(MESSAGES)
    @Warmup(iterations = 3, time = 1)
    @Measurement(iterations = 3, time = 1)
    public static class Across extends Rooms {

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet(Blackhole sink) throws Exception {
            stream(Place.TWO_HUBS, Line.of(room.eventlet()), sink);
        }

        @Benchmark
        @Fork(2)
        public void jdk(Blackhole sink) throws Exception {
            stream(Place.JDK, Line.of(room.jdk()), sink);
        }

        @Benchmark
        @Fork(2)
        public void jox(Blackhole sink) throws Exception {
            stream(Place.JDK, Line.of(room.jox()), sink);
        }

        @Benchmark
        @Fork(2)
        public void kotlin(Blackhole sink) {
            Coroutines.stream(false, room.items, MESSAGES, sink);
        }
    }

    private static void stream(Place place, Line line, Blackhole sink) throws Exception {
        place.run(() -> {
            place.start(() -> {
                for (int i = 0; i < MESSAGES; i++) {
                    line.put(i);
                }
            });
            for (int i = 0; i < MESSAGES; i++) {
                sink.consume(line.get());
            }
        });
    }
}
