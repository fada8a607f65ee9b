// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import io.eventlet.GreenSemaphore;
import io.eventlet.Task;
import io.eventlet.benchmarks.Inside.Place;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Permits: one that nobody else wants, and two threads that let each other go on in turn.
public class SemaphoreBenchmark {

    static final int OPERATIONS = 10_000;

    /// Taking and giving back what nobody else wants.
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    @OperationsPerInvocation(OPERATIONS)
    @Warmup(iterations = 3, time = 1)
    @Measurement(iterations = 3, time = 1)
    public static class Uncontended {

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet() {
            Inside.hub(() -> {
                var semaphore = new GreenSemaphore(1);
                for (int i = 0; i < OPERATIONS; i++) {
                    semaphore.acquire();
                    semaphore.release();
                }
            });
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
        public void jdk() throws Exception {
            Inside.virtualThread(() -> takeAndGiveBack(new Semaphore(1)));
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
        public void jdkFair() throws Exception {
            Inside.virtualThread(() -> takeAndGiveBack(new Semaphore(1, true)));
        }

        @Benchmark
        @Fork(2)
        public void kotlin() {
            Coroutines.permits(OPERATIONS);
        }
    }

    /// A round of two permits, given to a thread that waits, on one hub.
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    @OperationsPerInvocation(OPERATIONS)
    @Warmup(iterations = 3, time = 1)
    @Measurement(iterations = 3, time = 1)
    public static class OneHub {

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet() throws Exception {
            var there = new GreenSemaphore(0);
            var back = new GreenSemaphore(0);
            handOver(Place.HUB, there::release, there::acquire, back::release, back::acquire);
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
        public void jdk() throws Exception {
            handOver(new Semaphore(0), new Semaphore(0));
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
        public void jdkFair() throws Exception {
            handOver(new Semaphore(0, true), new Semaphore(0, true));
        }

        @Benchmark
        @Fork(2)
        public void kotlin() {
            Coroutines.handOverPermits(true, OPERATIONS);
        }
    }

    /// The same between two hubs.
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    @OperationsPerInvocation(OPERATIONS)
    @Warmup(iterations = 3, time = 1)
    @Measurement(iterations = 3, time = 1)
    public static class Across {

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet() throws Exception {
            var there = new GreenSemaphore(0);
            var back = new GreenSemaphore(0);
            handOver(Place.TWO_HUBS, there::release, there::acquire, back::release, back::acquire);
        }

        @Benchmark
        @Fork(2)
        public void jdk() throws Exception {
            handOver(new Semaphore(0), new Semaphore(0));
        }

        @Benchmark
        @Fork(2)
        public void jdkFair() throws Exception {
            handOver(new Semaphore(0, true), new Semaphore(0, true));
        }

        @Benchmark
        @Fork(2)
        public void kotlin() {
            Coroutines.handOverPermits(false, OPERATIONS);
        }
    }

    private static void takeAndGiveBack(Semaphore semaphore) throws InterruptedException {
        for (int i = 0; i < OPERATIONS; i++) {
            semaphore.acquire();
            semaphore.release();
        }
    }

    private static void handOver(Semaphore there, Semaphore back) throws Exception {
        handOver(Place.JDK, there::release, there::acquire, back::release, back::acquire);
    }

    private static void handOver(
            Place place, Task giveThere, Task takeThere, Task giveBack, Task takeBack)
            throws Exception {
        place.run(() -> {
            place.start(() -> {
                for (int i = 0; i < OPERATIONS; i++) {
                    takeThere.run();
                    giveBack.run();
                }
            });
            for (int i = 0; i < OPERATIONS; i++) {
                giveThere.run();
                takeBack.run();
            }
        });
    }
}
