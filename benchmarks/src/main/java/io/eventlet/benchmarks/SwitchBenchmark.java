// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import io.eventlet.Eventlet;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// The cost of one switch from a thread to another.
public class SwitchBenchmark {

    static final int SWITCHES = 20_000;

    /// Park and unpark, nothing else.
    @OperationsPerInvocation(SWITCHES)
    public static class HandOff extends Timed {

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet() {
            Inside.hub(() -> rallyInHub(false));
        }

        @Benchmark
        public void jdk() throws Exception {
            Inside.virtualThread(() -> rally(false));
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
        public void jdkOneCarrier() throws Exception {
            Inside.virtualThread(() -> rally(false));
        }
    }

    /// The same with a limit on each wait, which is never reached: a timer armed and cancelled.
    @OperationsPerInvocation(SWITCHES)
    public static class HandOffWithLimit extends Timed {

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet() {
            Inside.hub(() -> rallyInHub(true));
        }

        @Benchmark
        public void jdk() throws Exception {
            Inside.virtualThread(() -> rally(true));
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
        public void jdkOneCarrier() throws Exception {
            Inside.virtualThread(() -> rally(true));
        }
    }

    /// Two threads that yield to each other.
    @OperationsPerInvocation(SWITCHES)
    public static class Yield extends Timed {

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet() {
            Inside.hub(() -> {
                var other = Eventlet.spawn(() -> yieldNow(Eventlet::yield));
                yieldNow(Eventlet::yield);
                other.await();
            });
        }

        @Benchmark
        public void jdk() throws Exception {
            Inside.virtualThread(Yield::bothYield);
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
        public void jdkOneCarrier() throws Exception {
            Inside.virtualThread(Yield::bothYield);
        }

        private static void bothYield() throws InterruptedException {
            var other = Thread.startVirtualThread(() -> yieldNow(Thread::yield));
            yieldNow(Thread::yield);
            other.join();
        }

        private static void yieldNow(Runnable once) {
            for (int i = 0; i < SWITCHES / 2; i++) {
                once.run();
            }
        }
    }

    private static void rallyInHub(boolean limited) {
        var rally = new Rally(SWITCHES / 2, limited);
        var opponent = Eventlet.spawn(rally::receive);
        rally.serve(opponent.thread());
        opponent.await();
    }

    private static void rally(boolean limited) throws InterruptedException {
        var rally = new Rally(SWITCHES / 2, limited);
        var opponent = Thread.startVirtualThread(rally::receive);
        rally.serve(opponent);
        opponent.join();
    }
}
