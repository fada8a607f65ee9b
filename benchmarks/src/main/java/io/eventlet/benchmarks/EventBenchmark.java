// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import io.eventlet.Event;
import io.eventlet.benchmarks.Inside.Place;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.infra.Blackhole;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/// A question and its answer, each by an event of its own that is made for it: the cost of the
/// round.
public class EventBenchmark {

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

        Contenders(Place green) {
            super(green);
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet(Blackhole sink) throws Exception {
            exchange(green, new Events(), sink);
        }

        @Benchmark
        public void jdk(Blackhole sink) throws Exception {
            exchange(Place.JDK, new Futures(), sink);
        }

        @Benchmark
        public void jdkLatch(Blackhole sink) throws Exception {
            exchange(Place.JDK, new Latches(), sink);
        }

        @Benchmark
        public void kotlin(Blackhole sink) {
            Coroutines.sendNews(onOne, ROUNDS, sink);
        }
    }

    /// What is sent once and waited for, by whoever it was made.
    private interface News<E> {
        E make();

        void send(E event, Integer value);

        Integer await(E event) throws Exception;
    }

    private static final class Events implements News<Event<Integer>> {
        @Override
        public Event<Integer> make() {
            return new Event<>();
        }

        @Override
        public void send(Event<Integer> event, Integer value) {
            event.send(value);
        }

        @Override
        public Integer await(Event<Integer> event) {
            return event.await();
        }
    }

    private static final class Futures implements News<CompletableFuture<Integer>> {
        @Override
        public CompletableFuture<Integer> make() {
            return new CompletableFuture<>();
        }

        @Override
        public void send(CompletableFuture<Integer> future, Integer value) {
            future.complete(value);
        }

        @Override
        public Integer await(CompletableFuture<Integer> future) throws Exception {
            return future.get();
        }
    }

    private static final class Latches implements News<Latches.Latch> {
        static final class Latch extends CountDownLatch {
            private Integer sent;

            Latch() {
                super(1);
            }
        }

        @Override
        public Latch make() {
            return new Latch();
        }

        @Override
        public void send(Latch latch, Integer value) {
            latch.sent = value;
            latch.countDown();
        }

        @Override
        public Integer await(Latch latch) throws InterruptedException {
            latch.await();
            return latch.sent;
        }
    }

    private static <E> void exchange(Place place, News<E> news, Blackhole sink) throws Exception {
        E[] there = makeAll(news);
        E[] back = makeAll(news);
        place.run(() -> {
            place.start(() -> {
                for (int i = 0; i < ROUNDS; i++) {
                    news.send(back[i], news.await(there[i]));
                }
            });
            for (int i = 0; i < ROUNDS; i++) {
                news.send(there[i], i);
                sink.consume(news.await(back[i]));
            }
        });
    }

    @SuppressWarnings("unchecked") // an array of whatever it is, which nobody else sees
    private static <E> E[] makeAll(News<E> news) {
        var all = (E[]) new Object[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            all[i] = news.make();
        }
        return all;
    }
}
