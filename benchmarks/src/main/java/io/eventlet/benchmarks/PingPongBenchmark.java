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

/// A question and its answer, over a queue each: the cost of the round.
public class PingPongBenchmark {

    static final int ROUNDS = 10_000;

    @State(Scope.Benchmark)
    public abstract static class Rooms {
        @Param({"RENDEZVOUS", "BOUNDED_1", "UNBOUNDED"})
        public Room room;
    }

    /// On one hub, beside one carrier and one thread.
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    @OperationsPerInvocation(ROUNDS)
    @Warmup(iterations = 3, time = 1)
    @Measurement(iterations = 3, time = 1)
    public static class OneHub extends Rooms {

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet(Blackhole sink) throws Exception {
            pingPong(Place.HUB, Line.of(room.eventlet()), Line.of(room.eventlet()), sink);
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
        public void jdk(Blackhole sink) throws Exception {
            pingPong(Place.JDK, Line.of(room.jdk()), Line.of(room.jdk()), sink);
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
        public void jox(Blackhole sink) throws Exception {
            pingPong(Place.JDK, Line.of(room.jox()), Line.of(room.jox()), sink);
        }

        @Benchmark
        @Fork(2)
        public void kotlin(Blackhole sink) {
            Coroutines.pingPong(true, room.items, ROUNDS, sink);
        }
    }

    /// Between two hubs, beside as many carriers and threads as there are processors.
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    @OperationsPerInvocation(ROUNDS)
    @Warmup(iterations = 3, time = 1)
    @Measurement(iterations = 3, time = 1)
    public static class Across extends Rooms {

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet(Blackhole sink) throws Exception {
            pingPong(Place.TWO_HUBS, Line.of(room.eventlet()), Line.of(room.eventlet()), sink);
        }

        @Benchmark
        @Fork(2)
        public void jdk(Blackhole sink) throws Exception {
            pingPong(Place.JDK, Line.of(room.jdk()), Line.of(room.jdk()), sink);
        }

        @Benchmark
        @Fork(2)
        public void jox(Blackhole sink) throws Exception {
            pingPong(Place.JDK, Line.of(room.jox()), Line.of(room.jox()), sink);
        }

        @Benchmark
        @Fork(2)
        public void kotlin(Blackhole sink) {
            Coroutines.pingPong(false, room.items, ROUNDS, sink);
        }
    }

    private static void pingPong(Place place, Line there, Line back, Blackhole sink)
            throws Exception {
        place.run(() -> {
            place.start(() -> {
                for (int i = 0; i < ROUNDS; i++) {
                    back.put(there.get());
                }
            });
            for (int i = 0; i < ROUNDS; i++) {
                there.put(i);
                sink.consume(back.get());
            }
        });
    }
}
