// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import io.eventlet.GreenSemaphore;
import io.eventlet.Task;
import io.eventlet.benchmarks.Inside.Place;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

import java.util.concurrent.Semaphore;

/// Permits: one that nobody else wants, and two threads that let each other go on in turn.
public class SemaphoreBenchmark {

    static final int OPERATIONS = 10_000;

    /// Taking and giving back what nobody else wants.
    @OperationsPerInvocation(OPERATIONS)
    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
    public static class Uncontended extends Timed {

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
        public void jdk() throws Exception {
            Inside.virtualThread(() -> takeAndGiveBack(new Semaphore(1)));
        }

        @Benchmark
        public void jdkFair() throws Exception {
            Inside.virtualThread(() -> takeAndGiveBack(new Semaphore(1, true)));
        }

        @Benchmark
        public void kotlin() {
            Coroutines.permits(OPERATIONS);
        }
    }

    @Fork(
            value = 2,
            jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
    public static class OneHub extends HandOver {
        public OneHub() {
            super(Place.HUB);
        }
    }

    public static class Across extends HandOver {
        public Across() {
            super(Place.TWO_HUBS);
        }
    }

    /// A round of two permits, given to a thread that waits.
    @OperationsPerInvocation(OPERATIONS)
    public abstract static class HandOver extends Talk {

        HandOver(Place green) {
            super(green);
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet() throws Exception {
            var there = new GreenSemaphore(0);
            var back = new GreenSemaphore(0);
            handOver(green, there::release, there::acquire, back::release, back::acquire);
        }

        @Benchmark
        public void jdk() throws Exception {
            handOver(new Semaphore(0), new Semaphore(0));
        }

        /// First come, first served, as ours is.
        @Benchmark
        public void jdkFair() throws Exception {
            handOver(new Semaphore(0, true), new Semaphore(0, true));
        }

        @Benchmark
        public void kotlin() {
            Coroutines.handOverPermits(onOne, OPERATIONS);
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
