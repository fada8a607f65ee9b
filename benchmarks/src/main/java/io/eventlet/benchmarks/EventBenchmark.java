// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import io.eventlet.Event;
import io.eventlet.benchmarks.Inside.Place;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// A question and its answer, each by an event of its own that is made for it: the cost of the
/// round.
public class EventBenchmark {

    static final int ROUNDS = 10_000;

    /// On one hub, beside one carrier and one thread.
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    @OperationsPerInvocation(ROUNDS)
    @Warmup(iterations = 3, time = 1)
    @Measurement(iterations = 3, time = 1)
    public static class OneHub {

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet(Blackhole sink) throws Exception {
            exchange(Place.HUB, News::event, sink);
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
        public void jdk(Blackhole sink) throws Exception {
            exchange(Place.JDK, News::future, sink);
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
        public void jdkLatch(Blackhole sink) throws Exception {
            exchange(Place.JDK, News::latch, sink);
        }

        @Benchmark
        @Fork(2)
        public void kotlin(Blackhole sink) {
            Coroutines.sendNews(true, ROUNDS, sink);
        }
    }

    /// Between two hubs.
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    @OperationsPerInvocation(ROUNDS)
    @Warmup(iterations = 3, time = 1)
    @Measurement(iterations = 3, time = 1)
    public static class Across {

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet(Blackhole sink) throws Exception {
            exchange(Place.TWO_HUBS, News::event, sink);
        }

        @Benchmark
        @Fork(2)
        public void jdk(Blackhole sink) throws Exception {
            exchange(Place.JDK, News::future, sink);
        }

        @Benchmark
        @Fork(2)
        public void jdkLatch(Blackhole sink) throws Exception {
            exchange(Place.JDK, News::latch, sink);
        }

        @Benchmark
        @Fork(2)
        public void kotlin(Blackhole sink) {
            Coroutines.sendNews(false, ROUNDS, sink);
        }
    }

    /// What is sent once and waited for.
    private interface News {
        void send(Integer value);

        Integer await() throws Exception;

        static News event() {
            var event = new Event<Integer>();
            return new News() {
                @Override
                public void send(Integer value) {
                    event.send(value);
                }

                @Override
                public Integer await() {
                    return event.await();
                }
            };
        }

        static News future() {
            var future = new CompletableFuture<Integer>();
            return new News() {
                @Override
                public void send(Integer value) {
                    future.complete(value);
                }

                @Override
                public Integer await() throws Exception {
                    return future.get();
                }
            };
        }

        static News latch() {
            var latch = new CountDownLatch(1);
            return new News() {
                private Integer sent;

                @Override
                public void send(Integer value) {
                    sent = value;
                    latch.countDown();
                }

                @Override
                public Integer await() throws InterruptedException {
                    latch.await();
                    return sent;
                }
            };
        }
    }

    private static void exchange(Place place, Supplier<News> make, Blackhole sink)
            throws Exception {
        var there = Stream.generate(make).limit(ROUNDS).toArray(News[]::new);
        var back = Stream.generate(make).limit(ROUNDS).toArray(News[]::new);
        place.run(() -> {
            place.start(() -> {
                for (int i = 0; i < ROUNDS; i++) {
                    back[i].send(there[i].await());
                }
            });
            for (int i = 0; i < ROUNDS; i++) {
                there[i].send(i);
                sink.consume(back[i].await());
            }
        });
    }
}
