// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks;

import io.eventlet.Eventlet;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// The cost of a sleep, and of a limit on a call that is never reached.
public class SleepBenchmark {

    static final int SLEEPS = 100_000;

    private static final int SLEEPERS = 10_000;
    private static final Duration NAP = Duration.ofMillis(1);

    /// Ten thousand threads that sleep ten times a millisecond: so many that the time goes into
    /// timers and switches, not into waiting. Starting the threads is a tenth of the operations.
    @OperationsPerInvocation(SLEEPS)
    public static class Many extends Timed {

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet() {
            Inside.hub(() -> {
                var awake = new CountDownLatch(SLEEPERS);
                for (int i = 0; i < SLEEPERS; i++) {
                    Eventlet.spawnN(() -> {
                        for (int nap = 0; nap < SLEEPS / SLEEPERS; nap++) {
                            Eventlet.sleep(NAP);
                        }
                        awake.countDown();
                    });
                }
                awake.await();
            });
        }

        /// Other people's code in a green thread, which knows nothing of Eventlet.
        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventletThreadSleep() {
            Inside.hub(() -> {
                var awake = new CountDownLatch(SLEEPERS);
                for (int i = 0; i < SLEEPERS; i++) {
                    Eventlet.spawnN(() -> threadSleep(awake));
                }
                awake.await();
            });
        }

        @Benchmark
        public void jdk() throws Exception {
            Inside.virtualThread(Many::virtualThreadsSleep);
        }

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.ONE_CARRIER, Flags.ONE_CARRIER_AT_MOST})
        public void jdkOneCarrier() throws Exception {
            Inside.virtualThread(Many::virtualThreadsSleep);
        }

        private static void virtualThreadsSleep() throws InterruptedException {
            var awake = new CountDownLatch(SLEEPERS);
            for (int i = 0; i < SLEEPERS; i++) {
                Inside.start(() -> threadSleep(awake));
            }
            awake.await();
        }

        private static void threadSleep(CountDownLatch awake) throws InterruptedException {
            for (int nap = 0; nap < SLEEPS / SLEEPERS; nap++) {
                Thread.sleep(NAP);
            }
            awake.countDown();
        }
    }

    /// A limit of a minute around a call that ends at once. The JDK has no limit for the calling
    /// thread: it takes another thread and a timed wait for it.
    @OperationsPerInvocation(SLEEPS)
    public static class LimitNotReached extends Timed {

        private static final Callable<Boolean> CALL = () -> Boolean.TRUE;

        @Benchmark
        @Fork(
                value = 2,
                jvmArgsAppend = {Flags.OPENS, Flags.NATIVE, Flags.UNTRACKED})
        public void eventlet() {
            Inside.hub(() -> {
                var limit = Duration.ofMinutes(1);
                for (int i = 0; i < SLEEPS; i++) {
                    Eventlet.withTimeout(limit, CALL::call);
                }
            });
        }

        @Benchmark
        public void jdkFutureGet() throws Exception {
            Inside.virtualThread(() -> {
                try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                    for (int i = 0; i < SLEEPS; i++) {
                        executor.submit(CALL).get(1, TimeUnit.MINUTES);
                    }
                }
            });
        }
    }
}
