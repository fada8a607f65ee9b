// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import io.eventlet.benchmarks.Inside.Place;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.Blackhole;

/// A question and its answer, over a queue each: the cost of the round.
public class PingPongBenchmark {

    static final int ROUNDS = 10_000;

    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
    public static class OneHub extends Contenders {
        public OneHub() {
            super(Place.HUB);
        }
    }

    public static class Across extends Contenders {
        public Across() {
            super(Place.TWO_HUBS);
        }
    }

    @OperationsPerInvocation(ROUNDS)
    public abstract static class Contenders extends Talk {

        @Param({"RENDEZVOUS", "BOUNDED_1", "UNBOUNDED"})
        public Room room;

        Contenders(Place green) {
            super(green);
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet(Blackhole sink) throws Exception {
            pingPong(green, Line.of(room.eventlet()), Line.of(room.eventlet()), sink);
        }

        @Benchmark
        public void jdk(Blackhole sink) throws Exception {
            pingPong(Place.JDK, Line.of(room.jdk()), Line.of(room.jdk()), sink);
        }

        @Benchmark
        public void jox(Blackhole sink) throws Exception {
            pingPong(Place.JDK, Line.of(room.jox()), Line.of(room.jox()), sink);
        }

        @Benchmark
        public void kotlin(Blackhole sink) {
            Coroutines.pingPong(onOne, room.items, ROUNDS, sink);
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
