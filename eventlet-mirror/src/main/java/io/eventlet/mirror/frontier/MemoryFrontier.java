// SPDX-License-Identifier: Apache-2.0
package io.eventlet.mirror.frontier;

import java.time.InstantSource;
import java.util.NavigableMap;
import java.util.TreeMap;

/// A frontier that is forgotten with its process.
public final class MemoryFrontier extends OrderedFrontier {
    public MemoryFrontier() {
        this(InstantSource.system());
    }

    /// One that takes the time from a clock.
    public MemoryFrontier(InstantSource clock) {
        this(new TreeMap<>(), clock);
    }

    private MemoryFrontier(NavigableMap<String, String> queue, InstantSource clock) {
        super(new TreeMap<>(), queue, queue::higherKey, clock);
    }

    /// Does nothing.
    @Override
    public void save() {}

    /// Does nothing.
    @Override
    public void close() {}
}
