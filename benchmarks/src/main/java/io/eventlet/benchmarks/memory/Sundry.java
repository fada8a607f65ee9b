// SPDX-License-Identifier: Apache-2.0
package io.eventlet.benchmarks.memory;

import io.eventlet.Event;
import io.eventlet.Select;
import io.eventlet.dag.DagPool;
import io.eventlet.limit.KeyedLimit;
import io.eventlet.limit.RateLimiter;
import io.eventlet.offload.Offload;
import io.eventlet.queue.GreenQueue;
import io.eventlet.resource.ResourcePool;

import java.time.Duration;
import java.util.Set;

/// What else may leave something behind: limits, pools, offloaded calls and selects.
final class Sundry implements AutoCloseable {
    private final RateLimiter rate = RateLimiter.of(1_000_000, Duration.ofSeconds(1));
    private final KeyedLimit<Integer> limit = new KeyedLimit<>(2);
    private final ResourcePool<Object, RuntimeException> resources =
            ResourcePool.<Object, RuntimeException>builder(Object::new).max(3).open();
    private final Offload offload = Offload.named("soak", 2);
    private final Event<Integer> never;

    Sundry(Event<Integer> never) {
        this.never = never;
    }

    /// Uses each of them once; whether the number has come through all of them.
    boolean use(int number) {
        rate.acquire();
        try (var _ = limit.enter(number % 300);
                var _ = resources.item()) {
            var queue = GreenQueue.<Integer>bounded(1);
            queue.put(offload.call(() -> number));
            int got = Select.first(never.onSend(item -> item), queue.onGet(item -> item));
            var graph = new DagPool<String, Integer>();
            graph.spawn("it", Set.of(), (_, _) -> got);
            return graph.get("it") == number;
        }
    }

    @Override
    public void close() {
        offload.close();
        resources.close();
    }
}
