// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import io.eventlet.GreenPool;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.Blackhole;

import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import java.util.List;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;

/// Concurrent map in the order of the input, at most `concurrency` items at a time.
@OperationsPerInvocation(ImapBenchmark.ITEMS)
public class ImapBenchmark extends Timed {

    static final int ITEMS = 10_000;

    private static final List<Integer> INPUT = IntStream.range(0, ITEMS).boxed().toList();

    @Param public Work work;

    @Param("100")
    public int concurrency;

    @Benchmark
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
    public void eventlet(Blackhole results) {
        Inside.hub(() -> imap(results));
    }

    @Benchmark
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
    public void eventletFromOutside(Blackhole results) {
        imap(results);
    }

    @Benchmark
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
    public void eventletUnordered(Blackhole results) {
        Inside.hub(() -> {
            var pool = new GreenPool(concurrency);
            try (var output = pool.imapUnordered(work::apply, INPUT)) {
                output.forEachRemaining(results::consume);
            }
        });
    }

    @Benchmark
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.UNTRACKED})
    public void mapConcurrent(Blackhole results) throws Exception {
        Inside.virtualThread(() -> gather(results));
    }

    @Benchmark
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.UNTRACKED})
    public void mapConcurrentFromOutside(Blackhole results) {
        gather(results);
    }

    @Benchmark
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST, Flags.UNTRACKED})
    public void mapConcurrentOneCarrier(Blackhole results) throws Exception {
        Inside.virtualThread(() -> gather(results));
    }

    @Benchmark
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.UNTRACKED})
    public void jox(Blackhole results) throws Exception {
        Inside.virtualThread(() -> new JoxMap(concurrency).map(INPUT, work, results::consume));
    }

    @Benchmark
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST, Flags.UNTRACKED})
    public void joxOneCarrier(Blackhole results) throws Exception {
        Inside.virtualThread(() -> new JoxMap(concurrency).map(INPUT, work, results::consume));
    }

    /// Each item on one of as many threads as there are processors.
    @Benchmark
    public void reactor(Blackhole results) {
        mapSequentially(Schedulers.parallel(), results);
    }

    @Benchmark
    public void reactorOneThread(Blackhole results) {
        mapSequentially(Schedulers.single(), results);
    }

    @Benchmark
    public void kotlin(Blackhole results) {
        Coroutines.map(false, concurrency, INPUT, work.millis, results);
    }

    @Benchmark
    public void kotlinOneThread(Blackhole results) {
        Coroutines.map(true, concurrency, INPUT, work.millis, results);
    }

    private void imap(Blackhole results) {
        var pool = new GreenPool(concurrency);
        try (var output = pool.imap(work::apply, INPUT)) {
            output.forEachRemaining(results::consume);
        }
    }

    private void gather(Blackhole results) {
        INPUT.stream()
                .gather(Gatherers.mapConcurrent(concurrency, this::applyUnchecked))
                .forEach(results::consume);
    }

    private void mapSequentially(Scheduler scheduler, Blackhole results) {
        Flux.fromIterable(INPUT)
                .flatMapSequential(item -> work.later(item, scheduler), concurrency)
                .doOnNext(results::consume)
                .blockLast();
    }

    private int applyUnchecked(int item) {
        try {
            return work.apply(item);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
