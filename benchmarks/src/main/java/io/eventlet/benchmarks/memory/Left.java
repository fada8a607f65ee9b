// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.memory;

import io.eventlet.hub.Hub;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/// What there is when a round is over.
record Left(long heap, long resident, long live, long timers, long descriptors, long threads) {

    /// How much more of each may be left than before. Where nothing is left over, the heap differs
    /// by up to 12 kB; the memory of the process grows by up to 16 MB, while code is compiled.
    private static final Left ALLOWANCE = new Left(40_000, 48_000_000, 0, 0, 0, 2);

    /// Round 1 warms up, and there must be one before the last two to compare them with.
    private static final int FEWEST = 4;

    static Left now() throws InterruptedException, IOException {
        var memory = Heap.now();
        var statistics = Hub.main().statistics();
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return new Left(
                    memory.heap(),
                    memory.resident(),
                    statistics.live(),
                    statistics.timers(),
                    open.count(),
                    ManagementFactory.getThreadMXBean().getThreadCount());
        }
    }

    static boolean isEnough(List<Left> rounds) {
        return rounds.size() >= FEWEST;
    }

    /// What has grown: of what the last two rounds both left more than the least that round 2 to
    /// the middle one left, and by more than is allowed.
    static List<String> growth(List<Left> rounds) {
        int count = rounds.size();
        var before = least(rounds.subList(1, count / 2));
        var after = least(rounds.subList(count - 2, count));
        var grown = new ArrayList<String>();
        compare("heap", Left::heap, before, after, grown);
        compare("resident", Left::resident, before, after, grown);
        compare("live", Left::live, before, after, grown);
        compare("timers", Left::timers, before, after, grown);
        compare("descriptors", Left::descriptors, before, after, grown);
        compare("threads", Left::threads, before, after, grown);
        return grown;
    }

    private static void compare(
            String name, ToLongFunction<Left> of, Left before, Left after, List<String> grown) {
        long growth = of.applyAsLong(after) - of.applyAsLong(before);
        if (growth > of.applyAsLong(ALLOWANCE)) {
            grown.add(name + " by " + growth);
        }
    }

    private static Left least(List<Left> rounds) {
        return new Left(
                least(rounds, Left::heap),
                least(rounds, Left::resident),
                least(rounds, Left::live),
                least(rounds, Left::timers),
                least(rounds, Left::descriptors),
                least(rounds, Left::threads));
    }

    private static long least(List<Left> rounds, ToLongFunction<Left> of) {
        return rounds.stream().mapToLong(of).min().orElseThrow();
    }

    @Override
    public String toString() {
        return "heap_kb=%d resident_kb=%d live=%d timers=%d descriptors=%d threads=%d"
                .formatted(heap / 1000, resident / 1000, live, timers, descriptors, threads);
    }
}
