// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.memory;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// What is in use, in bytes.
///
/// @param heap live objects, after collections
/// @param resident pages of the process in memory, 0 where the system does not tell
record Heap(long heap, long resident) {

    /// Collects until a further collection frees next to nothing, then looks.
    static Heap now() throws InterruptedException {
        var memory = ManagementFactory.getMemoryMXBean();
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            System.gc();
            Thread.sleep(100);
            long after = memory.getHeapMemoryUsage().getUsed();
            if (used - after < 64 * 1024) {
                return new Heap(after, residentBytes());
            }
            used = after;
        }
        return new Heap(used, residentBytes());
    }

    /// One line of `key=value` pairs: the growth since then, for each of so many things.
    String since(Heap before, int count) {
        return "heap_bytes=%d resident_bytes=%d heap_mb=%.1f"
                .formatted(
                        (heap - before.heap) / count,
                        (resident - before.resident) / count,
                        heap / 1e6);
    }

    private static long residentBytes() {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
