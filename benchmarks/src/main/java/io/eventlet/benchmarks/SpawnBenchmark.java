// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import io.eventlet.Eventlet;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/// The cost of one thread that does nothing, from start to end.
public class SpawnBenchmark {

    static final int THREADS = 10_000;

    /// Start them all, then wait for the last one: nobody wants a result.
    @OperationsPerInvocation(THREADS)
    public static class Batch extends Timed {

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet() {
            Inside.hub(Batch::spawnGreen);
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventletFromOutside() throws Exception {
            spawnGreen();
        }

        @Benchmark
        public void jdk() throws Exception {
            Inside.virtualThread(Batch::startVirtual);
        }

        @Benchmark
        public void jdkFromOutside() throws Exception {
            startVirtual();
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.UNTRACKED})
        public void jdkUntracked() throws Exception {
            Inside.virtualThread(Batch::startVirtual);
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
        public void jdkOneCarrier() throws Exception {
            Inside.virtualThread(Batch::startVirtual);
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST, Flags.UNTRACKED})
        public void jdkOneCarrierUntracked() throws Exception {
            Inside.virtualThread(Batch::startVirtual);
        }

        private static void spawnGreen() throws InterruptedException {
            var running = new CountDownLatch(THREADS);
            for (int i = 0; i < THREADS; i++) {
                Eventlet.spawnN(running::countDown);
            }
            running.await();
        }

        private static void startVirtual() throws InterruptedException {
            var running = new CountDownLatch(THREADS);
            for (int i = 0; i < THREADS; i++) {
                Thread.startVirtualThread(running::countDown);
            }
            running.await();
        }
    }

    /// Start one and wait for it before the next: two switches and, but for `jdkJoin`, a result.
    @OperationsPerInvocation(THREADS)
    public static class OneByOne extends Timed {

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet() {
            Inside.hub(() -> {
                for (int i = 0; i < THREADS; i++) {
                    Eventlet.spawn(() -> Boolean.TRUE).await();
                }
            });
        }

        @Benchmark
        public void jdkJoin() throws Exception {
            Inside.virtualThread(() -> {
                for (int i = 0; i < THREADS; i++) {
                    Thread.startVirtualThread(() -> {}).join();
                }
            });
        }

        @Benchmark
        public void jdkFuture() throws Exception {
            Inside.virtualThread(OneByOne::submitAndGet);
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
        public void jdkFutureOneCarrier() throws Exception {
            Inside.virtualThread(OneByOne::submitAndGet);
        }

        private static void submitAndGet() throws Exception {
            try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < THREADS; i++) {
                    executor.submit(() -> Boolean.TRUE).get();
                }
            }
        }
    }
}
