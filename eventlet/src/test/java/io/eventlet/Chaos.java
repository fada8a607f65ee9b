// SPDX-License-Identifier: Apache-2.0
package io.eventlet;

import io.eventlet.hub.Hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/// Workers on several hubs of which some are killed again and again, at any moment, until each has
/// done what it has to do.
final class Chaos implements AutoCloseable {
    /// One step of a worker, which may be killed anywhere; false when there is nothing more to do.
    @FunctionalInterface
    interface Step {
        boolean run(Random random);
    }

    private final Random seeds;
    private final List<Hub> hubs = new ArrayList<>();
    private final List<GreenThread<?>> workers = new CopyOnWriteArrayList<>();

    Chaos(long seed, int hubs) {
        seeds = new Random(seed);
        for (int i = 0; i < hubs; i++) {
            this.hubs.add(Hub.start());
        }
    }

    /// Begins workers that take steps until there is nothing more to do. A kill ends a step, and
    /// the worker goes on with the next one.
    void begin(int count, Step step) {
        for (int i = 0; i < count; i++) {
            var random = new Random(seeds.nextLong());
            var hub = hubs.get(i % hubs.size());
            workers.add(Eventlet.spawnOn(hub, () -> work(step, random)));
        }
    }

    private static void work(Step step, Random random) {
        boolean more = true;
        while (more) {
            try {
                more = step.run(random);
                if (random.nextInt(4) == 0) {
                    Eventlet.yield();
                }
            } catch (GreenThreadKilled e) {
                // its step is over
            }
        }
    }

    /// Kills workers at random until all have done their work.
    void killUntilDone() {
        while (workers.stream().anyMatch(w -> !w.isDead())) {
            workers.get(seeds.nextInt(workers.size())).kill();
            for (int i = seeds.nextInt(2000); i > 0; i--) {
                Thread.onSpinWait();
            }
            if (seeds.nextInt(8) == 0) {
                Thread.yield();
            }
        }
        workers.forEach(GreenThread::await);
    }

    @Override
    public void close() {
        hubs.forEach(Hub::close);
    }
}
