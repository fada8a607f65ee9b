// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.memory;

import com.sun.management.OperatingSystemMXBean;

import io.eventlet.Eventlet;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A million threads asleep at once, and how late the latest of them wakes.
///
/// Arguments: `eventlet|jdk COUNT SECONDS`. Each sleeps so many seconds from its own start; if
/// starting them takes longer than that, they are not all asleep at once, and `asleep=` says how
/// many were.
final class Sleepers {

    private Sleepers() {}

    public static void main(String... arguments) throws InterruptedException {
        var kind = Kind.named(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        var nap = Duration.ofSeconds(Long.parseLong(arguments[2]));
        var started = new AtomicInteger();
        var late = new AtomicLong();
        var running = new CountDownLatch(count);
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            kind.start(() -> {
                started.incrementAndGet();
                long due = System.nanoTime() + nap.toNanos();
                sleep(kind, nap);
                late.accumulateAndGet(System.nanoTime() - due, Math::max);
                running.countDown();
            });
        }
        while (started.get() < count) {
            Thread.sleep(1);
        }
        double startSeconds = (System.nanoTime() - begin) / 1e9;
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long asleep = running.getCount();
        running.await();
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        System.out.printf(
                "what=sleepers kind=%s count=%d asleep=%d start_s=%.2f heap_mb=%.0f heap_bytes=%d"
                        + " latest_ms=%.0f cpu_s=%.2f%n",
                arguments[0],
                count,
                asleep,
                startSeconds,
                heap / 1e6,
                heap / count,
                late.get() / 1e6,
                system.getProcessCpuTime() / 1e9);
        Runtime.getRuntime().halt(0);
    }

    private static void sleep(Kind kind, Duration nap) throws InterruptedException {
        switch (kind) {
            case EVENTLET -> Eventlet.sleep(nap);
            case JDK -> Thread.sleep(nap);
        }
    }
}
