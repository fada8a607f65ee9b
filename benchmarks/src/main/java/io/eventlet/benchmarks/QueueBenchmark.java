// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import io.eventlet.benchmarks.Inside.Place;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.Blackhole;

/// One producer, one consumer, a queue between them: the cost of an item.
public class QueueBenchmark {

    static final int MESSAGES = 20_000;

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

    @OperationsPerInvocation(MESSAGES)
    public abstract static class Contenders extends Talk {

        @Param public Room room;

        Contenders(Place green) {
            super(green);
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet(Blackhole sink) throws Exception {
            stream(green, Line.of(room.eventlet()), sink);
        }

        @Benchmark
        public void jdk(Blackhole sink) throws Exception {
            stream(Place.JDK, Line.of(room.jdk()), sink);
        }

        @Benchmark
        public void jox(Blackhole sink) throws Exception {
            stream(Place.JDK, Line.of(room.jox()), sink);
        }

        @Benchmark
        public void kotlin(Blackhole sink) {
            Coroutines.stream(onOne, room.items, MESSAGES, sink);
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
