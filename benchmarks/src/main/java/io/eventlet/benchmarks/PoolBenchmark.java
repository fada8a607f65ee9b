// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import io.eventlet.GreenPool;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/// Many tasks through a pool that runs at most `concurrency` of them at a time, then wait for all.
@OperationsPerInvocation(PoolBenchmark.TASKS)
public class PoolBenchmark extends Timed {

    static final int TASKS = 10_000;

    private final LongAdder sum = new LongAdder();

    @Param public Work work;

    @Param("100")
    public int concurrency;

    @Benchmark
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
    public void eventlet() {
        Inside.hub(this::spawnAll);
    }

    @Benchmark
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
    public void eventletFromOutside() {
        spawnAll();
    }

    @Benchmark
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.UNTRACKED})
    public void jdkSemaphore() throws Exception {
        Inside.virtualThread(this::submitAll);
    }

    @Benchmark
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.UNTRACKED})
    public void jdkSemaphoreFromOutside() throws Exception {
        submitAll();
    }

    @Benchmark
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST, Flags.UNTRACKED})
    public void jdkSemaphoreOneCarrier() throws Exception {
        Inside.virtualThread(this::submitAll);
    }

    @Benchmark
    public void kotlin() {
        Coroutines.pool(false, concurrency, TASKS, work.millis, sum);
    }

    @Benchmark
    public void kotlinOneThread() {
        Coroutines.pool(true, concurrency, TASKS, work.millis, sum);
    }

    private void spawnAll() {
        var pool = new GreenPool(concurrency);
        for (int i = 0; i < TASKS; i++) {
            int item = i;
            pool.spawnN(() -> sum.add(work.apply(item)));
        }
        pool.waitall();
    }

    private void submitAll() throws InterruptedException {
        var permits = new Semaphore(concurrency);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < TASKS; i++) {
                int item = i;
                permits.acquire();
                executor.execute(() -> {
                    try {
                        sum.add(work.apply(item));
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    } finally {
                        permits.release();
                    }
                });
            }
        }
    }
}
