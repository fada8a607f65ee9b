// SPDX-License-Identifier: Apache-2.0
package io.eventlet.spark;

import org.apache.spark.util.AccumulatorV2;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// How often each class of exception was thrown; as many entries as there are classes.
final class FailureCounts extends AccumulatorV2<String, Map<String, Long>> {
    private static final long serialVersionUID = 1;

    // Read by the heartbeat of an executor while its tasks add.
    private final ConcurrentHashMap<String, Long> counts = new ConcurrentHashMap<>();

    @Override
    public boolean isZero() {
        return counts.isEmpty();
    }

    @Override
    public FailureCounts copy() {
        var copy = new FailureCounts();
        copy.counts.putAll(counts);
        return copy;
    }

    @Override
    public void reset() {
        counts.clear();
    }

    @Override
    public void add(String name) {
        counts.merge(name, 1L, Long::sum);
    }

    @Override
    public void merge(AccumulatorV2<String, Map<String, Long>> other) {
        other.value().forEach((name, count) -> counts.merge(name, count, Long::sum));
    }

    @Override
    public Map<String, Long> value() {
        return new TreeMap<>(counts);
    }
}
